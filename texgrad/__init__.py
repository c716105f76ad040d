r"""texgrad: matrix gradients derived inside the posts that ask for them.

`derive` answers one question, `build_text` those that a post asks; `verify_chain` and `verify_text` check equations.

    >>> import texgrad
    >>> texgrad.derive(r"\frac12\|XA^T\|_F^2", wrt="X").results[0].latex
    'XA^TA'
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from texgrad.project import build_text
    from texgrad.service import derive
    from texgrad.solution import Solution
    from texgrad.source import Diagnostic, TexgradError
    from texgrad.verify.chains import verify_chain
    from texgrad.verify.documents import verify_text
    from texgrad.verify.verdicts import Verdict

__version__ = "0.1.0"
__all__ = [
    "Diagnostic", "Solution", "TexgradError", "Verdict", "__version__", "build_text", "derive", "verify_chain",
    "verify_text",
]  # fmt: skip

_LATER = {
    "Diagnostic": "texgrad.source",
    "Solution": "texgrad.solution",
    "TexgradError": "texgrad.source",
    "build_text": "texgrad.project",
    "derive": "texgrad.service",
    "Verdict": "texgrad.verify.verdicts",
    "verify_chain": "texgrad.verify.chains",
    "verify_text": "texgrad.verify.documents",
}


def __getattr__(name: str) -> object:
    """All names are loaded when they are first used: the pandoc filter starts with every document."""
    if name not in _LATER:
        raise AttributeError(f"module 'texgrad' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    """What the package offers, also what is not loaded yet."""
    return sorted({*globals(), *__all__})
