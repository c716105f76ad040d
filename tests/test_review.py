"""`texgrad verify` on posts: what is printed, what is mended, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from texgrad.cli import main

RIGHT = "Let $A\\in\\mathbb R^{n\\times p}$, $x\\in\\mathbb R^p$.\n\n$$\\nabla_x \\|Ax\\|^2 = 2A^TAx$$\n"
WRONG = RIGHT.replace("2A^TAx", "A^TAx")


@pytest.fixture
def post(tmp_path: Path) -> Path:
    """A post with a lost factor."""
    path = tmp_path / "post.md"
    path.write_bytes(WRONG.replace("\n", "\r\n").encode())
    return path


def test_the_exit_status_tells_whether_something_fails(post: Path) -> None:
    assert main(["verify", str(post)]) == 1
    post.write_text(RIGHT, encoding="utf-8")
    assert main(["verify", str(post)]) == 0
    assert main(["verify", str(post.with_name("none.md"))]) == 2


def test_a_fault_is_shown_at_its_place(post: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["verify", str(post)])
    shown = capsys.readouterr()
    assert f"--> {post}:3:23" in shown.out and "a factor 2 is missing" in shown.out
    assert shown.err == "1 equation: 1 fails\n"


def test_json_holds_every_verdict(post: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["verify", "--format", "json", str(post)])
    (verdict,) = json.loads(capsys.readouterr().out)
    assert (verdict["line"], verdict["status"], verdict["suggestion"]) == (3, "fails", "2A^TAx")


def test_github_gets_annotations(post: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["verify", "--format", "github", str(post)])
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"::error file={post},line=3,endLine=3,col=23,endColumn=24,title=texgrad fails::")


def test_fix_mends_the_slip_and_no_other_byte(post: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--fix", str(post)]) == 0
    assert "+$$\\nabla_x \\|Ax\\|^2 = 2A^TAx$$" in capsys.readouterr().out
    assert post.read_bytes() == RIGHT.replace("\n", "\r\n").encode()


def test_one_bad_path_stops_no_other(post: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(tmp_path / "none.md")
    assert main(["verify", missing, str(post)]) == 2
    said = capsys.readouterr()
    assert f"there is no file or folder {missing}" in said.out and "a factor 2 is missing" in said.out
    main(["verify", "--format", "github", missing, str(post)])
    assert [line[:8] for line in capsys.readouterr().out.splitlines()] == ["::error "] * 2
    main(["verify", "--format", "json", missing, str(post)])
    assert {found["status"] for found in json.loads(capsys.readouterr().out)} == {"fails", "error"}


def test_a_faulty_site_file_is_no_success(post: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "texgrad.toml").write_text("derive = true\n", encoding="utf-8")
    assert main(["verify", str(tmp_path)]) == main(["verify", str(post)]) == 2
    assert "texgrad.toml:1:1" in capsys.readouterr().out
