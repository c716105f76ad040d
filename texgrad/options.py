"""What requests, posts and sites may choose: options, the values of each, and what is near a wrong one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from texgrad.source import Span, TexgradError, fail

STYLES = ("differential", "perturbation", "component", "trace")
ENVIRONMENTS = ("auto", "aligned", "align*", "eqnarray*", "eqalign", "split")
DETAILS = ("brief", "normal", "full")
LAYOUTS = ("auto", "numerator", "denominator")
# option -> the values it may have
CHOICES: Mapping[str, tuple[str, ...]] = {
    "style": STYLES, "env": ENVIRONMENTS, "detail": DETAILS, "order": ("1", "2"), "layout": LAYOUTS,
}  # fmt: skip
# what a request may say, and what only a whole post may
OPTIONS = frozenset(CHOICES) | {"explain", "wrt", "declare", "assume", "convention"}
POST_OPTIONS = OPTIONS | {"derive", "dialect", "macros"}
YES = ("yes", "true")  # what an option without a value says, and its like


def check_choice(name: str, value: str, span: Span | None = None) -> None:
    """Raises `config` for a value that the option cannot have."""
    allowed = CHOICES.get(name)
    if allowed and value not in allowed:
        raise fail("config", f"{name} is {value!r}", span, f"write one of {', '.join(allowed)}")


def unknown(name: str, known: Iterable[str], span: Span | None = None) -> TexgradError:
    """The error `config` for an option that there is not, with the nearest that there is."""
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(known), 1, 0.5)
    help = f"did you mean {near[0]}?" if near else f"write one of {', '.join(sorted(known))}"
    return fail("config", f"there is no option {name}", span, help)
