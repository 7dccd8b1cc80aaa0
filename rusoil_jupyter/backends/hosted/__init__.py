"""Servers of well-known vendors. Those on the OpenAI wire are presets; the others need an extra."""
