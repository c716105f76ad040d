"""The posts in `samples/`: up to date, stable under building, cleaned to the byte, and right in every line."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from texgrad.ask import groups
from texgrad.cli import main
from texgrad.document import Document, digest
from texgrad.formats import Format, of_path
from texgrad.jobs import problem_of
from texgrad.scan import scan
from texgrad.solving import solve
from texgrad.weave import clean, front_options

ROOT = Path(__file__).parents[1]
SAMPLES = sorted(path for path in (ROOT / "samples").iterdir() if path.is_file())
MARKER = re.compile(r"^(?P<before>.*?)(?:<!-- |% )texgrad:(?P<word>begin|end)(?: (?P<digest>\w+))?(?: -->)?$", re.M)
each = pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)


def format_of(path: Path) -> Format:
    format = of_path(path)
    assert format is not None
    return format


def document(path: Path) -> Document:
    return scan(path.read_bytes().decode(), format_of(path))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the samples."""
    return Path(shutil.copytree(ROOT / "samples", tmp_path / "samples"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_samples_and_readme_are_up_to_date() -> None:
    assert main(["build", "--check", str(ROOT / "samples"), str(ROOT / "README.md")]) == 0


def test_building_again_changes_nothing(folder: Path) -> None:
    before = contents(folder)
    for _ in range(2):
        assert main(["build", str(folder)]) == 0
        assert contents(folder) == before


def test_clean_and_build_are_inverse_to_the_byte(folder: Path) -> None:
    built = contents(folder)
    assert main(["clean", str(folder)]) == 0
    cleaned = contents(folder)
    assert all(b"texgrad:begin" in text for text in built.values())
    assert not any(b"texgrad:begin" in text for text in cleaned.values())
    for name, text in cleaned.items():
        format = format_of(folder / name)
        assert clean(built[name].decode(), format).text.encode() == text
    assert main(["build", str(folder)]) == 0
    assert contents(folder) == built
    assert main(["clean", str(folder)]) == 0
    assert contents(folder) == cleaned


@each
def test_the_rest_of_a_post_stands_as_it_was_written(path: Path) -> None:
    built = path.read_bytes().decode()
    cleaned = clean(built, format_of(path)).text
    rest = iter(built.splitlines(keepends=True))
    assert all(line in rest for line in cleaned.splitlines(keepends=True))


@each
def test_a_block_edited_by_hand_is_kept_and_reported(
    path: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = path.read_bytes()
    at = text.index(b"=", text.index(b"texgrad:begin"))
    edited = text[:at] + b"= 2" + text[at + 1 :]
    post = tmp_path / path.name
    post.write_bytes(edited)
    for command in ("build", "clean"):
        assert main([command, "--check", str(post)]) == 4
        assert "error[edited]" in capfd.readouterr().err
    assert main(["build", str(post)]) == 4
    assert post.read_bytes() == edited
    assert main(["build", "--force", str(post)]) == 0
    assert post.read_bytes() == text


@each
def test_markers_stand_alone_in_pairs_with_the_digest_of_what_is_between(path: Path) -> None:
    text = path.read_bytes().decode()
    page = document(path)
    found = list(MARKER.finditer(text.replace("\r\n", "\n")))
    assert [m["word"] for m in found] == ["begin", "end"] * len(page.blocks)
    assert all(set(m["before"]) <= set(" >") for m in found)
    for block in page.blocks:
        assert block.digest == digest(block.lines, block.trailing) and not block.edited
    rows = [row.strip(" >") for row in text.splitlines()]
    for number, row in enumerate(rows):
        if "texgrad:begin" in row:
            assert rows[number - 1] == ""
        if "texgrad:end" in row:
            assert rows[number + 1 : number + 2] in ([], [""])


@each
def test_every_block_is_derived_again_and_holds(path: Path) -> None:
    page = document(path)
    found, orphans = groups(page, front_options(page.front))
    assert found and not orphans
    for group in found:
        options = {key: value for request in group.requests for key, value in request.options.items()}
        solution = solve(problem_of(page, group), options.get("style", "differential"))
        data = solution.as_dict()
        assert data["verified"]["points"] >= 2 and data["verified"]["worst"] < 1e-6
        assert group.existing is not None
        written = " ".join(group.existing.lines)
        assert all(result["latex"] in written for result in data["results"])


def test_the_samples_ask_in_every_form() -> None:
    kinds: Counter[str] = Counter()
    for path in SAMPLES:
        page = document(path)
        found, _ = groups(page, front_options(page.front))
        kinds.update(request.form for group in found for request in group.requests)
        kinds.update(comment.kind for comment in page.comments)
    assert {"question", "comment", "all", "let"} <= set(kinds)
    texts = [path.read_bytes() for path in SAMPLES]
    assert any(text.count(b"\r\n") == text.count(b"\n") > 0 for text in texts)
    for word in (rb"\begin{eqnarray*}", rb"\eqalign", rb"\begin{aligned}", rb"\begin{align*}", rb"\def", b"\n> $$"):
        assert any(word in text for text in texts), word
