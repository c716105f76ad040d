"""The commands on posts, as a user runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from texgrad import __version__
from texgrad.cli import main

HEAVY = ("numpy", "sympy", "pylatexenc", "scipy", "watchdog")
STALE = "Post\n\n<!-- texgrad:begin {0} -->\n$$\n{1}\n$$\n<!-- texgrad:end -->\n\nEnd\n"


def stale(body: str = "x") -> str:
    from texgrad.document import digest

    return STALE.format(digest(("$$", "x", "$$"), False), body)


def python(code: str, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=False)


def test_version_and_module(tmp_path: Path) -> None:
    shown = subprocess.run([sys.executable, "-m", "texgrad", "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout == f"texgrad {__version__}\n"


@pytest.mark.parametrize("args", [["--version"], ["build", "."], ["build", "--all", "."], ["clean", "."]])
def test_nothing_heavy_is_loaded_where_nothing_is_asked(tmp_path: Path, args: list[str]) -> None:
    (tmp_path / "a.md").write_text("# Is it? $f = x$\n\n<!-- texgrad let: x -->\n")
    code = (
        "import os, sys; os.chdir(sys.argv.pop(1))\nfrom texgrad.cli import main\ntry: status = main()\n"
        f"except SystemExit as stop: status = stop.code\nprint([m for m in {HEAVY} if m in sys.modules], status)"
    )
    assert python(code, str(tmp_path), *args).stdout.splitlines()[-1] == "[] 0"


@pytest.mark.parametrize("args", [[], ["build"], ["build", "--nope", "x"], ["build", "-j", "0", "x"], ["verb", "x"]])
def test_wrong_usage(args: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(args)
    assert stop.value.code == 2


def test_a_missing_path_is_wrong_usage_but_the_others_are_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.md").write_text(stale())
    assert main(["build", str(tmp_path / "none.md"), str(tmp_path)]) == 2
    assert (tmp_path / "a.md").read_text() == "Post\n\nEnd\n"
    assert "none.md" in capsys.readouterr().err


def test_check_diff_and_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    post = tmp_path / "a.md"
    post.write_text(stale())
    assert main(["build", "--check", str(tmp_path)]) == 1
    assert main(["build", "--diff", str(tmp_path)]) == 0
    assert "-<!-- texgrad:end -->" in capsys.readouterr().out.splitlines()
    assert post.read_text() == stale()
    assert main(["clean", str(tmp_path)]) == 0
    assert post.read_text() == "Post\n\nEnd\n"
    assert main(["build", "--check", str(tmp_path)]) == 0


def test_the_worst_status_wins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text("<!-- texgrad:end -->\n")
    (tmp_path / "b.md").write_text(stale("y"))
    (tmp_path / "c.md").write_text(stale())
    assert main(["build", str(tmp_path)]) == 4
    said = capsys.readouterr().err
    assert "error[markers]: this texgrad:end has no texgrad:begin" in said and f"--> {tmp_path}/a.md:1:1" in said
    assert "error[edited]" in said and (tmp_path / "b.md").read_text() == stale("y")
    assert (tmp_path / "c.md").read_text() == "Post\n\nEnd\n"
    (tmp_path / "b.md").unlink()
    assert main(["build", str(tmp_path)]) == 3


def test_output_folder(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.md").write_text(stale())
    (tmp_path / "src/b.css").write_text("x")
    assert main(["build", "-o", str(tmp_path / "out"), str(tmp_path / "src")]) == 0
    assert (tmp_path / "out/a.md").read_text() == "Post\n\nEnd\n" and (tmp_path / "src/a.md").read_text() == stale()
    assert not (tmp_path / "out/b.css").exists()


def test_no_source_is_replaced_by_what_is_built_elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.md").write_text(stale())
    (tmp_path / "link").symlink_to("src")
    for source, output in (("src", "src"), ("src/a.md", "src"), ("src", "link"), ("link/a.md", "src")):
        assert main(["build", "-o", str(tmp_path / output), str(tmp_path / source)]) == 3
        assert "would replace its source" in capsys.readouterr().err
        assert (tmp_path / "src/a.md").read_text() == stale()


def test_two_posts_of_one_name_do_not_replace_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.md").write_text(f"{name}\n")
    out, first, second = tmp_path / "out", tmp_path / "a/x.md", tmp_path / "b/x.md"
    assert main(["build", "-o", str(out), str(first), str(second), str(first)]) == 3
    assert (out / "x.md").read_text() == "a\n" and f"is built from {first}" in capsys.readouterr().err
    assert main(["build", "-o", str(out), str(tmp_path / "a"), str(tmp_path / "b")]) == 3
    assert (out / "x.md").read_text() == "a\n" and f"is built from {first}" in capsys.readouterr().err


def test_the_target_of_a_protected_post_can_be_built_again(tmp_path: Path) -> None:
    post, out = tmp_path / "a.md", tmp_path / "out"
    for text in ("one\n", "two\n"):
        post.write_text(text)
        post.chmod(0o444)
        assert main(["build", "--copy", "-o", str(out), str(post)]) == 0
        assert (out / "a.md").read_text() == text
        post.chmod(0o644)


def test_what_is_written_is_named_by_its_target(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.md").write_text(stale())
    out = tmp_path / "out"
    assert main(["build", "--check", "-o", str(out), str(tmp_path / "src")]) == 1
    assert capsys.readouterr().err == f"out of date: {out}/a.md\n" and not out.exists()
    assert main(["build", "-o", str(out), str(tmp_path / "src")]) == 0
    assert capsys.readouterr().err == f"written: {out}/a.md\n"
    assert main(["build", "-o", str(out), str(tmp_path / "src/a.md")]) == 0 and capsys.readouterr().err == ""
    (out / "a.md").write_text("spoilt")
    assert main(["build", "-o", str(out), str(tmp_path / "src")]) == 0
    assert (out / "a.md").read_text() == "Post\n\nEnd\n"


def test_a_run_ends_in_a_summary_where_there_is_something_to_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in "ab":
        (tmp_path / f"{name}.md").write_text(stale())
    assert main(["build", str(tmp_path)]) == 0
    assert capsys.readouterr().err.splitlines()[-1].startswith("2 posts, 2 written, 0 answers, ")
    assert main(["build", str(tmp_path)]) == 0 and main(["build", "--quiet", str(tmp_path)]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_progress_is_for_terminals(tmp_path: Path) -> None:
    import os
    import pty

    for number in range(300):
        (tmp_path / f"{number}.md").write_text(stale())
    outer, inner = pty.openpty()
    command = [sys.executable, "-m", "texgrad", "build", "-j", "1", str(tmp_path)]
    with subprocess.Popen(command, stderr=inner) as build:
        os.close(inner)
        shown = b""
        while True:
            try:
                part = os.read(outer, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
    os.close(outer)
    assert build.returncode == 0
    assert b"\r\x1b[K" in shown and shown.rstrip().splitlines()[-1].endswith(b" s")
    assert b"300 posts, 300 written" in shown.splitlines()[-1]
