"""The answers, read off a line that holds one term for every variable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from texgrad.algebra import SYMBOL, Expr, add, holds, occurrences, postorder, scale, terms
from texgrad.engine.adjoints import NotMovable
from texgrad.engine.answers import (
    LASTING,
    LONG,
    awkward,
    component_line,
    drawn_before,
    keeps,
    keeps_own,
    letters_first,
    names_put_back,
    once,
    positive_first,
    put_back,
    said_shorter,
)
from texgrad.engine.conditions import conditions, within
from texgrad.engine.derivation import Line, Note, Result
from texgrad.engine.means import solutions_under_names, under_names
from texgrad.engine.state import State, lengths_of, written_out
from texgrad.engine.wirtinger import asked_by, combined, keys, other_member
from texgrad.operators import FROBENIUS, PARTIAL_TRACE, SINGLE, conjugate, derivative, differential, transpose, vec
from texgrad.operators.indexed import STACKED, STACKED_TURNED
from texgrad.shapes import ONE
from texgrad.tidy import (
    BASIS_TIMES_ONES,
    SINGLE_ENTRIES,
    apply,
    by_entries,
    expanded,
    final,
    gathered,
    simplified,
    stacked,
    tabulated,
    with_moduli,
    with_norms,
)
from texgrad.wanted import Wanted

OFTEN = 3  # times that the name of a number is written in an answer, from which on it stays there


def answers_of(state: State) -> tuple[tuple[Result, ...], tuple[Line, ...]]:
    """The answers in the order asked, and the lines that say them."""
    found = state.gradients
    results: list[Result] = []
    lines: list[Line] = []
    whole = _forms(found, state)
    note = conditions(state.question, state.scope)
    for variable in state.question.variables:
        asked = [w for w in state.question.wanted if w.variable is variable]
        if variable.data.indices and any(other_member(v, variable) for v in found):
            raise NotMovable(differential(variable))
        own = keys(variable, asked)
        for key in own:
            if variable.data.indices:
                whole[key] = tuple(map(by_entries, whole[key]))
            more, answers = _read_off(state, key, asked_by(key, variable, asked), whole[key], note)
            if key is variable is not conjugate(key) in found:
                more[0] = replace(more[0], note=(*more[0].note, "conjugate independent", variable))
            lines += more
            results += answers
        last = {key: whole[key][-1] for key in own}
        more, answers = combined(state.question.name, variable, asked, last, note)
        lines += more
        results += answers
    return tuple(results), tuple(_once(lines, note))


def _forms(found: Mapping[Expr, list[tuple[Expr, bool]]], state: State) -> dict[Expr, tuple[Expr, ...]]:
    """The answer for every variable; where one of them speaks of names, the others do."""
    asked = [(v, [w for w in state.question.wanted if w.variable is v]) for v in state.question.variables]
    parts = {key: found.get(key, [(scale(0, v), False)]) for v, own in asked for key in keys(v, own)}
    sums = {key: add(*(G for G, _ in terms_of)) for key, terms_of in parts.items()}
    forms = {key: answer_forms(G, state) for key, G in sums.items()}
    names = {s.data.name for s in state.own if s is not state.question.name} if len(forms) > 1 else set()
    bare = [key for key, answer in forms.items() if answer[-1].free.isdisjoint(names)]
    if len(bare) < len(forms):
        again = (key for key in bare if not sums[key].free.isdisjoint(names))
        forms |= {key: answer_forms(sums[key], state, briefly=True) for key in again}
    return forms


def _once(lines: list[Line], note: Note) -> list[Line]:
    """The answers with the conditions that all of them share behind the last one only."""
    shared = bool(note) and all(line.note[: len(note)] == note for line in lines)
    return [replace(line, note=line.note[len(note) :]) if shared else line for line in lines[:-1]] + lines[-1:]


def _read_off(
    state: State, key: Expr, asked: list[Wanted], whole: tuple[Expr, ...], note: Note
) -> tuple[list[Line], list[Result]]:
    """The line and the answers for the derivative by `key`, a variable or the conjugate of one."""
    by_vec = key.op is SYMBOL and ONE not in key.shape and any(w.vectorised for w in asked)
    kind = "transposed" if asked and not by_vec and all(w.transposed for w in asked) else ""
    forms = said_shorter(tuple(transpose(a) if kind else a for a in whole))
    of = {p.data[0] for form in forms for p in postorder(form, only=PARTIAL_TRACE.bit) if p.op is PARTIAL_TRACE}
    said = tuple(f"partial trace {which}" for which in sorted(of))
    variable = key if key.op is SYMBOL else conjugate(key)
    inside = within(state.question, variable, ()) if variable.data.indices else ()
    lines = [Line(derivative(state.question.name, key, kind), forms, "=", (), (*note, *inside, *said))]
    results: list[Result] = []
    for w in asked:
        if w.entry:
            picking = {n.symbol: n.definition for n in state.names if n.definition.ops & SINGLE.bit}
            line = component_line(state.question.name, replace(w, variable=key), put_back(whole[-1], picking))
            here = (*inside, *within(state.question, variable, w.entry))
            lines.append(replace(line, note=(*line.note, *here)))
            expression, layout = line.right[-1], "component"
        elif by_vec and w.vectorised:
            expression, layout, here = final(vec(forms[-1])), "gradient", inside
            expression = transpose(expression) if w.transposed else expression
            left = derivative(state.question.name, key, STACKED_TURNED if w.transposed else STACKED)
            lines.append(Line(left, (expression,), note=(*note, *here)))
        else:
            expression, layout, here = forms[-1], "gradient", inside
        results.append(Result(w, expression, layout, (*note, *here)))
    return lines, results


def answer_forms(G: Expr, state: State, briefly: bool = False) -> tuple[Expr, ...]:
    """The answer as it is printed: with names, or with the definitions put back, or with names and multiplied out.

    briefly: with names wherever those make it shorter.
    """
    own = state.own
    name = state.question.name
    if kept := [s for s, d in own.items()
                if d.ops & LASTING and (keeps(G, s, d) or (s is name and keeps_own(state.question)))]:
        own = {s: d for s, d in own.items() if s not in kept}
    used = [s for s in own if s.data.name in G.free]
    if not used:
        return (positive_first(_plain(final(stacked(G)), state)),)
    G = gathered(G)
    if written_out(G, lengths_of(own) if kept else state.lengths) > 4 * LONG:
        return (G,)
    G = drawn_before(with_moduli(names_put_back(G, own), state.question.expression), state.question.name)
    used = [s for s in used if s.data.name in G.free]
    named = positive_first(_plain(G, state))
    if any(s.scalar and own[s].args and occurrences(named).get(s, 0) >= OFTEN for s in used):
        return (positive_first(_plain(final(stacked(G)), state)),)
    deep = any(not own[s].free.isdisjoint(o.data.name for o in own) for s in used if s is not state.question.name)
    full = final(stacked(put_back(G, own)))
    if (deep or briefly) and not (full.length <= G.length + 4 or (not briefly and once(full))):
        return (named,)
    if full.length > LONG:
        return (named,)
    if any(awkward(own[s]) for s in used):
        many = simplified(expanded(put_back(G, own)))
        return (G, many) if len(terms(many)) <= 3 and many.length <= LONG else (G,)
    return (positive_first(_plain(full, state)),)


def _plain(G: Expr, state: State) -> Expr:
    """The answer without the signs of the derivation that its author does not use."""
    G = apply(G, SINGLE_ENTRIES, BASIS_TIMES_ONES)[0]
    G = with_moduli(G, state.question.expression)
    if not holds(state.question.expression, FROBENIUS):
        G = simplified(with_norms(G, state.question.expression))
    if state.question.definitions:
        G = solutions_under_names(under_names(G, state.question.definitions), state.question.definitions)
    return tabulated(letters_first(G, state.question))
