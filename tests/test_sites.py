"""The site generators that README.md names, with the settings that it shows: what they make of built posts."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MATH = r"""Let $f(x) = \|Ax - b\|_2^2$.

- What is MATH

> and in a quote
>
> $$\nabla^2 f(x) = ?$$
"""
POST, INLINE = MATH.replace("MATH", r"$$\nabla f(x) = ?$$"), MATH.replace("MATH", r"$\nabla f(x) = ?$")
LAYOUT = "<!doctype html><html><body>{{ content }}</body></html>"
TEX = (
    "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\begin{document}\n"
    "Let $f(x) = \\|Ax - b\\|_2^2$.\n\\[\\nabla f(x) = ?\\]\n\\end{document}\n"
)
# generator -> the files of a site besides those of README.md, and the page that it makes
SITES: Mapping[str, tuple[Mapping[str, str], str]] = {
    "jekyll": (
        {"_config.yml": "title: a\n", "_layouts/post.html": LAYOUT,
         "_posts/2024-01-01-a.md": f"---\nlayout: post\n---\n\n{POST}"}, "_site/2024/01/01/a.html",
    ),
    "hugo": (
        {"layouts/_default/single.html": LAYOUT.replace("content", ".Content"),
         "content/posts/a.md": f"+++\ntitle = 'a'\n+++\n\n{INLINE}"}, "public/posts/a/index.html",
    ),
    "mkdocs": ({"docs/index.md": f"# A\n\n{INLINE}"}, "site/index.html"),
    "sphinx": ({"index.md": f"# A\n\n{INLINE}"}, "_build/index.html"),
    "latexmk": ({"a.tex": TEX}, "a.pdf"),
}  # fmt: skip
NEEDED = {"sphinx": "sphinx-build"}
FENCE = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<body>.*?)^```$", re.M | re.S)
FENCES = {found["info"]: found["body"] for found in FENCE.finditer(README)}
CONFIGURED = {
    "hugo": "toml hugo.toml", "mkdocs": "yaml mkdocs.yml", "sphinx": "python conf.py", "latexmk": "perl .latexmkrc",
}  # fmt: skip


def environment() -> dict[str, str]:
    """The variables for a shell that finds this texgrad."""
    folders = [os.environ["PATH"], str(Path(sys.executable).parent)]
    return {**os.environ, "PATH": os.pathsep.join(folders), "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("name", sorted(SITES))
def test_the_answers_are_math_on_the_page(name: str, tmp_path: Path) -> None:
    if shutil.which(NEEDED.get(name, name), path=environment()["PATH"]) is None:
        pytest.skip(f"{name} is not installed")
    files, page = SITES[name]
    if name in CONFIGURED:
        info = CONFIGURED[name]
        files = {**files, info.split()[1]: FENCES[info]}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    command = FENCES[f"sh {name}"]
    shell = ["bash", "-c", command]
    done = subprocess.run(shell, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    if page.endswith(".pdf"):
        assert (tmp_path / page).read_bytes().startswith(b"%PDF")
        assert "texgrad:begin" in (tmp_path / "a.tex").read_text()
        return
    shown = html.unescape((tmp_path / page).read_text(encoding="utf-8"))
    answers = re.findall(r"\\begin\{aligned\}.*?\\end\{aligned\}", shown, re.S)
    assert len(answers) == 2
    for answer in answers:
        assert "<" not in answer and r"\\" in answer and "\n>" not in answer and "2A^\\top" in answer
    for before in re.findall(r"(\S+)\s*\\begin\{aligned\}", shown):
        assert before.endswith((r"\[", "$$", r"\begin{split}")), before


def test_the_hooks_are_what_pre_commit_expects(tmp_path: Path) -> None:
    tool = shutil.which("pre-commit", path=environment()["PATH"])
    if tool is None:
        pytest.skip("pre-commit is not installed")
    (tmp_path / "config.yaml").write_text(FENCES["yaml .pre-commit-config.yaml"])
    files = {"validate-manifest": ROOT / ".pre-commit-hooks.yaml", "validate-config": tmp_path / "config.yaml"}
    for command, file in files.items():
        subprocess.run([tool, command, str(file)], check=True, env=environment(), timeout=60)
    assert "texgrad-check" in (ROOT / ".pre-commit-hooks.yaml").read_text()
