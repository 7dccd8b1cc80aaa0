"""Figures read for whoever asks: over ``api/interpret`` and in a chat, by one core.

``interpreter`` decides what is read and when a model is asked; ``seen`` is what a turn knows of the figures
in its question, and what each model is told of them; ``tasks`` does the reading, in the child process that
``process`` supervises and ``worker`` is.
"""

from __future__ import annotations

from rusoil_jupyter.interpret.interpreter import Ask, Interpreter
from rusoil_jupyter.interpret.seen import Seen

__all__ = ["Ask", "Interpreter", "Seen"]
