"""What is asked about one function: the requests and what is said, with entries and members of families told apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import field, replace
from itertools import pairwise

from texgrad.immutable import immutable, lazy
from texgrad.reader.apart import own_name
from texgrad.reader.fonts import entries_by_letter, with_fonts
from texgrad.reader.functions import bare_among
from texgrad.reader.items import Items
from texgrad.reader.labelled import as_member, may_hold_labels, members_by_label, with_members
from texgrad.reader.lines import capital_of
from texgrad.reader.lines_said import COLUMN, ROW, Line, column_of, with_lines
from texgrad.reader.models import without_models
from texgrad.reader.names import INDEX_LETTERS, subscript
from texgrad.reader.nested import letters, lists_in
from texgrad.reader.parameters import MOST, of_parameters, stands
from texgrad.reader.picked import as_sums, may_pick, spelt_in
from texgrad.reader.request import Asked
from texgrad.reader.said import Said
from texgrad.reader.targets import Target
from texgrad.reader.tree import MEMBER, Name
from texgrad.reader.variables import Variable
from texgrad.shapes import ONE, SCALAR

FRESH = "mklcrjst"  # letters for an index that a formula does not have

Members = list[tuple[Asked, Target]]  # requests, each with its function


def asked_indices(variable: Variable | None, defined: Collection[str]) -> tuple[str, ...]:
    """The letters below the variable of a request, no label such as the f of W_f beside `f = ...`."""
    below = () if variable is None else subscript(variable.name)
    return () if any(i in defined for i in below) else below


@immutable
class Subject:
    """The requests `members`, which ask about one function, `target`, and what is said of its names.

    parameters: names of what depends on parameters of which one is asked about, and that one. numbering: whether what
    stands below a name can say which entry of it is meant.
    """

    said: Said
    members: Members
    target: Target
    parameters: Mapping[str, Name] = field(default_factory=dict)
    numbering: bool = True

    @lazy
    def own(self) -> Set[str]:
        """The names of which something is said."""
        return self.said.declared.keys() | {d.name.full for d in self.said.definitions}

    @lazy
    def lettered(self) -> Set[str]:
        """The letters that have definitions."""
        return {d.name.base for d in self.said.definitions}

    @lazy
    def members_asked(self) -> Set[str]:
        r"""The letters of families of which each member is asked for, as `\hat x_i = …` is."""
        below = [t for ask, t in self.members if asked_indices(ask.variable, self.lettered)]
        return {found[2] for t in below if (found := MEMBER.fullmatch(t.name))}

    @lazy
    def asked(self) -> Set[str]:
        """The indices of what is asked for."""
        found = {i for _, t in self.members for i in t.entry}
        asked = (v for ask, _ in self.members for v in (ask.variable, ask.second))
        found |= {i for v in asked for i in asked_indices(v, self.lettered)}
        return found | self.members_asked | self.entries

    @lazy
    def entries(self) -> Set[str]:
        r"""The letters below vectors that depend on the variables, the y of `-\log p_y` where `p = s(Wx)`."""
        if not self.numbering:
            return frozenset()
        names = {d.name.full for d in self.said.definitions}
        bare = {d.name.base: d.letters for d in self.said.definitions if not (d.name.sub or d.parameters)}
        moving = {ask.variable.name.base for ask, _ in self.members if ask.variable is not None}
        while more := {name for name, held in bare.items() if name not in moving and not held.isdisjoint(moving)}:
            moving |= more
        found = set()
        for items in lists_in((self.target.items,)) if not moving.isdisjoint(bare) else ():
            for item, script in pairwise(items):
                below = script.body[0] if script.kind == "_" else ()
                vector = item.text in moving and item.text in bare and item.text.rstrip("}")[-1:].islower()
                if vector and len(below) == 1 and below[0].text in INDEX_LETTERS:
                    found |= {below[0].text} if f"{item.text}_{below[0].text}" not in names else set()
        return found - self.lettered

    @lazy
    def free(self) -> Set[str]:
        """The indices that no sum binds."""
        return {*self.said.indices, *self.asked}

    @lazy
    def defined_letters(self) -> Set[str]:
        """The names that have definitions, and the letters in these."""
        return frozenset(self.lettered).union(*(d.letters for d in self.said.definitions))

    @lazy
    def defined_counters(self) -> Set[str]:
        """The letters that sums in definitions bind."""
        found: set[str] = set()
        for items in lists_in(d.right for d in self.said.definitions):
            for item, behind in pairwise(items):
                if item.kind in ("sum", "prod") and behind.kind == "_":
                    found |= {i.text for i in behind.body[0] if i.kind == "name"}
        return found


def subject_of(said: Said, members: Members, numbering: bool = True) -> Subject:
    """The subject of requests that ask about one function."""
    said, members = _by_lines(*_by_fonts(*_by_labels(*_by_picks(said, members))))
    defining = without_models(said.definitions, [target.items for _, target in members])
    if len(defining) < len(said.definitions):
        said = said.copy()
        said.definitions = defining
    subject = Subject(said, members, members[0][1], numbering=numbering)
    for ask, _ in members:
        if ask.variable is not None:
            subject = _depending(subject, ask.variable.name)
    return subject


def _by_fonts(said: Said, members: Members) -> tuple[Said, Members]:
    r"""The requests with `x_i` as an entry of `\mathbf{x}`, the variable or a defined name; so the definitions."""
    below = (v for ask, _ in members for v in (ask.variable, ask.second) if v is not None)
    asked = (v.name.base for v in below if not v.name.sub)
    target, own = members[0][1], {d.name.base for d in said.definitions}
    arrays = (name for name, known in said.declared.items() if not known.indexed and known.shape != SCALAR)
    names = dict.fromkeys((*asked, *target.parameters, *(d.name.full for d in said.definitions), *arrays))
    formulas = (target.items, *(d.right for d in said.definitions))
    found = entries_by_letter(names, formulas, said.declared.keys() | own)
    if not found:
        return said, members
    said = said.copy()
    said.definitions[:] = [replace(d, right=with_fonts(d.right, found)) for d in said.definitions]
    return said, [(ask, replace(one, items=with_fonts(one.items, found))) for ask, one in members]


def _by_lines(said: Said, members: Members) -> tuple[Said, Members]:
    r"""The requests by a matrix with `w_c` as the column that the words call so; definitions likewise."""
    if not said.lines and not (fitting := _fitting(said, members)):
        return said, members
    said = said if said.lines else replace(said.copy(), lines=fitting)
    asked = {ask.variable.name.full for ask, _ in members if ask.variable is not None}
    asked.update(p for ask, target in members if ask.variable is None for p in target.parameters)
    shown = letters((*(t.items for _, t in members), *(d.right for d in said.definitions)))
    names = [ask.variable.name for ask, _ in members if ask.variable is not None]
    members_asked = {name.base for name in names if name.sub}
    lines = {
        letter: line for letter, line in said.lines.items()
        if letter != line.matrix and (line.matrix in asked or _whole(letter, line, members_asked, shown))
    }  # fmt: skip
    if not lines:
        return said, members
    said = replace(said.copy(), lines=lines)
    said.definitions[:] = [replace(d, right=with_lines(d.right, lines)) for d in said.definitions]

    def moved(v: Variable | None) -> Variable | None:
        line = None if v is None or len(v.name.sub) != 1 else lines.get(v.name.base)
        return v if v is None or line is None or line.turned else replace(v, name=column_of(v.name, line))

    return said, [(replace(ask, variable=moved(ask.variable), second=moved(ask.second)),
                   replace(one, items=with_lines(one.items, lines))) for ask, one in members]  # fmt: skip


def _fitting(said: Said, members: Members) -> Mapping[str, Line]:
    r"""The members `u_i` as the rows or columns of a matrix U that is asked about, whichever alone have their size."""
    asked = {ask.variable.name.base for ask, _ in members if ask.variable is not None and not ask.variable.name.sub}
    matrices = {whole: known.shape for whole in asked if (known := said.declared.get(whole)) and known.shape}
    if not matrices:
        return {}
    shown, found = letters((members[0][1].items, *(d.right for d in said.definitions))), {}
    for letter, known in said.declared.items():
        base = letter.partition("_")[0]
        matrix, shape = capital_of(base), known.shape
        if matrix not in matrices or matrix in shown or base not in shown or shape is None or shape[1] != ONE:
            continue
        kinds = [kind for kind, size in zip((COLUMN, ROW), matrices[matrix] or (), strict=False) if size == shape[0]]
        if len(kinds) == 1:
            found[base] = Line(matrix, kinds[0], base, told=False)
    return found


def _whole(letter: str, line: Line, asked: Collection[str], shown: Collection[str]) -> bool:
    """Whether one asks about a column of a matrix that stands in the function as a whole."""
    return letter in asked and line.matrix in shown and not line.turned


def _by_picks(said: Said, members: Members) -> tuple[Said, Members]:
    r"""The requests by a member `w_k` with `w_{y_i}` as the one whose index is y_i; definitions likewise."""
    names = (ask.variable.name for ask, _ in members if ask.variable is not None)
    asked = sorted({name.base for name in names if len(subscript(name)) == 1})
    formulas = (members[0][1].items, *(d.right for d in said.definitions))
    if not asked or not any(map(may_pick, formulas)):
        return said, members
    picked = frozenset(latex for base in asked for items in formulas for latex in spelt_in(items, base))
    said, taken = replace(said.copy(), picked=said.picked | picked), letters(formulas)
    for base in asked:
        letter = next((x for x in FRESH if x not in taken), "")
        if letter:
            said.definitions[:] = [replace(d, right=as_sums(d.right, base, letter)) for d in said.definitions]
            members = [(ask, replace(one, items=as_sums(one.items, base, letter))) for ask, one in members]
    return said, members


def _by_labels(said: Said, members: Members) -> tuple[Said, Members]:
    r"""The requests with `x^{(i)}` as the member x_i, where a sum binds such an index; definitions likewise."""
    target = members[0][1]
    latex = (target.formula.source.latex, *(d.formula.source.latex for d in said.definitions))
    if not any(map(may_hold_labels, latex)) and not target.formula.macros:
        return said, members
    names = sorted(members_by_label((target.items, *(d.right for d in said.definitions))))
    if not names:
        return said, members
    same = {name: name for name in names}
    parts = [((), target.items), *((d.parameters, d.right) for d in said.definitions)]
    parts = [(parameters, with_members(items, same)) for parameters, items in parts]
    whole = {name for name in names if any(name not in own and bare_among(items, name) for own, items in parts)}
    said = replace(said.copy(), apart=said.apart | whole)
    own = {name: own_name(name) if name in whole else name for name in names}
    said.definitions[:] = [
        replace(d, name=as_member(d.name, own), right=with_members(d.right, own)) for d in said.definitions
    ]
    for name, family in own.items():
        if (known := said.declared.get(name)) is not None and not known.indexed:
            said.declared[family] = replace(known, indexed=True)

    def moved(v: Variable | None) -> Variable | None:
        return v and replace(v, name=as_member(v.name, own))

    return said, [(replace(ask, variable=moved(ask.variable), second=moved(ask.second)),
                   replace(one, items=with_members(one.items, own))) for ask, one in members]  # fmt: skip


def _depending(subject: Subject, name: Name) -> Subject:
    r"""The subject with what depends on a parameter, `K(\theta)` on \theta_j, in the function and in what it needs."""
    said, target = subject.said, subject.target
    if stands(target.items, name.base):
        return subject
    formulas: dict[Items, None] = {target.items: None}
    waiting = [target.items]
    while waiting and len(formulas) < MOST:
        found = letters((waiting.pop(),))
        for d in said.definitions:
            if d.name.base in found and d.right not in formulas:
                formulas[d.right] = None
                waiting.append(d.right)
    known = {d.name.full for d in said.definitions}
    made = of_parameters(formulas, name.base, known, said.functions, not subscript(name))
    if made is None:
        return subject
    changed = dict(zip(formulas, made[0], strict=True))
    said = said.copy()
    said.definitions[:] = [replace(d, right=changed.get(d.right, d.right)) for d in said.definitions]
    target = replace(target, items=changed[target.items])
    parameters = {**subject.parameters, **dict.fromkeys(made[1], name)}
    return Subject(said, subject.members, target, parameters, subject.numbering)
