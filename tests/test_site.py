"""Site files and ignore files: what they say of posts, and what is said of their faults."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from texgrad.cli import main
from texgrad.formats_sites import SITES
from texgrad.project import posts
from texgrad.project_rules import Rules
from texgrad.project_site import KEYS, read
from texgrad.project_walk import CONFIGS
from texgrad.source import TexgradError

ASK = "$$\\frac{\\partial}{\\partial x} a^\\top x = ?$$\n"


def built(folder: Path, text: str, site: str, name: str = "texgrad.toml") -> str:
    (folder / name).write_text(site)
    post = folder / "posts/a.md"
    post.parent.mkdir(exist_ok=True)
    post.write_text(text)
    main(["build", str(folder)])
    return post.read_text()


@pytest.mark.parametrize(
    ("site", "text", "shown"),
    [
        ('derive = "all"', r"$$\frac{\partial}{\partial x} a^\top x$$", r"&= a"),
        ('env = "align*"', ASK, r"\begin{align*}"),
        ('environment = "split"', ASK, r"\begin{split}"),
        ("explain = true", ASK, r"\text{product rule}"),
        ('style = "component"', r"$$\frac{\partial}{\partial X} a^\top X b = ?$$", r"_{i"),
        ('layout = "numerator"', ASK, r"a^\top"),
        ("[declare]\nx = 'scalar'\na = 'scalar'", r"$$\frac{\partial}{\partial x} \exp(ax) = ?$$", r"a"),
        ("[assume]\nS = 'symmetric'", r"$$\frac{\partial}{\partial x} x^\top S x = ?$$", r"2Sx"),
        ("[macros]\n'\\vx' = '\\mathbf{x}'\nip = ['#1^\\top #2', 2]\n",
         r"$$\frac{\partial}{\partial \vx} \ip{a}{\vx} = ?$$", r"&= a"),
        ("[macros]\npd = ['\\frac{\\partial #1}{\\partial #2}', 2]", r"$$g = x^\top x,\quad \pd{g}{x} = ?$$", "2x"),
    ],
)  # fmt: skip
def test_a_site_sets_options_for_its_posts(tmp_path: Path, site: str, text: str, shown: str) -> None:
    assert shown in built(tmp_path, text, site).split("texgrad:begin")[1]
    table = site.replace("[", "[tool.texgrad.", 1) if site.startswith("[") else f"[tool.texgrad]\n{site}"
    (tmp_path / "texgrad.toml").unlink()
    other = built(tmp_path, text, f"[project]\nname = 'x'\n{table}", "pyproject.toml")
    assert shown in other.split("texgrad:begin")[1]


def test_a_post_overrides_its_site_and_a_comment_both(tmp_path: Path) -> None:
    site = 'env = "align*"\n[declare]\nx = "n"\nS = "n x n"\n[assume]\nS = "symmetric"'
    front = "---\ntexgrad:\n  env: split\n---\n"
    assert r"\begin{split}" in built(tmp_path, front + ASK, site)
    comment = "<!-- texgrad env=aligned: \\frac{\\partial}{\\partial x} a^\\top x -->\n"
    assert r"\begin{aligned}" in built(tmp_path, front + comment, site)
    said = r"Let $S \in \mathbb{R}^{k \times n}$." + "\n\n$$\\frac{\\partial}{\\partial x} \\|Sx\\|^2 = ?$$\n"
    assert r"2S^\top Sx" in built(tmp_path, said, site)


def test_the_nearest_site_file_holds_and_none_above_the_repository(tmp_path: Path) -> None:
    (tmp_path / "texgrad.toml").write_text('env = "split"')
    inner = tmp_path / "site/deep"
    inner.mkdir(parents=True)
    (inner / "a.md").write_text(ASK)
    assert posts([inner])[0].options == {"env": "split"}
    assert posts([inner / "a.md"])[0].options == {"env": "split"}
    (tmp_path / "site/pyproject.toml").write_text("[tool.other]\nx = 1")
    assert posts([tmp_path])[0].options == {"env": "split"}
    (tmp_path / "site/.git").mkdir()
    assert posts([inner])[0].options == {}
    (inner / "texgrad.toml").write_text('env = "aligned"')
    assert posts([tmp_path])[0].options == {"env": "aligned"}


@pytest.mark.parametrize(
    ("site", "message", "place", "help"),
    [
        ('style = "trace"\nenviroment = "split"', "there is no option enviroment", "2:1", "did you mean environment?"),
        ('[declares]\nx = "n"', "there is no option declares", "1:2", "did you mean declare?"),
        ('style = "quick"', "style is 'quick'", "1:1", "write one of differential"),
        ("env = 3", "env cannot be 3", "1:1", 'write "auto"'),
        ("\nmacros = ['x']", "macros cannot be", "2:1", "write {"),
        ('dialect = "word"', "there is no format `word`", "1:1", "write one of markdown"),
        ('derive = "some"', "derive cannot be 'some'", "1:1", "all"),
        ("exclude = 'x'", "exclude cannot be 'x'", "1:1", "drafts/"),
        ("a = 1\nb == 2", "this is no TOML", "2:4", "key ="),
        ("a = [", "this is no TOML", "1:6", "key ="),
        ('[macros]\n"\\R" = "x"', "this is no TOML", "2:4", "between single quotes"),
        ('[macros]\n"R" = "\\mathbb R"', "this is no TOML", "2:10", "between single quotes"),
    ],
)
def test_a_fault_of_the_site_file_is_shown_in_its_place(
    tmp_path: Path, site: str, message: str, place: str, help: str, capsys: pytest.CaptureFixture[str]
) -> None:
    os.chdir(tmp_path)
    (tmp_path / "texgrad.toml").write_text(site)
    (tmp_path / "a.md").write_text(ASK)
    assert main(["build", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert f"error[config]: {message}" in said and f"--> texgrad.toml:{place}" in said and "^" in said and help in said
    assert (tmp_path / "a.md").read_text() == ASK
    assert main(["build", str(tmp_path / "a.md")]) == 2 and message in capsys.readouterr().err


def test_an_unknown_key_in_front_matter_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"---\ntexgrad:\n  enf: split\n---\n{ASK}"
    (tmp_path / "a.md").write_text(text)
    assert main(["build", str(tmp_path)]) == 3
    said = capsys.readouterr().err
    assert "there is no option enf" in said and "a.md:3:3" in said and "did you mean env?" in said
    assert (tmp_path / "a.md").read_text() == text


def test_posts_are_those_that_are_included_and_not_excluded(tmp_path: Path) -> None:
    (tmp_path / "texgrad.toml").write_text('include = ["posts/", "/*.tex"]\nexclude = ["*.draft.md", "posts/old/"]')
    names = ["posts/a.md", "posts/b.draft.md", "posts/old/c.md", "d.tex", "e.md", "x/posts/f.md", "x/g.tex"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    found = [str(post.source.relative_to(tmp_path)) for post in posts([tmp_path])]
    assert found == ["d.tex", "posts/a.md", "x/posts/f.md"]
    assert [post.source.name for post in posts([tmp_path / "e.md"])] == ["e.md"]


def test_every_key_reads_its_example() -> None:
    from texgrad.project_site import EXAMPLES

    for key, (option, _) in KEYS.items():
        example = EXAMPLES[option].split(" or ")[0]
        assert read("texgrad.toml", f"{key} = {example}") is not None
    with pytest.raises(TexgradError):
        read("texgrad.toml", "nothing = 1")
    assert read("pyproject.toml", "[project]\nname = 'x'") is None and read("pyproject.toml", "broken") is None


NAMES = st.sampled_from(["a.md", "b.md", "c.tex", "build", "docs", "node_modules"])
PATHS = st.lists(st.lists(NAMES, min_size=1, max_size=3), min_size=1, max_size=12)
PATTERNS = st.lists(
    st.builds(
        lambda sign, anchor, word, end: sign + anchor + word + end,
        st.sampled_from(["", "", "!"]),
        st.sampled_from(["", "/", "docs/", "**/", "docs/**/", "\\"]),
        st.sampled_from(["*.md", "a.*", "build", "docs", "[!b].md", "?.tex", "*", "**/b.md", "docs/**"]),
        st.sampled_from(["", "/"]),
    ),
    max_size=4,
)


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
@settings(max_examples=50, deadline=None)
@given(paths=PATHS, top=PATTERNS, inner=PATTERNS)
def test_files_are_ignored_as_git_ignores_them(
    tmp_path_factory: pytest.TempPathFactory, paths: list[list[str]], top: list[str], inner: list[str]
) -> None:
    root = tmp_path_factory.mktemp("tree")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for parts in paths:
        path = root.joinpath(*parts)
        if not any(parent.is_file() for parent in path.parents) and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
    (root / ".gitignore").write_text("\n".join(top))
    (root / "docs").mkdir(exist_ok=True) if not (root / "docs").exists() else None
    if (root / "docs").is_dir():
        (root / "docs/.gitignore").write_text("\n".join(inner))
    listed = ["git", "-C", str(root), "ls-files", "-z", "--others", "--exclude-standard"]
    shown = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split("\0")
    expected = {name for name in shown if name.endswith((".md", ".tex"))}
    assert {str(post.source.relative_to(root)) for post in posts([root])} == expected
    below = root / "docs"
    if below.is_dir() and not Rules(str(root)).skips("docs", True):
        inside = {name for name in expected if name.startswith("docs/")}
        assert {str(post.source.relative_to(root)) for post in posts([below])} == inside


def test_findings_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    post = tmp_path / "a.md"
    post.write_text("$W \\in \\mathbb{R}^{2 \\times 3}$, 100%: $$\\frac{\\partial}{\\partial W} \\|WW\\|^2 = ?$$\n")
    (tmp_path / "b.md").write_text(ASK)
    assert main(["build", "--format", "json", str(tmp_path)]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["status"] == 3 and told["summary"]["written"] == 1 and told["summary"]["posts"] == 2
    first, second = told["posts"]
    (said,) = first["diagnostics"]
    assert said["code"] == "shape" and said["line"] == said["end_line"] == 1 and said["column"] < said["end_column"]
    assert second["changed"] and second["answered"] == 1 and "picture" not in said
    assert main(["build", "--output-format", "github", str(tmp_path)]) == 3
    shown = capsys.readouterr().err
    assert shown.startswith(f"::error file={post},line=1,endLine=1,col={said['column']},endColumn=")
    assert "title=texgrad shape::the product" in shown


def test_the_dialect_is_that_of_the_comment_the_site_file_the_generator_or_the_front_matter(tmp_path: Path) -> None:
    (tmp_path / "blog/posts").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    post = tmp_path / "blog/posts/a.md"
    post.write_text("x")

    def dialect(data: bytes = b"") -> str:
        format = posts([tmp_path])[0].format(data)
        assert format == posts([post])[0].format(data)
        return format.name if format else ""

    assert dialect() == "markdown"
    assert dialect(b"---\ntitle: x\nbibliography: y\n---\n") == "pandoc"
    (tmp_path / "_config.yml").write_text("")
    assert dialect(b"---\nbibliography: y\n---\n") == "jekyll"
    (tmp_path / "blog/texgrad.toml").write_text('dialect = "hugo"')
    assert dialect() == "hugo"
    assert dialect(b"---\r\ntitle: x\r\ntexgrad:\r\n  dialect: obsidian\r\n---\r\n") == "obsidian"
    assert dialect(b"no front\n---\ntexgrad:\n  dialect: obsidian\n---\n") == "hugo"


def test_a_look_at_a_folder_sees_every_file_that_tells_of_a_generator() -> None:
    files = {name for names, _ in SITES for name in names if "." in name[1:]}
    assert files - CONFIGS == {"index.md", "index.rst"}
