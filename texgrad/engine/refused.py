"""What stands in the way of a differential."""

from __future__ import annotations

from texgrad.algebra import Op

MANY = 10_000  # factors that the lines of one product rule may have


class NotDifferentiable(Exception):
    """An operator without a rule stands in the way."""

    def __init__(self, op: Op, where: str = "") -> None:
        super().__init__(op.name + where)


class TooLong(Exception):
    """A product rule with more terms than anybody reads."""
