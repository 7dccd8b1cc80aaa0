"""Figures in words: questions understood, findings said, figures described. Russian and English."""

from __future__ import annotations

from rusoil_jupyter.figures.words.understanding import understand

__all__ = ["understand"]
