"""Entries of tied variables put wrong on purpose: no line with one is shown, not where its deltas are 0 either."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from texgrad import TexgradError, derive, solution_ways
from texgrad.algebra import scale
from texgrad.engine.derivation import Derivation


@pytest.mark.parametrize(
    "request_",
    [
        r"\frac{\partial}{\partial F_{ij}}\operatorname{tr}(F^TKF)",
        r"\frac{\partial^2}{\partial F_{ij}\partial F_{kl}}\operatorname{tr}(FKF)",
        r"\frac{\partial^2}{\partial F_{ij}\partial F_{kl}}\log\det F",
    ],
)
def test_what_is_claimed_of_entries_is_compared_where_they_are_tied(
    request_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tied = solution_ways.tied

    def doubled(*given: Any) -> Derivation:
        made = tied(*given)
        *lines, last = made.lines
        return replace(made, lines=(*lines, replace(last, right=tuple(scale(2, side) for side in last.right))))

    assert derive(request_, assume={"F": ["symmetric"]}).results
    monkeypatch.setattr(solution_ways, "tied", doubled)
    solution_ways.forget()
    with pytest.raises(TexgradError, match="does not hold"):
        derive(request_, assume={"F": ["symmetric"]})
    solution_ways.forget()
