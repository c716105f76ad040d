"""The sizes of a function that is typed: those that its variables agree on, and names for those that nothing named."""

from __future__ import annotations

import re
from difflib import get_close_matches

from texgrad.reader.apart import OWN, own_name
from texgrad.reader.complete import Complete
from texgrad.reader.forms import DIRECTION
from texgrad.reader.infer import Typing
from texgrad.reader.lines import capital_of
from texgrad.reader.named import read_name
from texgrad.reader.names import Declared
from texgrad.reader.tails import bound_within
from texgrad.reader.tree import walk
from texgrad.reader.types import Size
from texgrad.reader.variables import Variable
from texgrad.shapes import ONE, Dim
from texgrad.source import fail

COUNTS = ("n", "N", "m", "M")  # letters for how many terms a sum has, where the author has none


def finish(whole: Complete, typing: Typing) -> None:
    """Name the sizes that nothing named; TexgradError where a variable does not occur or sizes do not fit."""
    _agree(whole, typing)
    names = set(typing.forms) | typing.scope.sizes | set(typing.indices)
    names |= {n for form in typing.forms.values() for s in form if isinstance(s, Dim) for n in s.names}
    names |= bound_within(whole.tree)
    taken = {n if n.isalnum() else re.sub(r"\W", "", n) for n in names}
    typing.sizes.name_unknowns(typing.forms.values(), taken)
    ranges: dict[Size, None] = {}
    counted: dict[str, Size] = {}
    for index, size, _ in (of for bound in typing.summed.values() for of in bound):
        if type(typing.sizes.find(size)) is int:  # what one letter counts without an end is the same everywhere
            typing.sizes.unify(counted.setdefault(index, size), size)
        ranges[size] = None
    if ranges:
        typing.sizes.name_unknowns(((size, ONE) for size in ranges), taken | set(typing.sizes.named()), COUNTS)


def _agree(whole: Complete, typing: Typing) -> None:
    """Take the sizes of variables and of what is asked for by the letters of their indices."""
    members, variables = whole.subject.members, whole.variables
    for variable, entry in variables.every:
        key = variable.name.base if entry else variable.name.full
        if key not in typing.forms or key in whole.needed:
            raise _absent(whole, key, variable, typing)
    for (ask, _), (variable, _) in zip(members, variables.first, strict=True):
        step = read_name(ask.extra) if ask.form == DIRECTION else None
        if step is not None and step.full in typing.forms:
            typing.sizes.unify_forms(typing.forms[step.full], typing.forms[variable.name.full])
    targets = [t for _, t in members] + [t for (_, t), s in zip(members, variables.second, strict=True) if s]
    for target, (variable, entry) in zip(targets, variables.every, strict=True):
        if len(entry) > 2 and not typing.scope.declared.get(variable.name.base, Declared()).indexed:
            raise fail("shape", f"{len(entry)} indices on {variable.name.base}", variable.span, "write X_{ij}")
        if entry and variable.name.base in typing.families:
            typing.sizes.unify(typing.range_of(entry[0]), typing.families[variable.name.base])
        if entry and not typing.scope.declared.get(variable.name.base, Declared()).indexed:
            form = typing.forms[variable.name.base]
            for index, size in zip(entry, form, strict=False):
                typing.sizes.unify(typing.range_of(index), size)
        for index, size in zip(target.entry, typing.results[id(whole.tree)], strict=False):
            typing.sizes.unify(typing.range_of(index), size)


def _absent(whole: Complete, key: str, variable: Variable, typing: Typing) -> Exception:
    """The refusal of a variable that does not occur; where it occurs with indices, they have the caret."""
    other = next((t for t in walk(whole.tree) if t.op == "name" and t.data.base == key != t.data.full), None)
    if other is not None:
        message = f"{key} stands in the function with indices that are not its own, {other.data.full}"
        help = f"ask for the derivative by {other.data.full}, or sum over its indices"
        return fail("undeclared", message, other.span, help)
    own = [name for name in typing.forms if name not in whole.needed]
    if own_name(key) in own:
        message = f"only members of {key} stand in the function, which are kept apart from {key} itself"
        return fail("undeclared", message, variable.span, f"ask for the derivative by one of them, {key}_k")
    lines = next((name for name in own if capital_of(name) == key), "")
    if lines:
        message = f"{key} is not in the function, and nothing says whether {lines} with an index is a row or a column"
        return fail("undeclared", message, variable.span, f"say so: where {lines}_i is the i-th row of {key}")
    near = get_close_matches(key, [name for name in own if not OWN.fullmatch(name)], 1, 0.5)
    help = f"did you mean {near[0]}?" if near else f"the function depends on {', '.join(own[:5]) or 'nothing'}"
    if capital := next((name for name in own if name[-1:].isupper() and key[0] == "\\" and not near), ""):
        help += rf"; where {capital} depends on it, write {capital}({key})"
    return fail("undeclared", f"{key} does not occur in the function", variable.span, help)
