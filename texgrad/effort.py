"""How much may still be done: what takes long is bounded by the work that it is, the same on every machine and run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Effort:
    """How much may still be read and tried; a unit is the work of reading one character."""

    left: int = 1_000_000

    def spend(self, count: int) -> bool:
        """Whether there was so much left."""
        self.left -= count
        return self.left > 0
