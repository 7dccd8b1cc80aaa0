"""The wires that clients of others speak, as a server: one module a wire, thin translations over one core.

Each reads its request into a :class:`~rusoil_jupyter.protocol.ChatRequest`, tells a turn's events in its own
way, and has its own form of an error. ``completions`` is OpenAI's Chat Completions (and embeddings),
``responses`` OpenAI's Responses, ``anthropic`` Anthropic's Messages; ``common`` is what they share.

Documented fields without effect here are reported back in ``ignored_parameters``, never silently dropped.
"""
