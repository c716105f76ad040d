"""Posts on disk: which are read, what is written, and that one bad file never stops the others."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.saving import post
from texgrad import build_text, solution_ways
from texgrad.check import Verified, verify
from texgrad.document import Answer, Document, Group
from texgrad.engine.derivation import Derivation
from texgrad.project import DONE, EDITED, INTERNAL, OUTDATED, UNANSWERED, Post, Settings, posts, process, run, unified
from texgrad.project_write import replace
from texgrad.source import TexgradError, fail

ASK = r"$\nabla f(x) = ?$"
QUESTIONS = (
    r"\nabla f = ?",
    r"\nabla f =\;\; \text{ ??}",
    "\\nabla f\n=\n?",
    r"\nabla f = {\color{red} \Large ?}",
    r"\nabla f \stackrel{?}{=}",
    r"\nabla f \overset{\Large ?}{=}.",
)


def solve(document: Document, group: Group, options: Mapping[str, str]) -> Answer:
    if "fail" in document.text:
        raise fail("shape", "no", group.requests[0].source.outer, "help")
    if "crash" in document.text:
        raise ZeroDivisionError("oh")
    return Answer(("$$", "x", "$$"))


def build(path: Path, **settings: Any) -> int:
    return process(Post(path, path), Settings(**settings), solve).status


def test_posts_are_found_sorted_once_and_in_the_tree(tmp_path: Path) -> None:
    (tmp_path / "site/.git").mkdir(parents=True)
    (tmp_path / "site/b").mkdir()
    (tmp_path / "out.md").write_text("")
    for name in ("z.md", "a.tex", "b/c.markdown", "note.txt", ".git/d.md", "._z.md"):
        (tmp_path / "site" / name).write_text("")
    (tmp_path / "site/link.md").symlink_to(tmp_path / "out.md")
    (tmp_path / "site/inner.md").symlink_to(tmp_path / "site/z.md")
    site = tmp_path / "site"
    names = [str(post.source.relative_to(site)) for post in posts([site, site / "z.md"])]
    assert names == ["a.tex", "b/c.markdown", "inner.md"] or names == ["a.tex", "b/c.markdown", "z.md"]
    built = posts([site], site / "built", others=True)
    assert {post.target.relative_to(site / "built").name for post in built} >= {"a.tex", "note.txt"}
    for bad in ("none.md", "note.txt"):
        with pytest.raises(TexgradError):
            posts([site / bad])


BYTES = {
    "bom": b"\xef\xbb\xbfFind " + ASK.encode() + b"\n",
    "invalid": b"\xff\xfe caf\xe9 " + ASK.encode() + b"\r\n\xc0",
    "open end": ASK.encode(),
    "mixed": b"a\rb\nc\r\n" + ASK.encode() + b"\r\rd\n",
    "nul": b"\0 " + ASK.encode() + b"\n\xe2\x80\xa8x",
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_come_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(BYTES[name])
    assert build(path) == DONE
    built = path.read_bytes()
    assert built.count(b"texgrad:begin") == 1
    assert build(path) == DONE and path.read_bytes() == built
    assert build(path, command="clean") == DONE and path.read_bytes() == BYTES[name]


@pytest.mark.parametrize("formula", QUESTIONS)
def test_the_look_at_the_bytes_misses_no_question(tmp_path: Path, formula: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"$${formula}$$\n")
    assert process(Post(path, path), Settings(), solve).counts.answered > 0


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_check_and_diff_write_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"caf\xe9 \x0c x\r\n" + ASK.encode())
    before = path.read_bytes()
    assert build(path, check=True) == OUTDATED
    report = process(Post(path, path), Settings(diff=True), solve)
    assert report.status == DONE and path.read_bytes() == before
    os.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    build(path)
    patch = process(Post(path, path), Settings(command="clean", diff=True), solve).diff
    subprocess.run(["git", "init", "-q"], check=True)
    patch = patch.replace(str(path).lstrip("/"), "a.md")
    subprocess.run(["git", "apply", "-"], input=patch.encode("utf-8", "surrogateescape"), check=True)
    assert path.read_bytes() == before
    assert build(path) == DONE and build(path, check=True) == DONE


def test_mode_and_links_are_kept_and_equal_bytes_are_not_written(tmp_path: Path) -> None:
    path, link, hard = tmp_path / "a.md", tmp_path / "l.md", tmp_path / "h.md"
    path.write_text(ASK)
    path.chmod(0o754)
    link.symlink_to(path)
    assert build(link) == DONE
    assert link.is_symlink() and path.stat().st_mode & 0o777 == 0o754 and "texgrad" in path.read_text()
    before = path.stat()
    build(link)
    assert path.stat().st_mtime_ns == before.st_mtime_ns and path.stat().st_ino == before.st_ino
    os.link(path, hard)
    assert build(path, command="clean") == DONE
    assert hard.read_text() == ASK and hard.stat().st_ino == path.stat().st_ino
    assert [file.name for file in sorted(tmp_path.iterdir())] == ["a.md", "h.md", "l.md"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.md"
    path.write_text(ASK)

    def full(*_: object) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert build(path) == UNANSWERED
    assert path.read_text() == ASK and len(list(tmp_path.iterdir())) == 1


def test_a_file_saved_meanwhile_is_built_again(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(ASK)
    saves = iter(["new words\n\n" + ASK])

    def slow(document: Document, group: Group, options: Mapping[str, str]) -> Answer:
        for save in saves:
            path.write_text(save)
        return solve(document, group, options)

    assert process(Post(path, path), Settings(), slow).status == DONE
    assert path.read_text().startswith("new words") and "texgrad:begin" in path.read_text()


def test_each_fault_has_its_status_and_the_others_are_built(tmp_path: Path) -> None:
    for name, text in {"a": "fail", "b": "crash", "c": "good", "d": "stale"}.items():
        (tmp_path / f"{name}.md").write_text(f"{text} {ASK}\n")
    build(tmp_path / "d.md")
    edited = (tmp_path / "d.md").read_text().replace("\nx\n", "\ny\n")
    (tmp_path / "d.md").write_text(edited)
    reports = [process(post, Settings(), solve) for post in posts([tmp_path])]
    assert [report.status for report in reports] == [UNANSWERED, INTERNAL, DONE, EDITED]
    assert (tmp_path / "d.md").read_text() == edited and "texgrad:begin" in (tmp_path / "c.md").read_text()
    assert f"{tmp_path}/a.md:1:6" in reports[0].pictures[0] and "^" * len(ASK) in reports[0].pictures[0]
    assert build(tmp_path / "d.md", force=True) == DONE
    assert (tmp_path / "d.md").read_text() != edited


def test_a_tree_is_built_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "src/sub").mkdir(parents=True)
    (tmp_path / "src/sub/a.md").write_text(ASK)
    (tmp_path / "src/b.md").write_text("nothing")
    (tmp_path / "src/c.png").write_bytes(b"\x89")
    out = tmp_path / "out"
    reports = [process(post, Settings(output=out, copy=True), solve) for post in posts([tmp_path / "src"], out, True)]
    assert [report.status for report in reports] == [0, 0, 0]
    assert (tmp_path / "src/sub/a.md").read_text() == ASK and "texgrad:begin" in (out / "sub/a.md").read_text()
    assert (out / "b.md").read_text() == "nothing" and (out / "c.png").read_bytes() == b"\x89"


def test_workers_report_in_order(tmp_path: Path) -> None:
    for i in range(20):
        (tmp_path / f"{i:02}.md").write_text("<!-- texgrad:begin 0 -->\n" if i == 7 else "plain")
    reports = list(run(posts([tmp_path]), Settings(jobs=2)))
    assert [report.path.name for report in reports] == [f"{i:02}.md" for i in range(20)]
    assert [report.status for report in reports] == [UNANSWERED if i == 7 else DONE for i in range(20)]


def test_diff_of_files_without_final_newline() -> None:
    assert unified(b"a", b"a\nb\xff\x0cc\n", "x").split("\n")[2:] == [
        "@@ -1 +1,2 @@", "-a", "\\ No newline at end of file", "+a", "+b\udcff\x0cc", ""
    ]  # fmt: skip


def test_replace_writes_a_new_file_with_the_mode_of_its_source(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    (tmp_path / "a").chmod(0o640)
    replace(tmp_path / "new/b", b"x", tmp_path / "a")
    assert (tmp_path / "new/b").read_bytes() == b"x" and (tmp_path / "new/b").stat().st_mode & 0o777 == 0o640


def test_a_folder_that_was_renamed_meanwhile_does_not_come_back(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace(tmp_path / "gone/a.md", b"built", tmp_path / "gone/a.md", b"one")
    assert not (tmp_path / "gone").exists()


def test_a_save_while_the_file_is_replaced_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    post = tmp_path / "a.md"
    post.write_bytes(b"one")
    assert not replace(post, b"built", post, b"other")
    assert post.read_bytes() == b"one"
    renamed = os.replace

    def author(new: Path, path: Path) -> None:
        monkeypatch.setattr(os, "replace", renamed)
        with path.open("r+b") as file:
            renamed(new, path)
            file.write(b"two")
            file.truncate()

    monkeypatch.setattr(os, "replace", author)
    assert not replace(post, b"built", post, b"one")
    assert post.read_bytes() == b"two"
    assert [p.name for p in tmp_path.iterdir()] == ["a.md"]


def test_diagnostics_have_their_places_in_what_was_written(tmp_path: Path) -> None:
    path, wrong = tmp_path / "a.md", "$$\\nabla_x \\foo(x) = ?$$"
    path.write_text(f"$$\\nabla_x a^\\top x = ?$$\n\n{wrong}\n")
    changed = []
    for check in (True, False, False):  # the answer is missing, is written, is there
        report = process(Post(path, path), Settings(check=check, cache=False))
        (found,) = report.findings
        assert found.line == path.read_text().splitlines().index(wrong) + 1
        assert wrong in found.picture
        changed.append(report.changed)
    assert changed == [True, True, False]


def test_a_changed_formula_has_itself_derived_again_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words in which the others are asked have changed with it, but not what is asked."""
    derived: list[object] = []

    def counted(derivation: Derivation) -> Verified:
        derived.append(derivation)
        return verify(derivation)

    monkeypatch.setattr(solution_ways, "verify", counted)
    (tmp_path / "a.md").write_text(post(1001))
    (first,) = [process(one, Settings()) for one in posts([tmp_path])]
    assert first.counts.answered == 5
    derived.clear()
    (tmp_path / "a.md").write_text(post(1002))
    (second,) = [process(one, Settings()) for one in posts([tmp_path])]
    assert second.counts.answered == 5 and len(derived) == 1
    assert build_text(post(1002)) == ((tmp_path / "a.md").read_text(), ())
