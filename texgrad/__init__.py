"""texgrad: matrix gradients derived inside the posts that ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from texgrad.source import Diagnostic, TexgradError

if TYPE_CHECKING:
    from texgrad.project import build_text
    from texgrad.service import derive

__version__ = "0.1.0"
__all__ = ["Diagnostic", "TexgradError", "__version__", "build_text", "derive"]

_LATER = {"derive": "texgrad.service", "build_text": "texgrad.project"}


def __getattr__(name: str) -> Any:
    """The functions that need the engine are loaded when they are first used."""
    if name not in _LATER:
        raise AttributeError(f"module 'texgrad' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LATER[name]), name)
