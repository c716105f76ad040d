"""What is said of an option that there is not, and of a value that it cannot have."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from texgrad.options import CHOICES
from texgrad.source import Span, TexgradError, fail


def check_choice(name: str, value: str, span: Span | None = None) -> None:
    """Raises `config` for a value that the option cannot have."""
    allowed = CHOICES.get(name)
    if allowed and value not in allowed:
        raise fail("config", f"{name} is {value!r}", span, f"write one of {', '.join(allowed)}")


def unknown(name: str, known: Iterable[str], span: Span | None = None) -> TexgradError:
    """The error `config` for an option that there is not, with the nearest that there is."""
    near = get_close_matches(name, sorted(known), 1, 0.5)
    help = f"did you mean {near[0]}?" if near else f"write one of {', '.join(sorted(known))}"
    return fail("config", f"there is no option {name}", span, help)
