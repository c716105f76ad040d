"""Requests as people wrote them: answered right, or refused with a reason."""

from __future__ import annotations

import pytest

from tests import wild
from texgrad.source import TexgradError

# what is refused, and with which code
REFUSED = {"mse-4810970": "unsupported", "tg-kron-diag": "unsupported"}


@pytest.mark.parametrize("case", wild.cases(), ids=lambda case: case["id"])
def test_answers_are_right(case: wild.Case) -> None:
    try:
        solution = wild.solve(case)
    except TexgradError as error:
        assert case["id"] in REFUSED, str(error)
        assert [d.code for d in error.diagnostics] == [REFUSED[case["id"]]]
        return
    assert case["id"] not in REFUSED
    assert max(wild.error(case, solution, seed) for seed in (0, 1)) < 1e-6
