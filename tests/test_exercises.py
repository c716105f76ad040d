"""Exercises of matrix calculus, statistics and machine learning: the answer as it is printed, and its source in NumPy.

Each line of `data/exercises.jsonl` is one request: `names` are the Python names of its symbols, `f` the function in
NumPy by these names, `var` what is varied, `entry` the indices below it, `answer` the LaTeX that is expected.
"""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.linalg as sla
import scipy.special as ssp

from tests.differences import compiled
from texgrad import derive

Case = dict[str, Any]
FILE = Path(__file__).parent / "data" / "exercises.jsonl"
CASES: tuple[Case, ...] = tuple(map(json.loads, FILE.read_text(encoding="utf-8").splitlines()))
SIZES = {"n": 4, "m": 3, "p": 2, "q": 3, "k": 2, "d": 3, "K": 3, "N": 4, "M": 2, "D": 3, "h": 2, "J": 3, "V": 4, "T": 4}
STEP = 1e-3


def _softmax(A: Any) -> Any:
    e = np.exp(A - A.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def _logdet(A: Any) -> Any:
    return np.linalg.slogdet(A)[1]


ENVIRONMENT = {
    "np": np, "tr": np.trace, "inv": np.linalg.inv, "logdet": _logdet, "det": np.linalg.det, "eye": np.eye,
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "cosh": np.cosh, "tanh": np.tanh, "abs": np.abs,
    "norm": np.linalg.norm, "pinv": np.linalg.pinv, "kron": np.kron, "outer": np.outer, "Diag": np.diag,
    "diag": np.diag, "expm": sla.expm, "logm": lambda A: np.real(sla.logm(A)), "msqrt": lambda A: np.real(sla.sqrtm(A)),
    "fro": np.linalg.norm,
    "mpow": np.linalg.matrix_power, "gammaln": ssp.gammaln, "erf": ssp.erf, "sigmoid": ssp.expit, "softmax": _softmax,
    "softmax_rows": _softmax, "softplus": lambda x: np.logaddexp(0, x), "lse": ssp.logsumexp, "sum": sum,
    "range": range,
    "max": max, "min": min, "adj": lambda A: np.linalg.det(A) * np.linalg.inv(A),
    "svals": lambda A: np.linalg.svd(A, compute_uv=False), "vec": lambda A: np.ravel(A, order="F"), "Phi": ssp.ndtr,
    "nuc": lambda A: np.linalg.norm(A, "nuc"), "where": np.where, "prod": np.prod, "ssp": ssp, "ones": np.ones,
    "chol": lambda A: np.linalg.cholesky((A + A.T) / 2),
    "eigval": lambda A, i: np.linalg.eigvalsh(A)[i],
}  # fmt: skip
# an array of random numbers made into one with a property
MAKERS = {
    "positive definite": lambda A: A @ A.swapaxes(-1, -2) / A.shape[-1] + np.eye(A.shape[-1]),
    "symmetric": lambda A: (A + A.swapaxes(-1, -2)) / 2, "diagonal": lambda A: A * np.eye(len(A)),
    "diagonal positive": lambda A: (np.abs(A) + 0.5) * np.eye(len(A)), "positive": lambda A: np.abs(A) + 0.5,
    "small": lambda A: 0.3 * A, "large": lambda A: np.abs(A) + 5, "0/1": lambda A: np.where(A > 0, 1.0, 0.0),
    "+-1": lambda A: np.where(A > 0, 1.0, -1.0), "in (0,1)": lambda A: 1 / (1 + np.exp(-A)),
    "row-stochastic": lambda A: np.abs(A) / np.abs(A).sum(-1, keepdims=True),
    "invertible": lambda A: A + 2 * np.eye(len(A)), "positive integer": lambda A: 3,
}  # fmt: skip


def _sizes(case: Case) -> dict[str, int]:
    wide = any("full row rank" in words for words in case["assume"].values())
    return {**SIZES, "n": 3, "m": 4} if wide else SIZES


def drawn(case: Case, seed: int) -> dict[str, Any]:
    """Random values for the names of a case, and its sizes."""
    rng, sizes = np.random.default_rng(seed), _sizes(case)
    values: dict[str, Any] = dict(sizes)
    taken = 0
    for latex, said in case["declare"].items():
        if said.startswith("index of"):  # one after another, so that no two of one range agree
            values[case["names"][latex]] = (seed + taken) % sizes[said.split()[-1]]
            taken += 1
            continue
        count, _, shape = said.removeprefix("family ").partition(" of ") if "family" in said else ("", "", said)
        A = rng.standard_normal([sizes[s] for s in (*count.split(), *shape.split(" x ")) if s != "scalar"])
        for word in case["assume"].get(latex, ()):
            A = MAKERS[word](A) if word in MAKERS else A
        values[case["names"][latex]] = A if np.ndim(A) else A if isinstance(A, int) else float(A)
    return values


def differences(case: Case, values: dict[str, Any]) -> Any:
    """The derivative by central differences: that of a scalar in the shape of the variable, else vec by vec."""

    def by(name: str, at: Any) -> list[Any]:
        base, parts = np.asarray(values[name], float), []
        places = sorted(np.ndindex(*base.shape), key=lambda place: place[::-1])
        for place in places:
            E = np.zeros(base.shape)
            E[place] = STEP
            parts.append((8 * (at(E) - at(-E)) - at(2 * E) + at(-2 * E)) / (12 * STEP))
        return parts

    def worth(**moved: Any) -> Any:
        changed = {name: values[name] + step for name, step in moved.items()}
        return np.asarray(eval(case["f"], {**ENVIRONMENT, **values, **changed}), float)

    first, second = case["var"] if isinstance(case["var"], list) else (case["var"], case["var"])
    if case.get("order") == 2:
        if first == second:
            rows = by(first, lambda E: np.array(by(first, lambda F: worth(**{first: E + F}))))
        else:
            rows = by(first, lambda E: np.array(by(second, lambda F: worth(**{first: E, second: F}))))
        return np.array(rows)
    columns = np.array([np.ravel(part, order="F") for part in by(first, lambda E: worth(**{first: E}))]).T
    if columns.shape[0] > 1:
        return columns
    whole = columns.reshape(np.shape(values[first]), order="F")
    at = tuple(slice(None) if i == ":" else values[i] for i in case.get("entry", ()))
    return whole[at] if at else whole


def test_there_are_enough() -> None:
    assert len(CASES) > 100


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["request"])
def test_the_answer_and_its_source(case: Case) -> None:
    solution = derive(
        case["request"], declare=case["declare"], assume=case["assume"], order=case.get("order", 1),
        definitions=case.get("definitions", ()),
    )  # fmt: skip
    answer = solution.results[0]
    assert answer.latex == case["answer"]
    gradient = compiled(answer.python)
    own = {s["name"]: case["names"].get(s["latex"], s["name"]) for s in json.loads(solution.to_json())["symbols"]}
    wanted = inspect.signature(gradient).parameters
    for seed in (0, 1):
        values = drawn(case, seed)
        made = np.asarray(gradient(*(values[own.get(name, name)] for name in wanted)))
        numeric = np.asarray(differences(case, values))
        assert made.size == numeric.size
        assert np.allclose(np.ravel(made, order="F"), np.ravel(numeric, order="F"), rtol=1e-5, atol=1e-6)


def test_no_answer_is_said_twice() -> None:
    assert len({re.sub(r"\s", "", case["request"]) for case in CASES}) == len(CASES)
