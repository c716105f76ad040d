"""How much may still be done: what takes long is bounded by the work that it is, the same on every machine and run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Effort:
    """How much may still be read and tried; a unit is the work of reading one character.

    wordings: how much of it may go into other wordings of what fails, which are not to keep the rest from being read.
    """

    left: int = 1_000_000
    wordings: int = 1_000_000

    def spend(self, count: int) -> bool:
        """Whether there was so much left."""
        self.left -= count
        return self.left > 0

    @contextmanager
    def share(self, most: int) -> Iterator[Effort]:
        """A part of it, at most so much, for one of several things; what of it was spent is spent of the whole."""
        given = min(self.left, most)
        part = Effort(given, self.wordings)
        try:
            yield part
        finally:
            self.left -= given - part.left
            self.wordings = part.wordings


@contextmanager
def uncollected() -> Iterator[None]:
    """Let what refers to itself lie until the work is done: of work that is bounded there is little.

    To search all that was made for it again and again takes a fifth of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
