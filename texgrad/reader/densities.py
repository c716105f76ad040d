r"""The normal density, which authors write as `\mathcal{N}(x\mid\mu,\Sigma)` and hardly ever define."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from texgrad.algebra import Op
from texgrad.operators import DET, EXP, INVERSE, TRANSPOSE
from texgrad.reader.items import Items
from texgrad.reader.tree import Name, Tree
from texgrad.reader.vocabulary import CLOSES
from texgrad.source import Span

NORMAL = frozenset((r"\mathcal{N}", r"\mathscr{N}"))
SEPARATORS = frozenset(("|", ",", ";"))
BARS = frozenset((r"\|", "||", r"\Vert"))
COVARIANCE = "covariance"  # the data of its inverse
BETWEEN = BARS | SEPARATORS  # what stands between the arguments of a function


def divergence(items: Items) -> bool:
    r"""Whether brackets hold two things with a double bar between them, `(V\|WH)`."""
    bars = [k for k, i in enumerate(items) if i.text in BARS]
    return len(bars) == 1 and 1 < bars[0] < len(items) - 2 and items[0].text in CLOSES


def normal_density(parts: Sequence[Sequence[Tree]], place: Span) -> Tree:
    """exp(−½(x − μ)ᵀΣ⁻¹(x − μ)) / √det(2πΣ); every part twice, for trees that are read apart are typed apart."""
    (x, other_x), (mean, other_mean), (covariance, other_covariance) = parts

    def made(op: str | Op, *args: Tree, data: object = None) -> Tree:
        tree = Tree(op, args, data, place.start, place.start)
        tree.fenced = True
        return tree

    two, pi = made("number", data=Fraction(2)), made("pi")
    rest, other = made("sum", x, mean, data=(1, -1)), made("sum", other_x, other_mean, data=(1, -1))
    form = made("product", made(TRANSPOSE, rest), made(INVERSE, covariance, data=COVARIANCE), other, data=("", "", ""))
    exponent = made("sum", made("quotient", form, two, data=""), data=(-1,))
    scale = made("root", made(DET, made("product", two, pi, other_covariance, data=("", "", ""))))
    whole = Tree("quotient", (made(EXP, exponent), scale), "", *place)
    whole.fenced = True
    return whole


def covariances(trees: Iterable[Tree]) -> Iterator[Name]:
    """The names of covariance matrices of normal densities, or of their inverses, which are symmetric."""
    for tree in trees:
        inner = tree.args[0]
        while inner.op is INVERSE or (inner.op == "sum" and len(inner.args) == 1):
            inner = inner.args[0]
        if tree.data == COVARIANCE and inner.op == "name":
            yield inner.data
