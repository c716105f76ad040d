"""Plain command lines are read without argparse, and mean what argparse takes them for."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from texgrad.cli_arguments import parser
from texgrad.cli_plain import SWITCHES, plainly

WORDS = st.sampled_from([*SWITCHES, "posts", "a.md", "", "build", "/x y", "=", "ü"])


@given(st.sampled_from(["build", "clean"]), st.lists(WORDS, max_size=5))
def test_plain_arguments_are_those_of_argparse(command: str, words: list[str]) -> None:
    found = plainly([command, *words])
    known = all(command in SWITCHES[word].commands for word in words if word in SWITCHES)
    turns = sum(a != b for a, b in pairwise([True, *(word in SWITCHES for word in words), True]))
    assert (found is not None) == (known and turns == 2)
    if found is not None:
        assert vars(found) == vars(parser().parse_args([command, *words]))


def test_other_arguments_are_left_to_argparse() -> None:
    for line in (
        "",
        "watch posts",
        "build",
        "build -j 2 posts",
        "build -- posts",
        "build --dif posts",
        "build posts -o x",
    ):
        assert plainly(line.split()) is None


def test_an_unchanged_tree_loads_next_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A post\n")
    code = (
        "import sys, texgrad.cli as c; status = c.main(['build', sys.argv[1]]);"
        "heavy = {'re', 'json', 'argparse', 'enum', 'typing', 'pathlib', 'contextlib', 'texgrad.formats'};"
        "print(status, sorted(heavy & set(sys.modules)))"
    )
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-S", "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
        )
    assert done.stdout == "0 []\n"
