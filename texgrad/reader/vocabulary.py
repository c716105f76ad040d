"""The words of formulas, as tables: letters, fonts, signs, fences, and what the operators' spellings mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from texgrad.algebra import Op
from texgrad.operators import INVERSE, TABLE


def _macros(text: str) -> tuple[str, ...]:
    return tuple("\\" + word for word in text.split())


_GREEK = _macros(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho "
    "sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega "
    "ell hbar imath jmath aleph"
)
_UNICODE = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", _macros(
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi chi "
    "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"), strict=True))  # fmt: skip
LETTERS: Mapping[str, str] = {name: name for name in _GREEK} | _UNICODE

FONTS = frozenset(
    _macros(
        "mathbf boldsymbol bm pmb mathcal mathbb mathbbm mathds mathsf mathfrak mathscr mathtt mathit mathnormal "
        "textbf textit symbf symbfit symbfup mathbfit bold vb"
    )
)
LINES = frozenset(_macros("overline bar widebar"))  # over several letters, the conjugate of what they say
ACCENTS = frozenset(_macros("hat tilde bar vec dot ddot widehat widetilde overline underline check breve acute "
                            "overrightarrow grave widecheck"))
PROSE = frozenset(_macros("text textrm textnormal mbox hbox textup textsf textsc"))
UPRIGHT = PROSE | frozenset(_macros("mathrm operatorname mathop"))
SWITCHES: Mapping[str, str] = {
    r"\rm": r"\mathrm", r"\bf": r"\mathbf", r"\it": "", r"\tt": r"\mathtt", r"\cal": r"\mathcal", r"\sf": r"\mathsf",
} | dict.fromkeys(_macros(
    "displaystyle textstyle scriptstyle scriptscriptstyle Large large LARGE huge Huge small normalsize scriptsize "
    "footnotesize tiny boldmath",
), "")  # fmt: skip
DROPPED = frozenset(_macros(
    ", ; : ! > enspace thinspace limits nolimits displaylimits nonumber notag hfill noindent strut mathstrut "
    "mathopen mathclose mathord mathrel mathbin mathpunct relax / mathinner space ensuremath boxed allowbreak nobreak "
    "qty negthinspace negmedspace negthickspace medspace thickspace nobreakspace smash null protect centering xspace",
)) | {"\\ ", "\\\n", "\\\t"}  # fmt: skip
DROPPED_WITH_ARGUMENT: Mapping[str, int] = dict.fromkeys(
    _macros("tag label phantom hphantom vphantom hspace vspace color textcolor colorbox mspace stackrel overset "
            "underset eqref ref cssId class htmlClass htmlId"), 1) | dict.fromkeys(
    _macros("fcolorbox rule"), 2)  # fmt: skip
BRACED = frozenset(_macros("underbrace overbrace underbracket overbracket"))  # what stands below or above is a remark
FRACTIONS: Mapping[str, int] = {
    **dict.fromkeys(_macros("frac dfrac tfrac cfrac nicefrac sfrac flatfrac xfrac"), 2), r"\genfrac": 6, r"\sqrt": 1,
}
SIZES: Mapping[str, int] = {
    r"\left": 1, r"\right": -1, r"\middle": 0,
    **{f"\\{size}{side}": {"l": 1, "r": -1}.get(side, 0) for size in ("big", "Big", "bigg", "Bigg")
       for side in ("", "l", "r", "m")},
}  # fmt: skip
FENCES: Mapping[str, tuple[str, int]] = {
    "(": ("(", 1), ")": (")", -1), "[": ("[", 1), "]": ("]", -1), r"\{": ("{", 1), r"\}": ("}", -1),
    r"\lbrace": ("{", 1), r"\rbrace": ("}", -1), r"\lbrack": ("[", 1), r"\rbrack": ("]", -1),
    r"\langle": (r"\langle", 1), r"\rangle": (r"\rangle", -1), "⟨": (r"\langle", 1), "⟩": (r"\rangle", -1),
    "|": ("|", 0), r"\vert": ("|", 0), r"\mid": ("|", 0), r"\lvert": ("|", 1), r"\rvert": ("|", -1),
    r"\|": (r"\|", 0), r"\Vert": (r"\|", 0), r"\lVert": (r"\|", 1), r"\rVert": (r"\|", -1),
    "‖": (r"\|", 0), "∥": (r"\|", 0), r"\parallel": (r"\|", 0),
}  # fmt: skip
CLOSES: Mapping[str, str] = {"(": ")", "[": "]", "{": "}", r"\langle": r"\rangle", "|": "|", r"\|": r"\|"}
COMMANDS: Mapping[str, str] = {
    r"\sum": "sum", r"\prod": "prod", r"\int": "int", r"\partial": "partial", "∂": "partial", r"\nabla": "nabla",
    "∇": "nabla", r"\triangledown": "nabla", r"\bigtriangledown": "nabla", "∑": "sum", r"\substack": "substack",
    r"\eqalign": "align",
}  # fmt: skip
OPERATORS: Mapping[str, str] = {
    **{sign: sign for sign in _macros(
        "cdot times odot circ otimes oslash star bullet approx in to pm top intercal dagger le ge ne leq geq neq lt "
        "gt ll gg sim propto mapsto rightarrow Rightarrow implies iff succ succeq prec preceq infty dots ldots cdots "
        "vdots ddots forall exists subset cup cap setminus oplus")},
    r"\ast": "*", r"\colon": ":", r"\coloneqq": ":=", r"\triangleq": ":=", r"\equiv": "=", r"\prime": "'",
    r"\cr": r"\\", r"\newline": r"\\", r"\quad": r"\quad", r"\qquad": r"\quad", "−": "-", "–": "-", "⊤": r"\top",
    "ᵀ": r"\top", "·": r"\cdot", "×": r"\times", "⊙": r"\odot", "∘": r"\circ", "⊗": r"\otimes", "∈": r"\in",
    r"\&": "&", r"\_": "_", r"\doteq": ":=", "⋅": r"\cdot", "∙": r"\bullet", "•": r"\bullet", "∗": "*", "⋆": r"\star",
    "⊘": r"\oslash", r"\div": "/", "÷": "/", "∕": "/", "⁄": "/", "≈": r"\approx", "≔": ":=", "≡": "=", "±": r"\pm",
    **dict.fromkeys((r"\Longrightarrow", r"\Longleftrightarrow", r"\Leftrightarrow", r"\leadsto"), r"\Rightarrow"),
    r"\therefore": r"\Rightarrow", r"\because": r"\Rightarrow", "∴": r"\Rightarrow", "∵": r"\Rightarrow",
    "→": r"\to", "⇒": r"\Rightarrow", "≥": r"\ge", "≤": r"\le", "≻": r"\succ", "⪰": r"\succeq", "∞": r"\infty",
    "…": r"\dots", "⋯": r"\cdots", "†": r"\dagger", "‐": "-", "‒": "-", "—": "-",
    ".*": r"\odot", "./": r"\oslash", "＋": "+", "＝": "=", "：": ":", "，": ",",
}  # fmt: skip
# what packages define, and many use without saying so: taken where the author defines nothing of that name
CUSTOMARY: Mapping[str, str | Sequence[object]] = {
    r"\norm": [r"\left\|#1\right\|", 1], r"\Norm": [r"\left\|#1\right\|", 1], r"\abs": [r"\left|#1\right|", 1],
    r"\inner": [r"\left\langle #1,#2\right\rangle", 2], r"\ip": [r"\left\langle #1,#2\right\rangle", 2],
    r"\innerproduct": [r"\left\langle #1,#2\right\rangle", 2], r"\paren": [r"\left(#1\right)", 1],
    r"\R": r"\mathbb{R}", r"\RR": r"\mathbb{R}", r"\reals": r"\mathbb{R}", r"\Reals": r"\mathbb{R}",
    r"\E": r"\mathbb{E}", r"\1": r"\mathbf{1}", r"\one": r"\mathbf{1}", r"\ones": r"\mathbf{1}",
    r"\pqty": [r"\left(#1\right)", 1], r"\bqty": [r"\left[#1\right]", 1], r"\Bqty": [r"\left\{#1\right\}", 1],
    r"\vqty": [r"\left|#1\right|", 1], r"\vdot": r"\cdot",
    r"\half": r"\frac{1}{2}", r"\zeros": r"\mathbf{0}", r"\grad": r"\nabla", r"\dd": r"\mathrm{d}",
}  # fmt: skip


def _by_fraction(sign: str) -> str:
    """`\\dv{f}{x}`, `\\dv{x}` and `\\dv[2]{f}{x}`, with a second variable in a third group."""
    one = rf"\IfNoValueTF{{#1}}{{\frac{{{sign} #2}}{{{sign} #3}}}}{{\frac{{{sign}^{{#1}} #2}}{{{sign} #3^{{#1}}}}}}"
    two = rf"\IfNoValueTF{{#4}}{{{one}}}{{\frac{{{sign}^2 #2}}{{{sign} #3{sign} #4}}}}"
    alone = rf"\IfNoValueTF{{#1}}{{\frac{{{sign}}}{{{sign} #2}}}}{{\frac{{{sign}^{{#1}}}}{{{sign} #2^{{#1}}}}}}"
    return rf"{{o m g g}}{{\IfNoValueTF{{#3}}{{{alone}}}{{{two}}}}}"


# macros of packages on physics with arguments that may be left out, as \NewDocumentCommand has them
PHYSICS: Mapping[str, str] = {
    **dict.fromkeys((r"\dv", r"\odv", r"\derivative", r"\od", r"\diff", r"\deriv"), _by_fraction(r"\mathrm{d}")),
    **dict.fromkeys((r"\pdv", r"\partialderivative", r"\pd", r"\diffp", r"\pderiv"), _by_fraction(r"\partial ")),
    r"\va": r"{s m}{\vec{#2}}", r"\vu": r"{s m}{\hat{#2}}",
}
RELATIONS = frozenset({"=", ":=", r"\approx"})
DOTS = frozenset(_macros("dots ldots cdots vdots ddots"))  # what stands for the rest of a list
EULER = frozenset(("e", r"\mathrm{e}"))  # Euler's number
# characters for which TeX has a script, a fraction, or a font
SCRIPT_CHARACTERS: Mapping[str, tuple[str, str]] = {
    **{c: ("^", p) for c, p in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵀᵗⁿⁱʲᵏᵐᵖᴺᴴ⁽⁾′", "0123456789+-TTnijkmpNH()'", strict=True)},
    **{c: ("_", p) for c, p in zip("₀₁₂₃₄₅₆₇₈₉₊₋₌ₐₑᵢⱼₖₗₘₙₚᵣₛₜₓ", "0123456789+-=aeijklmnprstx", strict=True)},
}
FRACTION_CHARACTERS: Mapping[str, tuple[str, str]] = {
    "½": ("1", "2"), "⅓": ("1", "3"), "⅔": ("2", "3"), "¼": ("1", "4"), "¾": ("3", "4"), "⅕": ("1", "5"),
    "⅙": ("1", "6"), "⅛": ("1", "8"),
}  # fmt: skip
# the names that Unicode gives to letters in a font, and the fonts
LETTER_FONTS: Mapping[str, str] = {
    "MATHEMATICAL BOLD ITALIC": r"\boldsymbol", "MATHEMATICAL BOLD SCRIPT": r"\mathcal",
    "MATHEMATICAL BOLD": r"\mathbf",
    "MATHEMATICAL ITALIC": "", "MATHEMATICAL SCRIPT": r"\mathcal", "MATHEMATICAL DOUBLE-STRUCK": r"\mathbb",
    "DOUBLE-STRUCK": r"\mathbb", "MATHEMATICAL SANS-SERIF": r"\mathsf", "MATHEMATICAL MONOSPACE": r"\mathtt",
    "SCRIPT": r"\mathcal",
}  # fmt: skip

_NAME = r"(?:\\operatorname\{(\w+)\}|\\([A-Za-z]+)|([A-Za-z]+))"


def _script_key(text: str) -> str:
    return re.sub(r"^\{(.*)\}$", r"\1", text).replace(r"\text{", r"\mathrm{")


def _kind(text: str) -> str:
    """The subscript of a norm without braces and font."""
    return re.sub(r"\\mathrm\{(\w+)\}", r"\1", re.sub(r"^\{(.*)\}$", r"\1", text))


def _compiled() -> tuple[
    dict[str, Op], dict[str, Op], dict[str, Op], dict[str, dict[str, Op]], dict[tuple[str, str], Op]
]:
    """The spellings of the operator table by form: infix signs, words, scripts, fences, and words after words."""
    infix: dict[str, Op] = {}
    words: dict[str, Op] = {}
    scripts: dict[str, Op] = {}
    fences: dict[str, dict[str, Op]] = {}
    pairs: dict[tuple[str, str], Op] = {}
    for op in TABLE:
        for text in op.spellings:
            if m := re.fullmatch(r"#1 (\S+) #2", text):
                infix.setdefault(OPERATORS.get(m[1], m[1]), op)
            elif m := re.fullmatch(r"#1(?:\^(.+)|('))", text):
                scripts.setdefault(_script_key(m[1] or m[2]), op)
            elif m := re.fullmatch(_NAME + r"(?:\(#1\)| #1)", text):
                words.setdefault(m[1] or m[2] or m[3], op)
            elif m := re.fullmatch(_NAME + r"(?:" + _NAME + r"(?:\(#1\)| #1)|(\|)#1\|)", text):
                pairs.setdefault((m[1] or m[2] or m[3], m[4] or m[5] or m[6] or m[7]), op)
            elif m := re.fullmatch(r"(\\\||\||\\langle) ?#1(?:, #2)? ?(?:\\\||\||\\rangle)(?:_(\S+))?", text):
                fences.setdefault(m[1], {}).setdefault(_kind(m[2] or ""), op)
    return infix, words, scripts, fences, pairs


INFIX, _WORDS, SCRIPTS, FENCE_OPS, WORD_PAIRS = _compiled()
SCRIPTS.pop("#2", None)
SCRIPTS.pop("{#2}", None)
INFIX.pop("+", None)
FENCE_OPS[r"\|"].pop("#2", None)
FENCE_OPS[r"\|"] |= {
    alias: FENCE_OPS[r"\|"][kind]
    for kind, aliases in {
        "op": ("2\\to2", "2\\rightarrow2", "\\sigma", "spec", "spectral", "operator"),
        "*": ("nuc", "tr", "\\ast", "star"),
        "1": ("\\ell_1", "{\\ell_1}", "1,1", "L_1"), "\\infty": ("\\max", "max", "\\ell_\\infty"),
        "F": ("Fro", "fro", "HS", "\\mathcal{F}"), "2": ("\\ell_2", "L_2"),
    }.items()
    for alias in aliases
}  # fmt: skip
OUTPUT_LETTERS = frozenset((r"\phi", r"\psi"))  # functions that answers name so, but authors mostly mean otherwise
FUNCTION_LETTERS: Mapping[str, Op] = {"\\" + w: op for w, op in _WORDS.items() if "\\" + w in LETTERS}
_ALIASES = {"Trace": "trace", "TR": "tr", "Det": "det", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
            "sig": "sigmoid", "sigm": "sigmoid", "logsig": "sigmoid", "Vec": "vec", "Spur": "tr", "Sp": "tr",
            "silu": "SiLU", "Swish": "SiLU", "swish": "SiLU", "gelu": "GELU", "Gelu": "GELU",
            "relu": "ReLU", "Relu": "ReLU", "Softmax": "softmax", "SoftMax": "softmax",
            "softplus": "softplus", "Softplus": "softplus", "LSE": "logsumexp", "lse": "logsumexp",
            "LogSumExp": "logsumexp", "asinh": "arsinh", "arcsinh": "arsinh", "acosh": "arcosh", "arccosh": "arcosh",
            "atanh": "artanh", "arctanh": "artanh", "cosec": "csc", "ctg": "cot", "tg": "tan", "arctg": "arctan",
            "Sign": "sign", "Erf": "erf", "mat": "unvec", "invec": "unvec", "devec": "unvec",
            "Chol": "chol", "Cof": "cof", "cofactor": "cof", "Adj": "adj", "adjugate": "adj",
            "cholesky": "chol", "Cholesky": "chol"}  # fmt: skip
WORDS: dict[str, Op] = {w: op for w, op in _WORDS.items() if "\\" + w not in LETTERS and w != "d"}
WORDS["inv"] = INVERSE
WORDS |= {alias: WORDS[name] for alias, name in _ALIASES.items() if name in WORDS}
# functions of which the power −1 is the inverse function
INVERSES: Mapping[Op, Op] = {
    WORDS[name]: WORDS[inverse]
    for name, inverse in {
        "sin": "arcsin", "cos": "arccos", "tan": "arctan", "sinh": "arsinh", "cosh": "arcosh", "tanh": "artanh",
        "vec": "unvec",
    }.items()
}
# what has blocks, separated by commas, for its diagonal
DIAGONALS = frozenset(("diag", "Diag", "blkdiag", "blockdiag", "BlockDiag", "blkDiag", "bdiag"))
# the words before the function of an optimisation problem
PROBLEMS = frozenset((
    "argmin", "argmax", "minimize", "maximize", "minimise", "maximise", "Minimize", "Maximize", "Minimise", "Maximise",
))  # fmt: skip
UNKNOWN_WORDS = frozenset((
    "max", "min", "arg", "argmax", "argmin", "sup", "inf", "lim", "Pr", "gcd", "rank", "ker", "dim", "deg", "sgn",
    "sec", "csc", "cot", "coth", "Re", "Im",
))  # fmt: skip
WORD_NAMES: Mapping[str, str] = {
    "\\" + w: w for w in (*WORDS, *DIAGONALS, *UNKNOWN_WORDS, *PROBLEMS) if "\\" + w not in ACCENTS
}
EXPECTATIONS = frozenset((r"\mathbb{E}", r"\mathbb{P}"))
