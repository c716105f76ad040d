"""What is remembered changes nothing but the time: a pass leaves and says what a build that remembers nothing would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from texgrad.cli import main
from texgrad.project_pass import Folder

ASK = "$$\\frac{{\\partial}}{{\\partial x}} {0}^\\top x = ?$$\n"
TEXTS = (
    "plain\n", "other\n", ASK.format("a"), ASK.format("b"), "Bad $\\frac{\\partial q}{\\partial x} = ?$\n",
    "<!-- texgrad:end -->\n", "$\\frac{\\partial}{\\partial y} y^2$\n",
)  # fmt: skip
NAMES = ("a.md", "b.md", "in/c.md", "in/deep/d.md", "skip/e.md", "f.tex")
CONFIGS = (
    ("texgrad.toml", 'derive = "all"\n'), ("texgrad.toml", 'env = "split"\n'), ("texgrad.toml", "enf = 1\n"),
    ("in/texgrad.toml", 'derive = "all"\n'), (".gitignore", "skip/\n"), ("in/.gitignore", "*.md\n!c.md\n"),
    ("_config.yml", ""),
)  # fmt: skip
STEPS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NAMES), st.sampled_from(TEXTS)),
    st.tuples(st.just("keep time"), st.sampled_from(NAMES), st.sampled_from(TEXTS)),
    st.tuples(st.just("remove"), st.sampled_from([*NAMES, "in", "skip"]), st.just("")),
    st.tuples(st.just("rename"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("configure"), st.integers(0, len(CONFIGS) - 1), st.just("")),
    st.tuples(st.just("forget"), st.sampled_from([name for name, _ in CONFIGS]), st.just("")),
    st.tuples(st.just("edit"), st.sampled_from(NAMES), st.just("")),
)


def apply(root: Path, kind: str, first: str | int, second: str) -> None:
    """One thing that may happen to a tree between two builds."""
    name, text = CONFIGS[first] if isinstance(first, int) else (first, second)
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind in ("write", "configure"):
        path.write_text(text)
    elif kind == "keep time":
        before = path.stat() if path.exists() else None
        path.write_text(text)
        if before:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    elif kind == "rename" and path.exists():
        (root / second).parent.mkdir(parents=True, exist_ok=True)
        path.rename(root / second)
    elif kind == "edit" and path.exists():
        path.write_bytes(path.read_bytes().replace(b"aligned", b"ALIGNED"))
    elif kind in ("remove", "forget") and path.exists():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def built(*args: str) -> tuple[int, list[str]]:
    """The exit status of a command, and its diagnostics, sorted."""
    said = StringIO()
    with redirect_stderr(said):
        status = main(list(args))
    lines = said.getvalue().split("\n")
    return status, sorted(line for line in lines if line.startswith(("error", "  -->", "   --> ")))


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@settings(max_examples=25, deadline=None)
@given(rounds=st.lists(st.lists(STEPS, max_size=4), min_size=2, max_size=4), elsewhere=st.booleans())
def test_builds_that_remember_agree_with_those_that_do_not(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[str, str | int, str]]], elsewhere: bool
) -> None:
    work = tmp_path_factory.mktemp("work")
    root, plain = work / "one/posts", work / "two/posts"
    for k, name in enumerate(NAMES):
        apply(root, "write", name, TEXTS[k % 3])
    shutil.copytree(root, plain)
    output = ("-o", "site") if elsewhere else ()
    for steps in rounds:
        for step in steps:
            apply(root, *step)
            apply(plain, *step)
        here = Path.cwd()
        found = []
        for folder, cache in ((root, ()), (plain, ("--no-cache",))):
            os.chdir(folder.parent)
            found.append(built("build", "-j", "1", "posts", *output, *cache))
        os.chdir(here)
        assert found[0] == found[1]
        assert contents(root) == contents(plain)
        if elsewhere:
            assert contents(work / "one/site") == contents(work / "two/site")


def test_a_tree_at_rest_is_known_by_its_looks(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}.md").write_text(TEXTS[number % 4])
    assert main(["build", str(tmp_path)]) == 0 and main(["build", str(tmp_path)]) == 0
    folder = Folder(str(tmp_path), options={})
    assert len(folder) == 30 and folder.changed() == [] and not folder.renewed()
    post = tmp_path / "0.md"
    before = post.stat()
    post.write_text("PLAIN\n")
    os.utime(post, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert Folder(str(tmp_path), options={}).changed() == ["0.md"]
    assert Folder(str(tmp_path), options={"derive": "all"}).changed() != ["0.md"]
    assert Folder(str(tmp_path), str(tmp_path / "out"), options={}).changed() != ["0.md"]


def test_an_unchanged_tree_loads_next_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    for number in range(5):
        (tmp_path / f"posts/{number}.md").write_text(TEXTS[number % 4])
    code = (
        "import os, sys\nfrom texgrad.cli import main\nstatus = main(['build', *sys.argv[1:]])\n"
        "print(status, [m for m in ('numpy', 'sympy', 'pylatexenc', 'texgrad.formats', 'texgrad.scan', 'dataclasses',"
        " 'texgrad.project', 'pathlib') if m in sys.modules])"
    )
    for arguments in (["posts"], ["-o", "site", "posts"], ["--check", "posts"]):
        command = [sys.executable, "-c", code, *arguments]
        runs = [subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True) for _ in range(3)]
        shown = runs[-1]
        assert shown.stdout == "0 []\n" and shown.stderr == ""


def test_diagnostics_of_posts_at_rest_are_said_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text("Bad $\\frac{\\partial q}{\\partial x} = ?$\n")
    (tmp_path / "b.md").write_text(ASK.format("a"))
    said = []
    for _ in range(3):
        assert main(["build", str(tmp_path)]) == 3
        lines = capsys.readouterr().err.split("\n")
        said.append([line for line in lines if not line.startswith(("written", "2 posts"))])
    assert said[0] == said[1] == said[2] and len(said[0]) > 4
    edited = (tmp_path / "b.md").read_text().replace("&= a", "&= b")
    (tmp_path / "b.md").write_text(edited)
    assert main(["build", str(tmp_path)]) == 4 and main(["build", str(tmp_path)]) == 4
    assert main(["build", "--force", str(tmp_path)]) == 3 and (tmp_path / "b.md").read_text() != edited


def test_answers_are_recalled_by_their_full_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same question in another place is known; with another declaration, macro, option or letter it is not."""
    from texgrad import service

    asked = []
    answer = service.answer
    monkeypatch.setattr(service, "answer", lambda job: (asked.append(job), answer(job))[1])
    monkeypatch.setenv("TEXGRAD_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "posts").mkdir()
    question = "$$\\frac{\\partial}{\\partial x} a^\\top x = ?$$\n"

    def questions(text: str) -> int:
        asked.clear()
        (tmp_path / "posts/a.md").write_text(text)
        assert main(["build", "--quiet", str(tmp_path / "posts")]) in (0, 3)
        return len(asked)

    assert questions(question) == 1
    assert questions("# Title\n\nWords.\n\n" + question) == 0
    assert questions("Let $a$ be in $\\mathbb{R}^k$.\n\n" + question) == 1
    assert questions("\\newcommand{\\x}{y}\n\n" + question) == 1
    assert questions("<!-- texgrad env=split: -->\n\n" + question) == 1
    assert questions("Here $f$ is a letter.\n\n" + question) == 1
    bad = "$$\\frac{\\partial q}{\\partial x} = ?$$\n"
    assert questions(bad) == 1 and questions("# Title\n\n" + bad) == 0
    assert questions(question) == 0


def test_a_post_rests_until_a_file_that_it_inputs_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXGRAD_CACHE_DIR", str(tmp_path / "cache"))
    site = tmp_path / "site"
    (site / "posts").mkdir(parents=True)
    (site / "texgrad.toml").write_text("")
    post, macros, more = site / "posts/a.tex", site / "macros.tex", site / "more.tex"
    question = "\\[ \\frac{\\partial}{\\partial \\vx} \\va^\\top\\vx = ? \\]\n"
    post.write_text(f"\\input{{../macros}}\\begin{{document}}\\includegraphics{{x}}\n{question}")

    def rests(status: int, word: str = "") -> bool:
        """Whether nothing has to be built once all is built."""
        assert main(["build", "--quiet", str(site / "posts")]) == status and word in post.read_text()
        time.sleep(0.1)
        assert main(["build", "--quiet", str(site / "posts")]) == status
        return not Folder(str(site / "posts"), options={}).changed()

    def changed() -> bool:
        return Folder(str(site / "posts"), options={}).changed() == ["a.tex"]

    macros.write_text("\\def\\vx{x}")
    assert rests(3)
    macros.write_text("\\def\\vx{x}\\def\\va{b}\\input{../more}")
    assert changed() and rests(0, "\\va")
    more.write_text("\\def\\va{\\sin c}")
    assert changed() and rests(0)
    more.unlink()
    assert changed() and rests(0, "\\va")
    macros.unlink()
    assert changed()
