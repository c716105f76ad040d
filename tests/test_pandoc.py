"""The filter in real pandocs: what is asked for arrives in every format, and nothing else changes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from texgrad import build_text, pandoc_answers
from texgrad.pandoc import filtered
from texgrad.pandoc_blocks import words

ROOT = Path(__file__).parent.parent
FILTER = str(ROOT / "filters/texgrad-pandoc.py")


def environment() -> dict[str, str]:
    """The variables for a pandoc that finds the filter."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


LET = r"Let $X\in\mathbb R^{n\times p}$ and $A\in\mathbb R^{m\times p}$ with $$f(X)=\frac12\|XA^T\|_F^2.$$" + "\n\n"
ASK = r"\frac{\partial f}{\partial X} = ?"
ROW = r"\frac{\partial f}{\partial X} &= XA^TA"
POST = f"# Ridge\n\n{LET}What is\n\n$${ASK}$$\n\nEnd.\n"
TABLE = "| $x$ | y |\n|---|---|\n| 0.1 | 2 |\n\n"
IDLE = f"# Is it?\n\nA [texgrad](x.html) page, “$5$”, $a = b$ é\n\n{TABLE}$$\\text{{why?}}$$\n"


def _pandocs() -> dict[str, str]:
    found = {"system": shutil.which("pandoc") or ""}
    try:
        import pypandoc

        found["wheel"] = pypandoc.get_pandoc_path()
    except (ImportError, OSError):
        pass
    return {name: path for name, path in found.items() if path}


PANDOCS = _pandocs()
pytestmark = pytest.mark.skipif(not PANDOCS, reason="there is no pandoc")


@pytest.fixture(params=PANDOCS)
def pandoc(request: pytest.FixtureRequest) -> str:
    return PANDOCS[request.param]


def run(pandoc: str, text: str, *arguments: str, filter: str = FILTER) -> subprocess.CompletedProcess[str]:
    command = [pandoc, *(("-F", filter) if filter else ()), *arguments]
    return subprocess.run(command, input=text, capture_output=True, encoding="utf-8", env=environment(), check=False)


@cache
def read(text: str, *arguments: str) -> bytes:
    """A document in pandoc's JSON."""
    command = [next(iter(PANDOCS.values())), "-t", "json", *arguments]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout


def answer(text: str, *arguments: str, status: int = 0) -> tuple[dict[str, Any], str]:
    """The document after the filter, and what was said."""
    data, said, code = filtered(read(text, *arguments))
    assert code == status
    return json.loads(data), "\n".join(said)


def lists(node: Any) -> Iterator[list[Any]]:
    """All lists of blocks."""
    if isinstance(node, list):
        if node and all(isinstance(block, dict) and block.get("t", "")[:1].isupper() for block in node):
            yield node
        for inner in node:
            yield from lists(inner)
    elif isinstance(node, dict):
        yield from lists(list(node.values()))


def is_answer(block: Any) -> bool:
    if block["c"][0] != ["", ["texgrad"], []] or len(block["c"][1]) != 1 or len(block["c"][1][0]["c"]) != 1:
        return False
    (math,) = block["c"][1][0]["c"]
    kind, latex = math["c"]
    return bool(kind["t"] == "DisplayMath" and latex[:15] + latex[-13:] == r"\begin{aligned}\end{aligned}")


def asking(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The blocks right before the answers, in order."""
    found: list[dict[str, Any]] = []
    for blocks in lists(document["blocks"]):
        found += [blocks[k - 1] for k, block in enumerate(blocks) if block.get("t") == "Div" and is_answer(block)]
    return found


# --- formats ----------------------------------------------------------------------------------------------------------

FORMATS = {
    "html --katex": '<div class="texgrad">\n<p><span class="math display">\\begin{aligned}\n',
    "html --mathjax": '<div class="texgrad">\n<p><span class="math display">\\[\\begin{aligned}\n',
    "latex": "\\[\\begin{aligned}\n",
    "gfm": ROW,
    "markdown": "::: texgrad\n$$\\begin{aligned}\n",
    "html --mathml": '<annotation encoding="application/x-tex">\\begin{aligned}',
    "typst": "X A^T A",
}


@pytest.mark.parametrize("form", FORMATS)
def test_the_answer_arrives(pandoc: str, form: str) -> None:
    format, *options = form.split()
    if format not in run(pandoc, "", "--list-output-formats", filter="").stdout.split():
        pytest.skip(f"this pandoc writes no {format}")
    done = run(pandoc, POST, "-t", format, "--wrap=preserve", *options)
    if "TeX math f(X)" in done.stderr:
        pytest.skip(f"this pandoc knows no math in {format}")
    assert (done.returncode, done.stderr) == (0, "")
    assert FORMATS[form] in done.stdout
    if format != "typst":
        assert (ROW.replace("&", "&amp;") if format == "html" else ROW) in done.stdout
    assert done.stdout.index("End.") > done.stdout.index(FORMATS[form])


@pytest.mark.parametrize("line_break", [r"\\", r"\cr"])
def test_the_answer_arrives_in_docx(pandoc: str, tmp_path: Path, line_break: str) -> None:
    post = f"$$\\eqalign{{a &= b {line_break} c &= d {line_break}}}$$\n\n{POST}"
    texts = {}
    for name, filter in (("plain", ""), ("filtered", FILTER)):
        done = run(pandoc, post, "-o", str(tmp_path / f"{name}.docx"), filter=filter)
        assert done.returncode == 0
        assert done.stderr.count("Could not convert") == done.stderr.count(r"TeX math \eqalign")
        texts[name] = zipfile.ZipFile(tmp_path / f"{name}.docx").read("word/document.xml").decode()
    assert texts["filtered"].count("<m:oMath>") == texts["plain"].count("<m:oMath>") + 1
    assert texts["filtered"].count("<m:eqArr>") + texts["filtered"].count("<m:m>") == 1


def test_the_answer_arrives_in_epub(pandoc: str, tmp_path: Path) -> None:
    done = run(pandoc, POST, "-o", str(tmp_path / "post.epub"), "--mathml", "--metadata", "title=Post")
    assert (done.returncode, done.stderr) == (0, "")
    with zipfile.ZipFile(tmp_path / "post.epub") as book:
        pages = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xhtml"))
    assert pages.count("<mtable") == 1 and pages.index("What is") < pages.index("<mtable") < pages.index("End.")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex")
def test_the_answer_arrives_in_pdf(pandoc: str, tmp_path: Path) -> None:
    sizes = []
    for filter in ("", FILTER):
        done = run(pandoc, POST, "-o", str(tmp_path / "post.pdf"), "--pdf-engine=pdflatex", filter=filter)
        if filter == "" and done.returncode:
            pytest.skip("this LaTeX has not all that pandoc wants")
        assert (done.returncode, done.stderr) == (0, "")
        sizes.append((tmp_path / "post.pdf").stat().st_size)
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize("form", ["html --katex", "latex", "gfm", "native", "markdown", "json"])
def test_a_document_without_requests_is_as_without_the_filter(pandoc: str, form: str) -> None:
    done, plain = (run(pandoc, IDLE, "-t", *form.split(), filter=filter) for filter in (FILTER, ""))
    assert done.stdout == plain.stdout and (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("ending", ["docx", "epub", "odt", "typ"])
def test_a_file_without_requests_is_as_without_the_filter(
    pandoc: str, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ending == "typ" and "typst" not in run(pandoc, "", "--list-output-formats", filter="").stdout.split():
        pytest.skip("this pandoc writes no typst")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    made = []
    for name, filter in (("plain", ""), ("filtered", FILTER)):
        path = tmp_path / name / f"post.{ending}"
        path.parent.mkdir()
        fixed = ("--metadata", "title=x", "--metadata", "identifier=x")
        assert run(pandoc, IDLE, *fixed, "-o", str(path), filter=filter).returncode == 0
        made.append(members(path))
    assert made[0] == made[1]


def members(path: Path) -> dict[str, bytes]:
    """What a file holds; of an archive without the times of its members, which not every pandoc lets be set."""
    if not zipfile.is_zipfile(path):
        return {path.name: path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_all_but_the_answers_passes_unchanged() -> None:
    text = POST + IDLE + f"\n\n- a\n\n  > $${ASK}$$\n\n---\n\n~~~\n$${ASK}$$\n~~~\n"
    document, _ = answer(text)
    found = 0
    for blocks in list(lists(document["blocks"])):
        found += sum(block.get("t") == "Div" for block in blocks)
        blocks[:] = [block for block in blocks if block.get("t") != "Div"]
    assert found == 2 and document == json.loads(read(text))


def test_the_installed_command(pandoc: str) -> None:
    command = Path(sys.executable).with_name("texgrad-pandoc")
    if not command.exists():
        pytest.skip("texgrad is not installed")
    assert ROW in run(pandoc, POST, "-t", "latex", filter=str(command)).stdout


# --- requests ---------------------------------------------------------------------------------------------------------

REQUESTS = {
    "display": (f"$${ASK}$$", "Para"),
    "inline": (f"Now ${ASK}$ or not", "Para"),
    "comment": (r"<!-- texgrad: \frac{\partial f}{\partial X} -->", "RawBlock"),
    "comment in a line": (r"Now <!-- texgrad: \frac{\partial f}{\partial X} --> it is", "Para"),
    "comment in TeX": ("```{=latex}\n% texgrad: \\frac{\\partial f}{\\partial X}\n```", "RawBlock"),
    "environment": (f"\\begin{{align}}\n{ASK}\n\\end{{align}}", "Para"),
    "Div": ('::: {.texgrad wrt="X"}\n$$f(X) = \\frac12\\|XA^T\\|_F^2$$\n:::', "Div"),
    "Div with words": ("::: {.texgrad wrt=X}\nTake $n$ and $$\\frac12\\|XA^T\\|_F^2$$ here.\n:::", "Div"),
    "Div with a derivative": ("::: texgrad\n$\\frac{\\partial f}{\\partial X}$\n:::", "Div"),
    "Div with a question": (f"::: texgrad\nText\n\n$${ASK}$$\n\nmore\n:::", "Para"),
    "code block": ("```{.texgrad wrt=X}\n\\frac12\\|XA^T\\|_F^2\n```", "CodeBlock"),
    "code block with a derivative": ("```texgrad\n\\frac{\\partial f}{\\partial X}\n```", "CodeBlock"),
    "heading": (f"## Now ${ASK}$", "Header"),
    "item": (f"- a\n- ${ASK}$", "Plain"),
    "quote": (f"> $${ASK}$$", "Para"),
    "definition": (f"Term\n:   ${ASK}$", "Plain"),
    "term": (f"${ASK}$\n:   text", "DefinitionList"),
    "table": (f"| a | b |\n|---|---|\n| ${ASK}$ | c |", "Table"),
    "footnote": (f"Text[^1]\n\n[^1]: ${ASK}$", "Para"),
    "line block": (f"| a\n| ${ASK}$", "LineBlock"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_the_answer_stands_after_the_block_that_asks(name: str) -> None:
    request, kind = REQUESTS[name]
    document, said = answer(f"{LET}{request}\n\nEnd.\n")
    assert [block["t"] for block in asking(document)] == [kind] and said == ""
    assert "= XA^TA\n" in words(document["blocks"])


def test_options_of_divs_code_blocks_and_comments() -> None:
    text = (
        '```{.texgrad wrt="w; Z" declare="Z: n x p; w: p; y: n"}\n\\|Zw - y\\|^2\n```\n\n'
        '::: {.texgrad wrt=S declare="S: n x n" assume="S: symmetric" style=trace env=split}\n'
        "$\\operatorname{tr}(S^TS)$\n:::\n\n"
        "::: {style=perturbation}\n::: {.texgrad style=perturbation}\n$\\nabla_x \\|x\\|^2 = ?$\n\n"
        "<!-- texgrad style=component: \\nabla_y y^Ty -->\n:::\n:::\n"
    )
    document, said = answer(text)
    assert said == ""
    written = words(document["blocks"])
    for row in (r"{\partial w} &= 2Z^", r"{\partial Z} &= 2(Zw-y)w^", r"\begin{split}", r"f(x+\Delta x) &=", r"y^Te_i"):
        assert row in written
    assert r"\Delta y" not in written


def test_functions_asked_about_together_have_a_display_each() -> None:
    text = "Let $f = x^TAx$ and $g=\\|x\\|^2$. What are $\\nabla_x f = ?$ and $\\nabla_x g = ?$\n"
    document, said = answer(text)
    assert said == ""
    (found,) = [block for block in document["blocks"] if block["t"] == "Div"]
    displays = [paragraph["c"][0]["c"][1] for paragraph in found["c"][1]]
    assert len(displays) == 2 and all(latex.startswith(r"\begin{") for latex in displays)


def test_a_paragraph_that_goes_on_behind_its_question_does_so_behind_the_answer(pandoc: str) -> None:
    text = f"{LET}What is\n$$\n{ASK}\n$$\nas a sum, and\n$$\\nabla_X f = ?$$\n*again*?\n"
    document, said = answer(text)
    assert said == "" and [block["t"] for block in document["blocks"][1:]] == ["Para", "Div", "Para", "Div", "Para"]
    left = " ".join(words(block) for block in document["blocks"] if block["t"] == "Para")
    assert left.split() == words(json.loads(read(text))["blocks"]).split()
    assert words(document["blocks"][3]).startswith("as a sum, and") and words(document["blocks"][5]) == "again?"
    inner, _ = answer(f"{LET}- What is $${ASK}$$\n  indeed\n- b\n")
    assert [block["t"] for block in inner["blocks"][1]["c"][0]] == ["Plain", "Div", "Plain"]
    ended, _ = answer(f"{LET}So $${ASK}$$.\nNext.\n")
    assert [block["t"] for block in ended["blocks"]] == ["Para", "Para", "Div"]
    twice = run(pandoc, text, "-t", "json").stdout
    assert run(pandoc, text, "-t", "json", "-F", FILTER).stdout == twice


def test_typst_has_the_answer_as_wide_as_the_page(pandoc: str) -> None:
    """The block that pandoc writes there for a Div is as wide as its formula, which then is not in the middle."""
    data, said, status = filtered(read(POST), "typst")
    assert not said and not status and '["texgrad"],[["typst:width","100%"]]' in data.decode()
    assert filtered(data, "typst")[0] == data
    assert "typst:" not in run(pandoc, POST, "-t", "markdown").stdout


def test_environments_that_are_displays_themselves_give_way() -> None:
    comment = "<!-- texgrad env=eqnarray*: \\nabla f -->"
    document, _ = answer(f"{LET}\\begin{{align*}}\n{ASK}\n\\end{{align*}}\n\n{comment}\n")
    assert len(asking(document)) == 2
    bad, said = answer(f"{LET}<!-- texgrad env=tabular: \\nabla f -->\n")
    assert asking(bad) == [] and said.startswith("error[config]: env is 'tabular'")


def test_macros_of_the_preamble_and_of_the_text() -> None:
    head = "---\nheader-includes: |\n  \\newcommand{\\vx}{\\mathbf{x}}\n---\n\n"
    ask = "\\newcommand{\\grad}[1]{\\nabla_{#1}}\n\n$\\grad{\\vx} \\|\\vx\\|^2 = ?$\n"
    document, said = answer(head + ask, "-f", "markdown-latex_macros")
    assert len(asking(document)) == 1 and said == ""


def test_what_was_answered_before_stays_as_it_is(pandoc: str) -> None:
    once = run(pandoc, POST, "-t", "markdown").stdout
    assert once.count("{aligned}") == 2
    assert run(pandoc, POST, "-t", "markdown", "-F", FILTER).stdout == once
    assert run(pandoc, once, "-t", "markdown").stdout == run(pandoc, once, "-t", "markdown", filter="").stdout
    built = build_text(POST)[0]
    assert run(pandoc, built, "-t", "html").stdout == run(pandoc, built, "-t", "html", filter="").stdout


def test_markers_without_partner_leave_the_document_alone() -> None:
    text = f"{POST}\n<!-- texgrad:begin 123 -->\n\n$$x$$\n"
    data, said, status = filtered(read(text))
    assert data == read(text) and status == 0
    assert said[0].startswith("error[markers]: this texgrad:begin")


# --- metadata ---------------------------------------------------------------------------------------------------------

BARE = r"$\frac{\partial}{\partial x}\|x\|^2$" + "\n"
METADATA = {
    "mapping": ("---\ntexgrad:\n  derive: all\n  style: perturbation\n---\n\n", ()),
    "flow": ("---\ntexgrad: {derive: all, style: 'perturbation'}\n---\n\n", ()),
    "strings": ("", ("-M", "texgrad-derive=all", "-M", "texgrad-style=perturbation")),
    "dotted": ("", ("-M", "texgrad.derive=all", "-M", "texgrad.style=perturbation")),
}


@pytest.mark.parametrize("name", METADATA)
def test_metadata(pandoc: str, name: str) -> None:
    head, arguments = METADATA[name]
    done = run(pandoc, head + BARE, "-t", "latex", *arguments)
    assert r"f(x+\Delta x)" in done.stdout and done.stderr == ""
    assert r"\begin{aligned}" not in run(pandoc, BARE, "-t", "latex").stdout


def test_declarations_in_metadata() -> None:
    head = "---\ntexgrad:\n  wrt: w\n  declare:\n    Z: n x p\n    w: p\n    \\theta: n\n---\n\n"
    document, said = answer(head + "```texgrad\n\\|Zw - \\theta\\|^2\n```\n")
    assert r"(Zw-\theta)" in words(document["blocks"]) and said == ""


def test_metadata_of_another_form() -> None:
    document, said = answer(f"---\ntexgrad: all\n---\n\n{POST}")
    assert said.startswith("error[config]: `texgrad` holds no mapping") and len(asking(document)) == 1


# --- errors -----------------------------------------------------------------------------------------------------------

WRONG = POST + "\n# Wrong\n\nHere $a$ and $\\frac{\\partial q}{\\partial Q} = ?$ stand.\n"


def test_an_error_leaves_its_request_and_answers_the_others(pandoc: str) -> None:
    done = run(pandoc, WRONG, "-t", "latex")
    assert done.returncode == 0 and ROW in done.stdout and r"\(\frac{\partial q}{\partial Q} = ?\)" in done.stdout
    head, place, *_, shown, carets, _ = done.stderr.splitlines()
    assert head == "error[undeclared]: q is not defined" and place.strip() == "--> formula 6, section “Wrong”:1:1"
    assert r"\frac{\partial q}{\partial Q} = ?" in shown and "^" in carets


STRICT = {
    "key": ("---\ntexgrad-strict: true\n---\n\n", ()),
    "mapping": ("---\ntexgrad: {strict: true}\n---\n\n", ()),
    "argument": ("", ("-M", "texgrad-strict")),
    "string": ('---\ntexgrad-strict: "true"\n---\n\n', ()),
}


@pytest.mark.parametrize("name", STRICT)
def test_strict(pandoc: str, name: str) -> None:
    head, arguments = STRICT[name]
    failed = run(pandoc, head + WRONG, "-t", "html", *arguments)
    assert failed.returncode != 0 and failed.stdout == "" and "error[undeclared]" in failed.stderr
    assert run(pandoc, head + POST, "-t", "html", *arguments).returncode == 0


@pytest.mark.parametrize("request_", ["Div", "code block"])
def test_a_request_for_nothing_is_an_error(request_: str) -> None:
    text = {"Div": "::: texgrad\n$$f = \\|x\\|^2$$\n:::\n", "code block": "```texgrad\n\\|x\\|^2\n```\n"}[request_]
    document, said = answer(text)
    assert asking(document) == [] and said.startswith("error[syntax]: ")


@pytest.mark.parametrize("version", ["1,22", "1,22,2,1", "1,23,1,1", "2,0", "1,21"])
def test_versions(version: str) -> None:
    status = int(version == "1,21")
    document = b'{"pandoc-api-version":[%s],"meta":{},"blocks":[]}' % version.encode()
    data, said, code = filtered(document)
    assert (data, code) == (document, status)
    assert [line.startswith("texgrad: pandoc's API version 1.21 is not supported") for line in said] == [True] * status


@pytest.mark.parametrize("data", [b"", b"# Post\n", b'{"blocks":[]}'])
def test_what_is_no_document(data: bytes) -> None:
    found, said, status = filtered(data)
    assert (found, status) == (data, 1) and "pandoc -F texgrad-pandoc" in said[0]


def test_broken_and_deep_documents_go_back_as_they_came() -> None:
    head = b'{"pandoc-api-version":[1,23],"meta":{},"blocks":['
    ask = b'{"t":"Para","c":[{"t":"Math","c":[{"t":"InlineMath"},"?"]}]}'
    deep = b'{"t":"BlockQuote","c":[' * 9000 + ask + b"]}" * 9000
    cases = {deep + b"]}": "too-large", ask: "internal", b'{"t":"Div","c":["texgrad"]}]}': "internal"}
    for body, code in cases.items():
        found, said, status = filtered(head + body)
        assert found == head + body and status == 0 and said[0].startswith(f"error[{code}]")


def test_a_fault_of_the_engine_leaves_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(pandoc_answers, "recall", crash)
    data, said, status = filtered(read(POST))
    assert data == read(POST) and status == 0 and said[0].startswith("error[internal]: ZeroDivisionError: oh")


# --- cost -------------------------------------------------------------------------------------------------------------

MENTIONED = POST.replace("?", "0") + "\nBy texgrad (`texgrad`, `<!-- texgrad: -->`); x\n\n<div class=x></div>\n"


@pytest.mark.parametrize(
    ("text", "spared"),
    [
        (MENTIONED, ("json", "dataclasses", "texgrad.source", "numpy", "sympy", "pylatexenc")),
        (IDLE, ("numpy", "sympy", "pylatexenc", "texgrad.service")),
    ],
)
def test_what_is_not_needed_is_not_loaded(text: str, spared: tuple[str, ...]) -> None:
    code = (
        "import sys\nfrom texgrad.pandoc import filtered\ndata = sys.stdin.buffer.read()\n"
        "assert filtered(data) == (data, (), 0)\nprint([name for name in sys.argv[1:] if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, *spared], input=read(text), capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_a_document_that_was_answered_before_loads_no_mathematics() -> None:
    code = (
        "import sys\nfrom texgrad.pandoc import filtered\ndata = sys.stdin.buffer.read()\n"
        "found, said, status = filtered(data)\nassert found != data and not said and not status\n"
        "print([name for name in ('numpy', 'sympy', 'pylatexenc', 'texgrad.service') if name in sys.modules])"
    )
    text = POST.replace("12", "13")
    for expected in (b"numpy", b"[]"):
        done = subprocess.run([sys.executable, "-c", code], input=read(text), capture_output=True, check=True)
        assert expected in done.stdout


def test_an_option_that_there_is_not(pandoc: str) -> None:
    done = run(pandoc, POST, "-t", "html", "-M", "texgrad-enf=split")
    assert done.returncode == 0 and "there is no option enf" in done.stderr and "did you mean env?" in done.stderr
    assert run(pandoc, POST, "-t", "html", "-M", "texgrad-enf=split", "-M", "texgrad-strict").returncode != 0


# --- samples ----------------------------------------------------------------------------------------------------------


def _set_in_lmodern() -> bool:
    """Whether LaTeX has the fonts that pandoc's pages are set in."""
    return subprocess.run(["kpsewhich", "lmodern.sty"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_the_makefile_of_the_sample(pandoc: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "samples/pandoc", tmp_path / "sample")
    wanted = ["html", "docx", "epub", *(["pdf"] if shutil.which("kpsewhich") and _set_in_lmodern() else [])]
    command = ["make", "-s", "-C", str(tmp_path / "sample"), f"PANDOC={pandoc}", f"FILTER={FILTER}", *wanted[::-1]]
    subprocess.run(command, check=True, env=environment())
    made = {path.suffix[1:] for path in (tmp_path / "sample").glob("whitening.*")}
    assert made == {"md", *wanted}
    page = (tmp_path / "sample/whitening.html").read_text()
    assert page.count('<div class="texgrad">') == 2 and "katex" in page


def test_the_sample_of_a_quarto_project(pandoc: str) -> None:
    """Quarto hands its documents to the pandoc in it with the filters of the project."""
    folder = ROOT / "samples/quarto"
    (filter,) = re.findall(r"^filters:\s*\n\s*- (\S+)$", (folder / "_quarto.yml").read_text(), re.M)
    assert filter == "texgrad-pandoc"
    text = (folder / "index.qmd").read_text()
    project = ("--metadata-file", str(folder / "_quarto.yml"))
    done = run(pandoc, text, "-f", "markdown", "-t", "html", "--mathjax", *project)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count('<div class="texgrad">') == 2
