"""What README.md says is so: its commands run, its posts build to what it shows, its tables match the tables."""

from __future__ import annotations

import doctest
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pypandoc
import pytest

from texgrad import TexgradError, build_text, derive
from texgrad.engine.structure import STRUCTURES
from texgrad.engine.wirtinger import CONVENTIONS
from texgrad.formats import FORMATS
from texgrad.options import CHOICES, OPTIONS
from texgrad.project_site import KEYS, read

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^ *(?P=ticks)$", re.M | re.S)
INSTALLATION = re.compile(r"python3 -m venv \.venv && \.venv/bin/pip install \S+ &&\s*")

ENDLESS = re.compile(r"texgrad watch (?!.*--once)")
SILENT = re.compile(r"--check|clean posts|^pandoc ")


class Fence(NamedTuple):
    """A fenced block: the words after the backticks, and what is inside."""

    info: str
    body: str


FENCES = [
    Fence(found["info"], re.sub(rf"^{found['indent']}", "", found["body"], flags=re.M))
    for found in FENCE.finditer(README)
]


def fenced(info: str) -> list[str]:
    return [fence.body for fence in FENCES if fence.info == info]


def only(info: str) -> str:
    (body,) = fenced(info)
    return body


def commands() -> list[str]:
    """The commands of all shell blocks, one each, without installation and comments."""
    lines = []
    for body in [*fenced("sh install"), *fenced("sh")]:
        body = INSTALLATION.sub("", body).replace(".venv/bin/", "").replace("&&\n", "&& ")
        lines += [re.sub(r"\s+# .*", "", line) for line in body.splitlines()]
    return [line for line in lines if line not in ("", "pytest")]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository with the posts of the README in `posts/`."""
    copied = tmp_path / "texgrad"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "node_modules")
    shutil.copytree(ROOT, copied, ignore=ignored)
    (copied / "posts").mkdir()
    (copied / "posts" / "shrink.md").write_text(only("markdown before"), encoding="utf-8")
    return copied


def environment() -> dict[str, str]:
    """The variables for a shell that finds texgrad and pandoc."""
    folders = [str(Path(sys.executable).parent), str(Path(pypandoc.get_pandoc_path()).parent), os.environ["PATH"]]
    return {**os.environ, "PATH": os.pathsep.join(folders)}


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", command],
        cwd=folder, env=environment(), capture_output=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("command", [line for line in commands() if not ENDLESS.match(line)])
def test_the_command_runs(command: str, copy: Path) -> None:
    if "--check" in command:
        assert run(command, copy).returncode == 1
        assert run("texgrad build posts", copy).returncode == 0
    done = run(command, copy)
    assert done.returncode == 0, done.stderr
    assert bool(done.stdout + done.stderr) != bool(SILENT.search(command))
    for page in copy.glob("*.html"):
        assert "<mtable" in page.read_text(encoding="utf-8")


def test_the_two_commands_are_an_installation_and_a_run() -> None:
    first, second = fenced("sh install")
    assert INSTALLATION.match(first) and "texgrad build samples/" in first
    assert INSTALLATION.match(second) and second.endswith("&& .venv/bin/pytest\n")


def test_watch_builds_what_is_saved(copy: Path) -> None:
    (command,) = (line for line in commands() if ENDLESS.match(line))
    post = copy / "posts" / "new.md"
    with subprocess.Popen(command.split(), cwd=copy, env=environment(), stderr=subprocess.DEVNULL) as watching:
        try:
            assert _becomes_built(copy / "posts" / "shrink.md", watching)
            post.write_text(only("markdown before"), encoding="utf-8")
            assert _becomes_built(post, watching)
        finally:
            watching.terminate()


def _becomes_built(post: Path, watching: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and watching.poll() is None:
        if post.read_text(encoding="utf-8") == only("markdown after"):
            return True
        time.sleep(0.05)
    return False


def test_the_first_post_becomes_the_second() -> None:
    assert build_text(only("markdown before")) == (only("markdown after"), ())


def test_the_error_is_the_one_that_is_printed(copy: Path) -> None:
    (copy / "posts" / "slip.md").write_text(only("markdown posts/slip.md"), encoding="utf-8")
    done = run("texgrad build posts/slip.md", copy)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", only("text error"))


def test_the_slip_is_found_and_mended(copy: Path) -> None:
    post = copy / "posts" / "claim.md"
    post.write_text(only("markdown posts/claim.md"), encoding="utf-8")
    done = run("texgrad verify posts/claim.md", copy)
    assert (done.returncode, done.stdout) == (1, only("text claim"))
    assert run("texgrad verify --fix posts/claim.md", copy).returncode == 0
    assert "&= 2X^\\top S(Xw - y) = 0" in post.read_text(encoding="utf-8")
    assert run("texgrad verify posts/claim.md", copy).returncode == 0


@pytest.mark.parametrize("info", ["python", "python verify"])
def test_the_python_session_is_as_shown(info: str) -> None:
    test = doctest.DocTestParser().get_doctest(only(info), {}, "README.md", "README.md", 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    assert runner.run(test).failed == 0


def test_the_json_is_what_the_command_prints(copy: Path) -> None:
    (command,) = re.findall(r"`(texgrad derive [^`]* --format json)`", README)
    shown, printed = json.loads(only("json")), json.loads(run(command, copy).stdout)
    assert printed.pop("verified").keys() == shown.pop("verified").keys()
    assert printed == shown


def table(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, as cells."""
    part = README.split(heading, 1)[1]
    rows = re.findall(r"^\|(.*)\|$", part.split("\n\n## ", 1)[0], flags=re.M)[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)] for row in rows]


def test_every_option_is_named_with_its_values() -> None:
    shown = {row[0].strip("`"): tuple(re.findall(r"`([^`]+)`", row[1])) for row in table("## How to ask")}
    assert shown.pop("derive") == ("all",)
    assert set(shown) == OPTIONS
    assert {name: shown[name] for name in CHOICES} == CHOICES
    assert set(shown["convention"]) < STRUCTURES.keys() | CONVENTIONS.keys()


def test_the_site_file_is_read_and_every_key_is_named() -> None:
    shown = only("toml texgrad.toml")
    assert read("texgrad.toml", shown) is not None
    assert all(re.search(rf"\b{key}\b", shown) for key in KEYS if key != "environment")


@pytest.mark.parametrize(
    "formula",
    [formula.replace(r"\|", "|") for row in table("## What it knows") for formula in re.findall(r"`([^`]+)`", row[0])],
)
def test_what_is_said_to_be_refused_is_refused(formula: str) -> None:
    with pytest.raises(TexgradError) as raised:
        derive(formula, wrt="x" if "x" in re.sub(r"\\[a-z]+", "", formula) else "X")
    assert all(diagnostic.code != "internal" for diagnostic in raised.value.diagnostics)


def test_every_diagnostic_code_is_named() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "texgrad").rglob("*.py")))
    codes = set(re.findall(r"""(?:fail|Diagnostic)\(\s*"([a-z-]+)",""", text))
    assert len(codes) > 6 and codes <= set(re.findall(r"`([a-z-]+)`", README.split("kind of fault:")[1].split(".")[0]))


def test_every_format_is_named() -> None:
    for row in FORMATS.values():
        assert all(f"`{ending}`" in README for ending in row.endings)


def test_the_exit_statuses_are_all_named() -> None:
    assert [row[0] for row in table("\nthe answer is\n")] == ["0", "1", "2", "3", "4", "5"]
