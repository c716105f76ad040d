"""What functions remember of earlier calls: no more calls, and no more letters in all, than a process has room for.

Hostile formulas are as long as may be, so that a bound on how many are remembered does not bound the room they take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, update_wrapper
from typing import Any, ParamSpec, Protocol, TypeVar

MOST = 4096  # calls of one function
ROOM = 250_000  # letters in all that one function is given and gives; of a formula, each takes some hundred bytes
Given = ParamSpec("Given")
Worth = TypeVar("Worth")
Worth_co = TypeVar("Worth_co", covariant=True)


class Remembering(Protocol[Given, Worth_co]):
    """A function that remembers."""

    def __call__(self, *given: Given.args, **named: Given.kwargs) -> Worth_co:
        """What it gave before, or what it makes now."""

    def cache_clear(self) -> None:
        """Forget all calls."""


def letters(*parts: object) -> int:
    """How many letters texts have in all, those within tuples, too; anything else counts as one."""
    count = 0
    waiting: list[Iterable[object]] = [parts]
    while waiting:
        for part in waiting.pop():
            if isinstance(part, str):
                count += len(part)
            elif isinstance(part, tuple | frozenset):
                waiting.append(part)
            else:
                count += 1
    return count


def remembered(
    most: int = MOST, size: Callable[..., int] = letters
) -> Callable[[Callable[Given, Worth]], Remembering[Given, Worth]]:
    """Have a function remember its last calls, `most` at most, and forget them all where they would pass `ROOM`.

    size: how much room a call takes, for its worth and what it was given.
    """

    def remembering(work: Callable[Given, Worth]) -> Remembering[Given, Worth]:
        taken = 0

        def made(*given: Given.args, **named: Given.kwargs) -> Worth:
            nonlocal taken
            found = work(*given, **named)
            room = size(found, *given)
            taken += room
            if taken > ROOM:
                kept.cache_clear()
                taken = room
            return found

        kept = lru_cache(maxsize=most)(made)
        outside: Any = update_wrapper(kept, work)
        remembers: Remembering[Given, Worth] = outside
        return remembers

    return remembering
