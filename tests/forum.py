"""Requests in the words of forums and posts, and how an answer compares with finite differences of the function.

A row has the request (`text`: a document; `expression`, `wrt`, …: as `texgrad.derive` takes them), the shapes of its
names (`X: n p; S: n n [pd]`), and for each answer the function in NumPy (`f`; vectors are flat, families have their
index first; `H:` before it where the answer is the Hessian). Where the derivatives are by members `x_i`, `at` lists the
indices, which are worth 0, 1, …; `holds` and `lacks` are what the block must hold, and what it must not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import texgrad
from tests.differences import called
from texgrad.ask import groups
from texgrad.formats import named
from texgrad.jobs import job_of
from texgrad.scan import scan
from texgrad.solution import Answer, Solution
from texgrad.solving import solve_all

Row = Mapping[str, Any]
DATA = Path(__file__).parent / "data"
SIZES: Mapping[str, int] = dict(
    n=4, m=3, p=5, k=2, d=3, q=6, r=2, s=2, N=6, K=3, T=5, L=3, l=4, h=3, e=4, C=3, M=3, t=5, D=3
)
FUNCTIONS: Mapping[str, Any] = {
    "np": np, "inv": np.linalg.inv, "det": np.linalg.det, "tr": np.trace, "I": np.eye, "exp": np.exp, "log": np.log,
    "fro2": lambda A: float(np.sum(np.asarray(A) ** 2)), "nrm": lambda A: float(np.sqrt(np.sum(np.asarray(A) ** 2))),
    "sig": lambda x: 1 / (1 + np.exp(-x)), "logdet": lambda A: np.linalg.slogdet(A)[1], "sqrt": np.sqrt,
    "outer": np.outer, "kron": np.kron, "diag": np.diag, "sum": np.sum, "abs": np.abs, "ones": np.ones,
    "sm": lambda x: np.exp(x) / np.exp(x).sum(), "vec": lambda A: np.asarray(A).reshape(-1, order="F"),
    "tanh": np.tanh, "psum": sum, "rng": range, "maximum": np.maximum, "pi": np.pi, "sin": np.sin, "cos": np.cos,
    "nuc": lambda X: np.linalg.svd(X, compute_uv=False).sum(), "lse": lambda x: np.log(np.exp(x).sum()),
    "mp": np.linalg.matrix_power,
}  # fmt: skip
MAKERS: Mapping[str, Any] = {
    "pos": lambda A: np.abs(A) + 0.5, "hot": lambda A: np.eye(len(A))[1],
    "sym": lambda A: (A + A.T) / 2, "pd": lambda A: A @ A.T + np.eye(len(A)),
    "inv": lambda A: A + (2 + len(A) ** 0.5) * np.eye(len(A)), "diag": lambda A: np.diag(np.abs(np.diag(A)) + 0.5),
    "prob": lambda A: 1 / (1 + np.exp(-A)),
}  # fmt: skip
STEP = 1e-5


@cache
def rows(name: str = "forum") -> tuple[Row, ...]:
    """All rows of a file."""
    return tuple(json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())


def solutions(row: Row) -> list[Solution]:
    """What texgrad answers."""
    if "text" not in row:
        keywords = {key: row[key] for key in ("declare", "assume", "definitions", "macros", "order") if key in row}
        return [texgrad.derive(row["expression"], wrt=row.get("wrt"), **keywords)]
    document = scan(row["text"], named(row.get("format", "markdown")))
    jobs = [job_of(document, group, {}) for group in groups(document, {})[0]]
    return [s for job in jobs for s in solve_all(job.problem, job.style, job.letters, job.convention, job.layout)]


def drawn(row: Row, seed: int) -> dict[str, Any]:
    """Sizes and random values for the names of a row."""
    sizes = {**SIZES, **row.get("sizes", {})}
    rng = np.random.default_rng(seed)
    values: dict[str, Any] = dict(sizes)
    for part in filter(None, map(str.strip, row["shapes"].split(";"))):
        names, _, spec = part.partition(":")
        found = re.fullmatch(r"(.*?)(?:\[(.*)\])?\s*", spec)
        assert found is not None
        dims, words = found[1].split(), (found[2] or "").split()
        for name in names.replace(",", " ").split():
            A = rng.standard_normal(tuple(int(eval(d, {}, sizes)) for d in dims))
            for word in words:
                A = MAKERS[word](A)
            values[name] = A if dims else float(abs(A)) + 0.5
    return values


def slope(f: str, values: Mapping[str, Any], name: str, step: float = STEP) -> Any:
    """The derivative of f by the value called `name`, by central differences: a gradient or a Jacobian of vecs."""

    def worth(X: Any) -> Any:
        here = {**FUNCTIONS, **values, name: X if np.ndim(X) else float(X)}
        return np.asarray(eval(f, here), float).reshape(-1, order="F")

    X = np.asarray(values[name], float)
    columns = []
    for j in range(X.size):
        E: Any = np.zeros(X.size)
        E[j] = step
        E = E.reshape(X.shape, order="F")
        columns.append((worth(X + E) - worth(X - E)) / (2 * step))
    J = np.stack(columns, axis=1)
    return J[0].reshape(X.shape, order="F") if len(J) == 1 else J


def curvature(f: str, values: Mapping[str, Any], name: str) -> Any:
    """The Hessian of f by a vector."""
    X = np.asarray(values[name], float)
    step = 1e-4
    columns = [
        (slope(f, {**values, name: X + step * E}, name, step) - slope(f, {**values, name: X - step * E}, name, step))
        / (2 * step) for E in np.eye(X.size)
    ]  # fmt: skip
    return np.stack(columns, axis=1)


def answers(row: Row) -> Iterator[tuple[Solution, Answer, str]]:
    """Every answer with the function that it should be the derivative of, "" where nothing is compared."""
    functions = iter(row["f"] if isinstance(row["f"], list) else [row["f"]])
    for solution in solutions(row):
        for answer in solution.results:
            yield solution, answer, next(functions)
    assert next(functions, None) is None, "an answer is missing"


def _bare(latex: str) -> str:
    return re.sub(r"[{}\s]", "", latex)


def error(row: Row, solution: Solution, answer: Answer, f: str, seed: int) -> float:
    """How far the answer's NumPy function is from the derivative of f; infinite where the shapes differ."""
    values = drawn(row, seed)
    name = next((s["name"] for s in solution.as_dict()["symbols"] if _bare(s["latex"]) == _bare(answer.wrt)), "")
    name = row.get("variable") or name
    values |= {letter: k for k, letter in enumerate(row.get("at", ""))}
    got = np.squeeze(np.asarray(called(answer.python, values), float))
    second = f.startswith("H:")
    want = np.squeeze(curvature(f[2:], values, name) if second else slope(f, values, name))
    index = re.search(r"(?:_\{?|\^\{?\()(\w)", answer.wrt)
    if index is not None and index[1] in row.get("at", "") and got.ndim < want.ndim:
        want = want[values[index[1]]]
    if got.size == want.size and got.ndim > want.ndim <= 2:
        got = got.reshape(want.shape)
    if got.shape != want.shape:
        return float("inf")
    scale = 1 + float(np.max(np.abs(want)))
    return float(np.max(np.abs(got - want))) / scale / (100 if second else 1)
