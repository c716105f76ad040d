"""Patterns mean the same on a Python that fails to repeat groups without backtracking, as 3.11.2 of Debian 12."""

from __future__ import annotations

import re

import pytest

from tests.posts import POSTS
from texgrad import ask_formulas, notebook, patterns
from texgrad.formats import FORMATS

# pattern -> what is to be found in the text after it, from its start: the cases of the fault's report, and our ways
CASES = {
    "(?:ab?c)*+": [("aca", "ac"), ("abcac!", "abcac"), ("b", "")], "(?:ab?c)++": [("aca", "ac"), ("ab", None)],
    r"=(?:[^\w?]|(?<=x)y++)*+\?": [("= ?", "= ?"), ("=??", "=?"), ("=a?", None)],
    r"\((?:[^()]++|\((?:[^()]|\\.)*+\))*+\)": [("(a(b)c)d", "(a(b)c)"), ("((a)", None)],
    r"(?P<a>[)*+]x|\)){1,2}+b": [(")*xb", ")*xb"), (")b", ")b")],
    "(?:a|ab)?+b": [("ab", "ab"), ("abb", "ab"), ("b", "b")],
}  # fmt: skip


@pytest.mark.parametrize("pattern", CASES)
def test_groups_are_repeated_without_backtracking(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for sound in {False, patterns.SOUND}:
        monkeypatch.setattr(patterns, "SOUND", sound)
        for text, wanted in CASES[pattern]:
            found = patterns.compiled(pattern).match(text)
            assert (found and found[0]) == wanted
            raw = patterns.compiled(pattern.encode()).match(text.encode())
            assert (raw and raw[0].decode()) == wanted


@pytest.mark.skipif(not patterns.SOUND, reason="there is nothing to compare with")
@pytest.mark.parametrize("dialect", sorted(POSTS))
def test_what_a_post_holds_is_the_same_on_all_pythons(dialect: str) -> None:
    format, text = FORMATS[dialect], POSTS[dialect]
    own = (ask_formulas._TOKEN, ask_formulas._LEAD, ask_formulas._PREFIX, notebook._TOKEN)
    for one in (format.line, format.inline, *own):
        other = re.compile(patterns.rewritten(one.pattern), one.flags)
        for at in range(0, len(text), 3):
            found, again = one.match(text, at), other.match(text, at)
            assert (found and found.span()) == (again and again.span()), (one, at)
            if found and again and one.groupindex:
                assert (found.lastgroup, found.groupdict()) == (again.lastgroup, {k: again[k] for k in one.groupindex})
