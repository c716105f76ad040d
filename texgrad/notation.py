"""How operators are spelt: patterns such as `#1^\\top`, how strongly they bind, and the author's own choice among them.

A pattern is LaTeX with `#1`, `#2` for the arguments. Where it stands open on a side, the argument there must bind at
least as strongly as the pattern asks, or be put in parentheses; that strength is worked out from the pattern itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field

from texgrad.algebra import NUMBER, SUM, Expr, Op
from texgrad.immutable import immutable
from texgrad.operators import (
    CONJUGATE,
    CONJUGATE_TRANSPOSE,
    CROSS,
    FROBENIUS,
    HADAMARD,
    INVERSE,
    KRONECKER,
    LOGDET,
    MAX_NORM,
    NORM,
    POWER,
    PRODUCT,
    TRANSPOSE,
)
from texgrad.operators.tensors import DOUBLE_CONTRACTION, DYADIC
from texgrad.remembered import remembered
from texgrad.shapes import ONE

# Binding strength, loosest first.
EQUATION, ADDITIVE, COLON, CIRCLE, JUXTAPOSED, APPLIED, SCRIPTED, ATOM = range(8)

INFIX: Mapping[Op, int] = {
    SUM: ADDITIVE, FROBENIUS: COLON, DOUBLE_CONTRACTION: COLON, HADAMARD: CIRCLE, KRONECKER: CIRCLE, DYADIC: CIRCLE,
    CROSS: CIRCLE,
    PRODUCT: JUXTAPOSED,
}  # fmt: skip

TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|#\d|\d+(?:\.\d+)?|\s+|.", re.DOTALL)


@immutable
class Pattern:
    """One spelling: its text, how strongly the whole binds, and how strongly each argument must bind."""

    text: str
    level: int
    arguments: tuple[int, ...]


@remembered()
def pattern(op: Op, text: str) -> Pattern:
    """The pattern that `text` is for `op`."""
    count = len(set(re.findall(r"#\d", text)))
    opens, closes = text.startswith("#1"), bool(re.search(r"(?<!\^)#\d$", text))
    if opens and closes and count >= 2:
        level = INFIX.get(op, JUXTAPOSED)
        return Pattern(text, level, (level,) + (level + 1,) * (count - 1))
    if opens:
        return Pattern(text, SCRIPTED, (ATOM,) + (EQUATION,) * (count - 1))
    if closes:
        return Pattern(text, APPLIED, (EQUATION,) * (count - 1) + (APPLIED,))
    level = APPLIED if op is LOGDET else ATOM  # a power behind log|A| would be one of the determinant
    return Pattern(text, level, (EQUATION,) * count)


def line_of(kind: str, matrix: str) -> str:
    """The key of the letter that rows or columns of a matrix have."""
    return f"{kind} of {matrix}"


def style_cell(name: str) -> str:
    """Under which key the author's spelling of the entries of a matrix is kept, where it is one of its own."""
    return f"{name}[#1,#2]"


def style_entry(name: str) -> str:
    """Under which key the letter is kept by which the author calls the entries of a vector, x for \\mathbf{x}."""
    return f"{name}[#1]"


def style_key(e: Expr) -> str:
    """Under which key an author's spelling of the outermost operator of `e` is kept.

    Norms of vectors and of matrices, plain and squared, and the transpose of an inverse are spelt as a whole.
    """
    if e.op is MAX_NORM and ONE not in e.args[0].shape:
        return LARGEST_ENTRY
    if e.op is POWER and e.args[0].op is NORM and e.args[1].op is NUMBER and e.args[1].data == 2:
        return "squared " + style_key(e.args[0])
    if e.op is NORM:
        return "vector norm" if ONE in e.args[0].shape else "matrix norm"
    if e.op is TRANSPOSE and e.args[0].op is INVERSE:
        return "inverse conjugate transpose" if e.args[0].args[0].op is CONJUGATE else "inverse transpose"
    return CONJUGATE_TRANSPOSE.name if e.op is TRANSPOSE and e.args[0].op is CONJUGATE else e.op.name


LARGEST_ENTRY = "max norm of a matrix"  # of which the norm with the sign of infinity is another one
DOUBLE_SUM = "sum over two indices"  # the key of how authors write it with one sign
BARE_SCRIPTS = "scripts without braces"  # where control words stand below names as they are, p_\theta
ROOT = "square root"  # the key of how authors write it
BY_ENTRIES = "power by entries"  # and that of powers with a sign for that
BELOW = "_"  # before how arguments are separated: the last one stands below the name, f_\theta(x)
MARK = "#"  # an argument
DEFAULTS: Mapping[str, str] = {
    "matrix norm": r"\|#1\|_F",
    "vector norm": r"\|#1\|_2",
    "squared matrix norm": r"\|#1\|_F^2",
    LARGEST_ENTRY: r"\|#1\|_{\max}",
    "squared vector norm": r"\|#1\|_2^2",
    "inverse transpose": r"#1^{-T}",
    "inverse conjugate transpose": r"#1^{-H}",
    "imaginary unit": "i",
    "Frobenius product": "#1:#2",
    "Hadamard quotient": r"#1\oslash #2",
    "sum over an index": r"\sum_{#2=1}^#3 #1",
    "product over an index": r"\prod_{#2=1}^#3 #1",
    "sum over an index with others": r"\sum_{#2\ne #3} #1",
    "product over an index with others": r"\prod_{#2\ne #3} #1",
    "row": "#1_{#2,:}",
    "column": "#1_{:,#2}",
    "identity": "I",
    "ones": r"\mathbf 1",
    "basis vector": "e_#1",
    "single-entry matrix": "E_{#1#2}",
    "Kronecker delta": r"\delta_{#1#2}",
    "commutation matrix": "K_{#1,#2}",
    "duplication matrix": "D_#1",
    "elimination matrix": "L_#1",
    "entry": "#1_{#2}",
}


def arguments(function: str) -> str:
    """The key of what stands between the arguments of a function: `#;` for `f(x; y)`, `_#|` for `f_z(x | y)`."""
    return f"arguments of {function}"


def is_nabla(template: str) -> bool:
    """Whether a derivative is written with a nabla, a command or the letter itself."""
    return template.lstrip("{ ").startswith((r"\nabla", "∇"))


@immutable
class Style:
    """An author's hand, as read from a document: values that the writer looks up.

    templates: style key -> the author's spelling, cut out of the source with `#1`, `#2` for the arguments. In those of
        constants they are the sizes (`I_{#1}`, `\\mathbf 1_{#1\\times #2}`) or the indices (`e_{#1}`, `J^{#1#2}`), in
        that of an entry the matrix and its indices (`[#1]_{#2}`); in that of a
        sum `#2` is the index and `#3` its size (`\\sum_{#2=1}^{#3} #1`).
    symbols: canonical symbol name -> how the author types it (a macro of his own, `\\mathbf x` without braces).
    differential: what stands before a variable in its differential, `d` or `\\mathrm{d}`.
    fraction: `\\frac`, `\\dfrac` or `\\tfrac`; numerators: whether letters stand above a number, `\\frac{\\lambda}{2}`;
        arrays: whether vectors and matrices stand above a number that is a letter, `\\frac{x-\\mu}{\\sigma}`;
        beside: whether norms and functions stand beside a fraction, `\\frac{1}{2\\sigma^2}\\|x\\|^2`.
    decimals: the smallest denominator of what is written as a decimal, 0 where the author writes none.
    slashes: whether all fractions are written `x/T`.
    brackets: what the author puts round a compound, `(`, `\\left(` or `\\big(`, or a macro of his own, `\\LR{#1}`.
    line_break: `\\\\` or `\\cr`.
    environment: the alignment environment that the document uses, or "".
    derivative: template of a derivative, `#1` the function, `#2` the variable: `\\frac{\\partial #1}{\\partial #2}`,
        `\\nabla_{#2} #1`.
    """

    templates: Mapping[str, str] = field(default_factory=dict)
    symbols: Mapping[str, str] = field(default_factory=dict)
    differential: str = "d"
    fraction: str = r"\frac"
    numerators: bool = False
    arrays: bool = False
    beside: bool = False
    decimals: int = 0
    slashes: bool = False
    brackets: str = "("
    line_break: str = r"\\"
    environment: str = ""
    derivative: str = r"\frac{\partial #1}{\partial #2}"

    def __hash__(self) -> int:
        return hash((frozenset(self.templates.items()), frozenset(self.symbols.items()), self.differential))
