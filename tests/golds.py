"""The problems of the ten gold derivations, as calls of `texgrad.derive`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Gold(NamedTuple):
    """One problem: the formula, and the other arguments of `derive`."""

    expression: str
    arguments: Mapping[str, Any]


GOLDS: Mapping[str, Gold] = {
    "G1": Gold(r"f = \frac12\|XA^T\|_F^2", {"wrt": "X"}),
    "G1 component": Gold(r"\frac{\partial}{\partial X_{ij}} \frac12\|XA^T\|_F^2", {}),
    "G2": Gold(r"f = \frac12\|XA^T\|_F^2", {"wrt": "X", "style": "perturbation"}),
    "G3": Gold(r"\|W\circ(R-U^\top V)\|_F^2", {"wrt": ["U", "V"]}),
    "G4": Gold(r"y = (X\odot A)\mathbf{1}_p", {"wrt": "A", "declare": {"X": "n x p", "A": "n x p"}}),
    "G5": Gold(
        r"f = \frac12\log\det\Sigma + \frac12(x-\mu)^T\Sigma^{-1}(x-\mu)",
        {"wrt": r"\Sigma", "assume": {r"\Sigma": ["symmetric"]}},
    ),
    "G6": Gold(
        r"f = \sum_{i=1}^n\log\left(1+\exp(-y_ix_i^\top w)\right)",
        {"wrt": "w", "declare": {"x": "family n of p", "y": "family n of scalar"}},
    ),
    "G7": Gold(r"f = \frac12\|W_2\tanh(W_1x+b)-y\|_2^2", {"wrt": ["W_2", "W_1", "b"], "declare": {"x": "p", "y": "m"}}),
    "G8": Gold(r"f = \|Ax-b\|_2", {"wrt": "x"}),
    "G9": Gold(r"f = \log\sum_i\exp(x_i)", {"wrt": "x", "order": 2}),
    "G10": Gold(r"Y = AXB", {"wrt": "X"}),
}
