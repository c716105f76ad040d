"""What requests, posts and sites may choose: options, and the values of each; nothing is loaded for it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

STYLES = ("differential", "perturbation", "component", "trace")
ENVIRONMENTS = ("auto", "aligned", "align*", "eqnarray*", "eqalign", "split")
DETAILS = ("brief", "normal", "full")
LAYOUTS = ("auto", "numerator", "denominator")
COLUMNS = ("auto", "1", "2")
DERIVE = ("all", "asked")  # whether bare derivatives are answered
# option -> the values it may have
CHOICES: Mapping[str, tuple[str, ...]] = {
    "style": STYLES, "env": ENVIRONMENTS, "detail": DETAILS, "order": ("1", "2"), "layout": LAYOUTS,
    "columns": COLUMNS,
}  # fmt: skip
# what a request may say, and what only a whole post may
OPTIONS = frozenset(CHOICES) | {"explain", "wrt", "declare", "assume", "convention"}
POST_OPTIONS = OPTIONS | {"derive", "dialect", "macros"}
YES = ("yes", "true")  # what an option without a value says, and its like
