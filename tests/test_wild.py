"""Requests as people wrote them: each is answered, and answered right."""

from __future__ import annotations

import pytest

from tests import wild


@pytest.mark.parametrize("case", wild.cases(), ids=lambda case: case["id"])
def test_answers_are_right(case: wild.Case) -> None:
    solution = wild.solve(case)
    assert max(wild.error(case, solution, seed) for seed in (0, 1)) < 1e-6
