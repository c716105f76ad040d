"""How the equations of a chain are judged: the manners of reading that are tried, and what counts as a slip."""

from __future__ import annotations

from collections.abc import Callable

from texgrad.immutable import immutable
from texgrad.reader import Manner

MANNERS = (
    Manner(), Manner(whole=True), Manner(layout="numerator"), Manner(layout="denominator"),
    Manner(whole=True, layout="numerator"), Manner(factors=True), Manner(fresh=True),
)  # fmt: skip


def never(needs: str) -> bool:
    """The text says nothing of what is needed."""
    return False


@immutable
class Policy:
    """The manners of reading in the order in which they are tried, and what the text around may say.

    doubtful: what fails, but would hold if a matrix were symmetric, is no slip; so it is in a text, which may say in
    words what is missing. stated: whether the text says that what is needed is so.
    """

    manners: tuple[Manner, ...] = MANNERS
    doubtful: bool = False
    stated: Callable[[str], bool] = never


STRICT = Policy()
