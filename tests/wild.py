"""Requests as people wrote them, with worked-out gradients, and how an answer of texgrad compares with them.

The gradients are Python expressions over columns (vectors are n×1), by name of `ENVIRONMENT` and of the case.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import texgrad
from tests.differences import compiled
from texgrad.reader.definitions import collect
from texgrad.reader.expansion import expand
from texgrad.solution import Solution

Case = Mapping[str, Any]
DATA = Path(__file__).parent / "data" / "wild.jsonl"
SIZES: Mapping[str, int] = dict(n=4, m=3, p=5, k=2, d=3, e=4, q=6, r=6, s=2, K=3, M=5, N=6, l=5, h=3, c=2, C=3, t=5)
FONTS = re.compile(r"\\(?:boldsymbol|mathbf|bm|mathrm|textbf|vec|bf)(?![A-Za-z])")


@cache
def cases() -> tuple[Case, ...]:
    """All cases."""
    return tuple(json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines())


def solve(case: Case) -> Solution:
    """The answer of texgrad."""
    return texgrad.derive(
        case["expression"], wrt=case["wrt"], declare=case["declare"], assume=case["assume"],
        definitions=case["definitions"], macros=case["macros"],
    )  # fmt: skip


def _diag(A: Any) -> Any:
    return np.diag(A).reshape(-1, 1)


def _msign(X: Any) -> Any:
    values, Q = np.linalg.eigh((X + X.T) / 2)
    return Q @ np.diag(np.sign(values)) @ Q.T


def _cosm(X: Any) -> Any:
    values, V = np.linalg.eig(X)
    return (V @ np.diag(np.cos(values)) @ np.linalg.inv(V)).real


ENVIRONMENT: Mapping[str, Any] = {
    "np": np, "inv": np.linalg.inv, "det": np.linalg.det, "mpow": np.linalg.matrix_power, "tr": np.trace, "I": np.eye,
    "fro": np.linalg.norm, "fro2": lambda A: float(np.sum(np.asarray(A) ** 2)), "ones": lambda a, b=1: np.ones((a, b)),
    "dg": _diag, "Diag": np.diagflat, "vec": lambda A: np.asarray(A).reshape(-1, 1, order="F"), "kron": np.kron,
    "sig": lambda x: 1 / (1 + np.exp(-x)), "logdet": lambda A: np.linalg.slogdet(A)[1], "exp": np.exp, "log": np.log,
    "sqrt": np.sqrt, "msign": _msign, "cosm": _cosm, "range": range, "sum": sum,
    "float": lambda a: float(np.squeeze(a)),
}  # fmt: skip


def _assumed(A: Any, words: set[str]) -> Any:
    """An array that has the properties of a case."""
    makers: Mapping[str, Any] = {
        "pos": lambda A: np.abs(A) + 0.5, "sym": lambda A: (A + A.T) / 2, "pd": lambda A: A @ A.T + np.eye(len(A)),
        "inv": lambda A: A + (2 + len(A) ** 0.5) * np.eye(len(A)), "diag": lambda A: np.diag(np.abs(np.diag(A)) + 0.5),
        "pm1": lambda A: np.where(A > 0, 1.0, -1.0),
    }  # fmt: skip
    for word, maker in makers.items():
        A = maker(A) if word in words else A
    return A


def drawn(case: Case, seed: int) -> dict[str, Any]:
    """Sizes and random values for the names of a case."""
    sizes = {**SIZES, **case["dims"]}
    rng = np.random.default_rng(seed)
    words: dict[str, set[str]] = {}
    for part in filter(None, (case["py_assume"] or "").split(";")):
        word, _, names = part.partition(":")
        for name in names.replace(",", " ").split():
            words.setdefault(name, set()).add(word.strip())
    values: dict[str, Any] = dict(sizes)
    for name, spec in case["py_declare"].items():
        parts = [] if spec == "scalar" else re.sub(r"(\d)([a-z])", r"\1*\2", spec).split(" x ")
        shape = tuple(int(eval(part, {}, sizes)) for part in parts)
        A = rng.standard_normal(shape)
        values[name] = float(abs(A) + 0.5) if shape == () else _assumed(A, words.get(name, set()))
    return values


def _plain(latex: str) -> str:
    return re.sub(r"[\s{}\\]", "", FONTS.sub("", latex))


def _names(case: Case) -> dict[str, str]:
    macros = collect([], case["macros"])
    found = {_plain(expand(latex, macros).text): name for latex, name in case["names"].items()}
    members = {latex.rpartition("_")[0]: name for latex, name in found.items() if "_" in latex}
    return {**members, **found}


def error(case: Case, solution: Solution, seed: int) -> float:
    """How far the answer's NumPy function is from the gradient of the case; infinite where the shapes differ."""
    values = drawn(case, seed)
    environment = {**ENVIRONMENT, **values}
    want = np.squeeze(np.asarray(eval(case["grad"], dict(environment)), float))
    function = compiled(solution.results[0].python)
    said = {s["name"]: s for s in json.loads(solution.to_json())["symbols"]}
    names = _names(case)
    arguments: list[Any] = []
    for name in inspect.signature(function).parameters:
        known = names.get(_plain(said[name]["latex"]), name) if name in said else name
        value = values[known] if known in values else environment[known]
        flat = name in said and len(said[name]["shape"]) == 1
        arguments.append(np.ravel(value) if flat else value)
    got = np.squeeze(np.asarray(function(*arguments), float))
    if got.shape != want.shape:
        return float("inf")
    return float(np.max(np.abs(got - want)) / (1 + np.max(np.abs(want))))
