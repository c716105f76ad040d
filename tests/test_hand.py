"""Answers are written with the author's spellings: none that he does not use while he uses another for the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import texgrad
from tests import wild

SAMPLES = Path(__file__).parent.parent / "samples"
ANSWER = re.compile(
    r"(?:<!-- texgrad:begin.*?-->|% texgrad:begin[^\n]*)(.*?)(?:<!-- texgrad:end -->|% texgrad:end)", re.DOTALL
)
MATH = re.compile(
    r"\$\$.*?\$\$|\$.*?\$|\\\[.*?\\\]|\\\(.*?\\\)|\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.DOTALL
)
# the spellings of one operator, none of which matches where another does
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "transpose": (r"\^T(?![a-z])", r"\^\{T\}", r"\^\\top", r"\^\{\\top\}", r"\^\\intercal", r"\^\{\\mathrm\{?\s*T\}?\}",
                  r"\^t(?![a-z])", r"\^\{t\}", r"(?<=[A-Za-z)}\]])'(?!\()", r"\^\{?\\prime\s*\}?", r"\^\{?\\mathsf",
                  r"\\transpose\{", "ᵀ", r"\^\{?\\(?:text|rm)\W*T", r"\^\{?\{\\rm T"),
    "trace": (r"\\operatorname\{tr\}", r"\\operatorname\{Tr\}", r"\\operatorname\{trace\}", r"\\mathrm\{tr\}",
              r"\\mathrm\{Tr\}", r"\\mathrm\{trace\}", r"\\text\s*\{\s*tr\s*\}", r"\\mbox\{tr\}", r"\\tr(?![a-z])",
              r"\\Tr(?![a-z])", r"(?<![A-Za-z{\\ ])tr(?=[( ])", r"(?<![A-Za-z{\\])Tr(?=[( ])",
              r"(?<![A-Za-z{\\])trace(?=[( ])", r"\\textnormal\{Tr\}"),
    "Hadamard product": (r"\\odot", r"\\circ"),
    "logarithm": (r"\\log", r"\\ln", r"(?<![a-zA-Z\\{])ln(?![a-z])", r"(?<![a-zA-Z\\{])log(?![a-z])",
                  r"\\(?:mathrm|text)\{log\}"),
    "logistic function": (r"\\sigma(?:\\left)?\(", r"\\operatorname\{sigmoid\}", r"\\mathrm\{sigmoid\}",
                          r"\\text\{sigmoid\}"),
    "softmax": (r"\\operatorname\{softmax\}", r"\\mathrm\{softmax\}", r"\\text\{softmax\}",
                r"\\mathtt\{softmax\}", r"(?<![A-Za-z{])softmax"),
    "sign": (r"\\operatorname\{sign\}", r"\\mathrm\{sign\}", r"\\text\{sign\}", r"\\sgn", r"\\operatorname\{sgn\}"),
    "rectifier": (r"\\operatorname\{ReLU\}", r"\\max\(0", r"\\mathrm\{ReLU\}", r"\\text\{ReLU\}"),
    "inverse": (r"\^\{-1\}", "⁻¹", r"\\operatorname\{inv\}"),
    "sum": (r"\\sum\\limits", r"\\sum(?!\\)", "∑"),
    "determinant": (r"\\det", r"\\mathrm\{logdet\}", r"(?<![|\\])(?:\\left)?\|(?!\|)",
                    r"\\(?:left\s*)?\\?l?vert(?!\s*\\vert)"),
    "norm": (r"\\\|", r"\|\|", r"\\lVert", r"\\Vert", r"\\vert\s*\\vert", r"\\norm", "‖", "∥"),
    "fraction": (r"\\frac(?![a-z])", r"\\dfrac", r"\\tfrac", r"\\cfrac"),
    "differential": (r"(?<![A-Za-z\\])(?<!mathrm )d(?=[A-Zx]|\\(?!ln|log))", r"\\mathrm\s*(?:\{d\}|d(?![a-z]))"),
    "product sign": (r"\\cdot(?![a-z])", r"\\times(?![a-z])"),
    "Frobenius product": (r"(?<=[A-Za-z}]):(?=[A-Za-z\\])", r"\\langle"),
    "identity": (r"(?<![A-Za-z{\\])I(?![A-Za-z}])", r"\\mathbf\s*\{?\s*I", r"\\mathrm\s*\{?\s*I", r"\\mathbb\s*\{?\s*I",
                 r"\\boldsymbol\s*\{?\s*I"),
    "inverse transpose": (r"\^\{-T\}", r"\^\{-\\top\}", r"\^\{-1\}\)\^"),
    "diagonal matrix": (r"\\operatorname\{[Dd]iag\}", r"\\mathrm\{diag\}", r"\\text\{diag\}", r"\\diag"),
    "exponential": (r"\\exp", r"(?<![A-Za-z\\])e\^", r"(?<![A-Za-z\\])exp", r"\\mathrm\{e\}\^"),
    "squared norm": (r"_2\^2", r"\^2_2", r"_F\^2", r"\^2_F"),
    "square root": (r"\\sqrt(?![a-z])", r"\^\s*\{?\s*-?\s*(?:1/2|\\[td]?frac\s*(?:12|\{1\}\{2\}))"),
    "vec": (r"\\operatorname\{vec\}", r"\\mathrm\{vec\}", r"\\text\{vec\}"),
    "ones": (r"\\mathbf\s*\{?\s*1", r"\\mathbb\s*\{?\s*1", r"\\1(?![0-9])", r"\\iota", r"\\boldsymbol\s*\{?\s*1",
             r"\\vec\s*\{?\s*1"),
}  # fmt: skip


# what looks like an operator and is none: limits of sums, the bar of a density, the fractions of derivatives
LIMITS = re.compile(r"(\\(?:sum|prod)(?:\\limits)?)\s*_\s*(?:\{[^{}]*\}|\w)\s*\^\s*(?:\{[^{}]*\}|\w)")
GIVEN = re.compile(r"\([^()|]*\|[^()|]*\)")
DERIVATIVES = re.compile(r"\\frac\s*\{\s*(?:\\partial|d|\\mathrm\s*\{?d)")
# what the answer introduces is spelt as texgrad does: the Frobenius product in terms of a trace
INTRODUCED = re.compile(r"\\text\{where \} [^\s=]+:[^\s=]+=[^\\]*\\[^\n]*")
FONT = re.compile(
    r"\\(math[a-z]+|boldsymbol|bm|hat|tilde|bar|vec|text|widehat|overline)\s*"
    r"(?:\{\s*([A-Za-z]+|\\[A-Za-z]+)\s*\}|([A-Za-z](?![A-Za-z])|\\[A-Za-z]+))"
)
# rows with another spelling for a reason
EXCUSED = {
    "exercises-122": "e^{X_{ij}} for all entries at once is no e^X",
    "forum-290": "the primes of f'(x) and f''(x) are no transposes",
    "posts-25": "a fraction of vectors is not set as small as one half",
    "exercises-65": "a fraction with sums above and below is not set as small as one half",
}


def bare(text: str) -> str:
    """The text without what only looks like an operator."""
    return DERIVATIVES.sub("", GIVEN.sub("()", LIMITS.sub(r"\1", INTRODUCED.sub("", text))))


def fonts(text: str) -> dict[tuple[str, str], set[bool]]:
    """The letters in fonts and under accents, and whether braces stand around them."""
    found: dict[tuple[str, str], set[bool]] = {}
    for m in FONT.finditer(text):
        found.setdefault((m[1], m[2] or m[3]), set()).add(m[2] is not None)
    return found


def foreign(document: str, answer: str) -> dict[str, list[str]]:
    """The spellings in an answer that its document has not, of operators and letters that it spells otherwise."""
    out: dict[str, list[str]] = {}
    own_fonts = fonts(document)
    for letter, ways in fonts(answer).items():
        if letter in own_fonts and not ways <= own_fonts[letter]:
            out["font"] = [*out.get("font", ()), " ".join(letter)]
    document, answer = bare(document), bare(answer)
    for name, spellings in FAMILIES.items():
        own = [s for s in spellings if re.search(s, document)]
        strange = [s for s in spellings if s not in own and re.search(s, answer)]
        if own and strange:
            out[name] = strange
    return out


@pytest.mark.parametrize("case", wild.cases(), ids=lambda case: case["id"])
def test_the_author_s_spellings(case: wild.Case) -> None:
    try:
        answer = wild.solve(case).latex()
    except texgrad.TexgradError:
        pytest.skip("refused")
    document = "\n".join((case["expression"], case["wrt"], *case["definitions"]))
    assert not foreign(document, answer)


ROWS = [(f"{name}-{k}", json.loads(line)) for name in ("forum", "exercises", "posts", "readability")
        for k, line in enumerate((wild.DATA.parent / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())]


def answered(row: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The mathematics of a row, and the answers to it."""
    if "text" in row:
        built, _ = texgrad.build_text(row["text"] + "\n", format="markdown")
        return "\n".join(m.group() for m in MATH.finditer(row["text"])), ANSWER.findall(built)
    given = {key: row[key] for key in ("declare", "assume", "definitions", "macros", "order", "wrt") if key in row}
    formula = row["expression"] if "expression" in row else row["request"]
    beside = (*map(str, given.get("definitions", ())), *map(str, given.get("macros", {}).values()))
    return "\n".join((formula, str(given.get("wrt", "")), *beside)), [texgrad.derive(formula, **given).latex()]


@pytest.mark.parametrize("row", [pytest.param(row, id=id) for id, row in ROWS if id not in EXCUSED])
def test_the_author_s_spellings_in_rows(row: Mapping[str, Any]) -> None:
    try:
        document, answers = answered(row)
    except texgrad.TexgradError:
        pytest.skip("refused")
    for answer in answers:
        assert not foreign(document, answer)


OWN = (
    (r"\nabla_x (x^Tx+1)^{-1/2}", r"(x^Tx+1)^{3/2}", r"\sqrt"),
    (r"\nabla_x (x^Tx+1)^{3/2}", r"3(x^Tx+1)^{1/2}x", r"\sqrt"),
    (r"\nabla_x (x^Tx+1)^{\frac32}", r"3(x^Tx+1)^{\frac12}x", r"\sqrt"),
    (r"\nabla_X \operatorname{tr}(X^{\circ 3}A)", r"3A^\top\circ X^{\circ2}", r"\odot"),
    (r"D_{\mathrm{KL}}(\mu) = \mu^T\mu, \nabla_\mu D_{\mathrm{KL}}", r"D_{\mathrm{KL}} &=", "D_{KL}"),
    (r"\mathcal L(w) = \|w\|^2, \nabla_w\mathcal L", r"\mathcal L &=", r"\mathcal{L}"),
    (r"\nabla_{\mathbf w} \sum_{i=1}^n(\mathbf w^\top\mathbf x_i-y_i)^2", r"\mathbf x_i", r"\mathbf{x}"),
    (r"\frac{\partial\,\mathrm{vec}(AXB)}{\partial\,\mathrm{vec}(X)^T}", r"(\mathrm{vec}X)^T", r"\operatorname{vec}"),
)


@pytest.mark.parametrize(("request_", "own", "strange"), OWN, ids=[row[0] for row in OWN])
def test_own_spellings(request_: str, own: str, strange: str) -> None:
    answer = texgrad.derive(request_).latex()
    assert own in answer
    assert strange not in answer


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.md")) + sorted(SAMPLES.rglob("*.tex")), ids=lambda p: p.name)
def test_the_author_s_spellings_in_samples(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    document = "\n".join(m.group() for m in MATH.finditer(ANSWER.sub("", text)))
    for answer in ANSWER.findall(text):
        assert not foreign(document, answer)
