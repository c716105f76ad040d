"""Random functions in several hands, derived from their text: the answers' NumPy against finite differences.

TEXGRAD_EXAMPLES sets how many are tried (60 where it is not set).
"""

from __future__ import annotations

import inspect
import os
from contextlib import suppress
from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import texgrad
from tests.differences import compiled
from tests.expressions import INDICES, expressions
from tests.writer.test_roundtrip import HANDS, readable
from texgrad.algebra import Expr, postorder
from texgrad.check_values import Evaluator
from texgrad.check_worlds import STEP, World, world
from texgrad.operators import BASIS, POWER, SINGLE, SINGULAR_VALUE, TRIGAMMA, UNKNOWN_FUNCTION, differential
from texgrad.reader.identifiers import python_names
from texgrad.reader.vocabulary import FUNCTION_LETTERS, OUTPUT_LETTERS
from texgrad.shapes import ONE, SCALAR, Index
from texgrad.source import TexgradError
from texgrad.writer.latex import write

EXAMPLES = int(os.environ.get("TEXGRAD_EXAMPLES", "60"))
QUIET = settings(
    max_examples=EXAMPLES, deadline=None, derandomize="TEXGRAD_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
# what a text alone does not tell from a name, or from a function of the author's
LETTERED = tuple(op for letter, op in FUNCTION_LETTERS.items() if letter in OUTPUT_LETTERS)
UNSAID = (UNKNOWN_FUNCTION, BASIS, SINGLE, TRIGAMMA, *LETTERED)
STEPS = (STEP, STEP / 16)  # of finite differences, which count where they agree
REFUSED = {"unsupported", "not-differentiable", "too-large", "undeclared"}


def said(s: Expr) -> str:
    """The declaration of a symbol."""
    sizes = " x ".join(str(d) for d in s.shape if d != ONE) or "scalar"
    if not s.data.indices:
        return sizes
    return f"family {s.data.indices[0].size} of {sizes}"


def given_to(function: Any, here: World, symbols: dict[str, Expr]) -> dict[str, Any]:
    """The arguments of a generated function at the first point of a world."""
    names = python_names({name: name for name in symbols})
    values: dict[str, Any] = {**here.sizes, **here.indices}
    for name, s in symbols.items():
        array = here.values[name][0]
        values[names[name]] = array.squeeze(tuple(k - 2 for k in (0, 1) if s.shape[k] == ONE))
    return {name: values[name] for name in inspect.signature(function).parameters}


@given(data=st.data())
@QUIET
def test_text_is_derived_and_its_answer_is_right(data: Any) -> None:
    e, symbols = data.draw(expressions((SCALAR,), depth=4, differentials=False))
    assume(readable(e) and not any(p.op in UNSAID for p in postorder(e)))
    assume(not any(p.op is SINGULAR_VALUE and isinstance(p.data[0], Index) for p in postorder(e)))  # of how many?
    assume(not any(p.op is POWER and ONE not in p.shape for p in postorder(e)))  # of the matrix, or of its entries?
    whole = [s for s in symbols.values() if not s.data.indices]
    assume(whole)
    x = data.draw(st.sampled_from(whole))
    latex = write(e, HANDS[data.draw(st.sampled_from(sorted(HANDS)))])
    declare = {name: said(s) for name, s in symbols.items()}
    declare |= {name: f"index of {i.size}" for name, i in INDICES.items() if f"#{name}" in e.free}
    properties = {name: sorted(s.data.assume) for name, s in symbols.items() if s.data.assume}
    try:
        answer = texgrad.derive(latex, x.data.name, declare, properties).results[0]
    except TexgradError as refused:
        assert refused.diagnostics[0].code in REFUSED, (latex, declare, refused.diagnostics[0].message)
        return
    gradient = compiled(answer.python)
    for attempt in range(4):
        here, finer = (world((e, *symbols.values()), frozenset({x.data.name}), {}, attempt, s) for s in STEPS)
        with np.errstate(all="ignore"), suppress(np.linalg.LinAlgError):
            slope, again = (Evaluator(w)(differential(e))[0] for w in (here, finer))
            if not (np.isfinite(slope).all() and np.allclose(slope, again, rtol=1e-5)):
                continue
            found = gradient(**given_to(gradient, here, symbols))
            along = np.sum(np.reshape(found, here.directions[x.data.name][0].shape) * here.directions[x.data.name][0])
            if np.isfinite(along):
                near = abs(along - slope.item()) <= 1e-4 * max(1e-3, abs(along), abs(slope.item()), np.abs(found).max())
                assert near, (latex, x, along, slope, answer.python)
                return
