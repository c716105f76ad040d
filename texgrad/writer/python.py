"""Expressions to NumPy functions: vectors and rows are 1-d arrays, a family x_i is an array indexed x[i]."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence

from texgrad.algebra import SCALE, SYMBOL, Expr, index_key, postorder
from texgrad.immutable import lazy
from texgrad.operators import COLUMNS, DIFFERENTIAL, ENTRY, INDEXED_SUM, TRANSPOSE, Function, reciprocal
from texgrad.shapes import Dim
from texgrad.writer.numpy_code import code_of
from texgrad.writer.numpy_text import Code
from texgrad.writer.sizes import axes, polynomial, source

# what is never worth a variable of its own
CHEAP = frozenset((SCALE, TRANSPOSE, ENTRY))
INDENT = "    "
# how an index stands to another one -> the sign in Python
COMPARED = {r"\ne": "!=", r"\ge": ">=", r"\le": "<="}


def function(e: Expr, names: Mapping[str, str], parameters: Sequence[Expr] = (), name: str = "gradient") -> str:
    """The source of the NumPy function that works out `e`; its parameters are the symbols that it needs.

    names: symbol name -> identifier. parameters: the symbols of the problem in the order wanted; sizes that `e` itself
    does not show are read off them. Indices that stand free in `e` are integer parameters, counted from 0.
    """
    made = _Function(e, names, parameters)
    body = made.body()
    head = f"def {name}({', '.join(made.parameters())}):"
    used = (name for name in ("scipy.linalg", "scipy.special") if any(f"{name}." in line for line in body))
    libraries = [f"import {name}" for name in used]
    return "\n".join([head, *(INDENT + line for line in libraries + body)]) + "\n"


def identifier(latex: str) -> str:
    r"""A Python identifier for a symbol: `\mathbf{x}` → `x`, `\Sigma` → `Sigma`, `W_1` → `W_1`."""
    plain = re.sub(r"\\(?:mathbf|boldsymbol|mathrm|mathcal|mathbb|bm|text|vec)\b", "", latex)
    return re.sub(r"\W+", "_", plain).strip("_") or "x"


CONSTANTS: Mapping[str, str] = {r"\pi": "np.pi"}


class _Function:
    """One function in the making."""

    def __init__(self, e: Expr, names: Mapping[str, str], parameters: Sequence[Expr]) -> None:
        self.e = e
        self.order = list(postorder(e))
        used = [p for p in self.order if p.op is SYMBOL]
        self.given = {p.data.name: p for p in (*parameters, *used)}
        called = [f.name for p in self.order for f in _functions(p)]
        above = [e, *(a for p in self.order if p.op is not DIFFERENTIAL for a in p.args)]
        self.needed = {p.data.name for p in above if p.op is SYMBOL}
        self.bound = frozenset(index_key(p.data) for p in self.order if p.op.binds)
        self.taken = {"np", "scipy", "sum", "range"}
        self.identifiers: dict[str, str] = {}
        for s in (*self.given, *dict.fromkeys(called)):
            self.identifiers[s] = self._fresh(names.get(s) or identifier(s))
        for constant in CONSTANTS.keys() - names.keys():  # of which the problem does not speak
            self.identifiers[constant] = CONSTANTS[constant]
            self.needed.discard(constant)
        self.sizes: dict[str, str] = {}
        self.unknown: list[str] = []
        self.free: list[str] = []
        self.functions: dict[str, None] = {}
        self.helpers: list[str] = []

    def _fresh(self, wanted: str) -> str:
        wanted = wanted + "_" if keyword.iskeyword(wanted) else wanted
        found, count = wanted, 1
        while found in self.taken:
            count += 1
            found = f"{wanted}_{count}"
        self.taken.add(found)
        return found

    def identifier(self, name: str) -> str:
        """The identifier of a symbol, an index or a size."""
        if name not in self.identifiers:
            self.identifiers[name] = self._fresh(identifier(name))
        return self.identifiers[name]

    def index(self, name: str) -> str:
        """The identifier of an index; one that no sum binds is a parameter, and a number is a place counted from 0."""
        if name.isdigit():
            return str(int(name) - 1)
        key = "#" + name
        if key in self.e.free and name not in self.free:
            self.free.append(name)
        return self.identifier(key)

    def function(self, name: str, order: int) -> str:
        """The identifier of an unknown function or of its derivative, `X`, `dX`, `d2X`, which is a parameter."""
        found = {0: "", 1: "d"}.get(order, f"d{order}") + self.identifier(name)
        self.functions[found] = None
        return found

    def size(self, dim: Dim) -> str:
        """The code of a size, from variables set on the function's first lines."""
        for name in dim.names:
            if name not in self.sizes and not self._given(name):
                self.sizes[name] = self._read(name)
        return polynomial(dim, lambda n: self.identifier(n if n in self.needed else "=" + n))

    def _given(self, name: str) -> bool:
        """Whether the size is itself a symbol of the problem, such as the exponent of a matrix."""
        if name in self.given and self.given[name].scalar and not self.given[name].data.indices:
            self.needed.add(name)
            return True
        return False

    def _read(self, name: str) -> str:
        for own in (True, False):
            for symbol in self.holders.get(name, ()):
                found = (symbol.data.name in self.needed) is own and source(name, axes((symbol,), self.identifier))
                if found:
                    self.needed.add(symbol.data.name)
                    return found
        return ""

    @lazy
    def holders(self) -> Mapping[str, Sequence[Expr]]:
        """The parameters in whose shapes a size stands."""
        found: dict[str, list[Expr]] = {}
        for symbol in self.given.values():
            dims = (*symbol.shape, *(i.size for i in symbol.data.indices))
            for name in dict.fromkeys(n for dim in dims for n in dim.names):
                found.setdefault(name, []).append(symbol)
        return found

    def parameters(self) -> list[str]:
        """The identifiers of the parameters."""
        symbols = [self.identifier(n) for n in self.given if n in self.needed]
        sizes = [self.identifier("=" + n) for n, code in self.sizes.items() if not code]
        return symbols + list(self.functions) + [self.index(n) for n in self.free] + sizes

    # --- what is written where ---

    def varies(self, e: Expr) -> bool:
        """Whether `e` depends on the index of a sum."""
        return not self.bound.isdisjoint(e.free)

    def body(self) -> list[str]:
        """The lines of the function, without indentation."""
        counted = Counter(self)
        shared = _Block(self, {}, counted.shared)
        for e in self.order:
            if e.op.binds:
                shared.codes[e] = self._sum(e, shared, counted)
            if not self.varies(e):
                shared.write(e)
        top = _Block(self, shared.codes, counted.within[self.e])
        for e in counted.regions[self.e]:
            top.write(e)
        sizes = [f"{self.identifier('=' + n)} = {code}" for n, code in self.sizes.items() if code]
        return [*sizes, *self.helpers, *shared.lines, *top.lines, f"return {top(self.e).text}"]

    def _sum(self, e: Expr, shared: _Block, counted: Counter) -> Code:
        body = e.args[0]
        block = _Block(self, shared.codes, counted.within[body])
        for part in counted.regions[body]:
            block.write(part)
        text = block(body).text
        at = self.index(e.data.name)
        if block.lines:
            given = ", ".join(self.identifier(k) for k in sorted(self.bound & body.free))
            helper = self._fresh("term")
            self.helpers += [f"def {helper}({given}):", *(INDENT + line for line in (*block.lines, f"return {text}"))]
            text = f"{helper}({given})"
        low, high = e.data.ends
        end = self.size(e.data.size + Dim.of(-high) if high else e.data.size)
        each = f"{text} for {at} in range({low}, {end})" if low else f"{text} for {at} in range({end})"
        if e.data.but is not None:
            sign, other = e.data.but
            each += f" if {at} {COMPARED.get(sign, sign)} {self.index(other)}"
        if e.op is COLUMNS:
            return Code(f"np.array([{each}])" if body.scalar else f"np.column_stack([{each}])")
        return Code(f"sum({each})" if e.op is INDEXED_SUM else f"np.prod([{each}])")

    def variable(self) -> str:
        """A new local variable."""
        return self._fresh("part")


class Counter:
    """How often every node is written: within the body of each sum, and outside whatever the sums run over.

    What stands in a sum and does not vary with its index counts twice, so that it is worked out once, before the sum.
    """

    def __init__(self, made: _Function) -> None:
        self.regions: dict[Expr, list[Expr]] = {}
        self.within: dict[Expr, dict[Expr, int]] = {}
        self.shared: dict[Expr, int] = dict.fromkeys(made.order, 0)
        for root, inside in [(made.e, 1), *((s.args[0], 2) for s in made.order if s.op.binds)]:
            if root not in self.within:
                self._count(root, inside, made)
        for e in reversed(made.order):
            if not made.varies(e) and not e.op.binds:
                for a in e.args:
                    self.shared[a] += once(e, self.shared[e])

    def _count(self, root: Expr, inside: int, made: _Function) -> None:
        region = [p for p in _region(root) if made.varies(p)]
        count = dict.fromkeys(region, 0)
        (count if root in count else self.shared)[root] += 1
        for e in reversed(region):
            for a in e.args if not e.op.binds else ():
                (count if a in count else self.shared)[a] += max(once(e, count[e]), 0 if a in count else inside)
        self.regions[root], self.within[root] = region, count


def _functions(e: Expr) -> list[Function]:
    """The functions without a formula of which the outermost operator speaks."""
    return [f for f in (e.data if isinstance(e.data, tuple) else (e.data,)) if isinstance(f, Function)]


def once(e: Expr, count: int) -> int:
    """How often the arguments of a node are written that is itself written `count` times, or has a variable."""
    return 1 if worth_a_variable(e) and count > 1 else count


def worth_a_variable(e: Expr) -> bool:
    """Whether writing `e` twice is worse than giving it a variable."""
    return bool(e.args) and e.op not in CHEAP and not reciprocal(e)


def _region(root: Expr) -> Iterator[Expr]:
    """Every distinct node below `root` once, arguments first, without what stands inside sums."""
    seen: set[Expr] = set()
    stack = [root]
    while stack:
        e = stack[-1]
        waiting = [] if e.op.binds else [a for a in e.args if a not in seen]
        if e in seen or not waiting:
            stack.pop()
            if e not in seen:
                seen.add(e)
                yield e
        stack.extend(reversed(waiting))


class _Block:
    """The lines of a function or of the body of a sum, and the codes of what they work out."""

    def __init__(self, made: _Function, known: Mapping[Expr, Code], counts: Mapping[Expr, int]) -> None:
        self.made, self.known, self.counts = made, known, counts
        self.codes: dict[Expr, Code] = {}
        self.variables: set[Expr] = set()
        self.lines: list[str] = []

    def __call__(self, e: Expr) -> Code:
        """The code of `e`, which has been written."""
        return self.codes[e] if e in self.codes else self.known[e]

    def write(self, e: Expr) -> None:
        """Work out the code of `e`, on a line of its own where it comes back."""
        code = self.codes[e] if e in self.codes else self.known.get(e) or code_of(e, self)
        if self.counts.get(e, 0) > 1 and worth_a_variable(e):
            self.variables.add(e)
            self.lines.append(f"{(name := self.made.variable())} = {code.text}")
            code = Code(name)
        self.codes[e] = code

    def named(self, e: Expr) -> bool:
        """Whether `e` has a variable of its own."""
        return e in self.variables

    def identifier(self, name: str) -> str:
        """The identifier of a symbol."""
        return self.made.identifier(name)

    def index(self, name: str) -> str:
        """The identifier of an index."""
        return self.made.index(name)

    def function(self, name: str, order: int) -> str:
        """The identifier of an unknown function."""
        return self.made.function(name, order)

    def step(self, name: str) -> str:
        """The identifier of the differential of a symbol."""
        return self.made.function(name, 1)

    def size(self, dim: Dim) -> str:
        """The code of a size."""
        return self.made.size(dim)
