"""Comments that are meant to ask or to declare, and are not written as they are read: the author is told."""

from __future__ import annotations

import pytest

from texgrad import build_text

POST = "Let $f(x) = x^TAx$.\n\n{}\n\n$$\\nabla f(x) = ?$$\n"


@pytest.mark.parametrize("comment", [
    r"texgrad \nabla f(x)", r"texgrad style=trace \nabla f(x)", "texgrad let A symmetric", "texgrad:", "texgrad :",
])  # fmt: skip
@pytest.mark.parametrize(("format", "marks"), [("markdown", "<!-- {} -->"), ("mdx", "{{/* {} */}}"), ("latex", "% {}")])
def test_a_comment_that_cannot_be_meant_so_is_told(comment: str, format: str, marks: str) -> None:
    text = POST.format(marks.format(comment))
    built, (told,) = build_text(text, format)
    assert told.severity == "warning" and told.code == "syntax" and "texgrad: " in told.help
    assert told.span is not None and "texgrad" in text[told.span.start : told.span.end]
    assert "texgrad:begin" in built  # all else is answered


@pytest.mark.parametrize("comment", [
    "texgrad is great", "built with texgrad", "texgrad let us know", "texgrad style=trace:", r"texgrad: \nabla f(x)",
    "texgrad let: A symmetric",
])  # fmt: skip
def test_other_comments_are_not(comment: str) -> None:
    assert build_text(POST.format(f"<!-- {comment} -->"))[1] == ()


@pytest.mark.parametrize("value", ["All", "everything", "yes"])
def test_front_matter_that_derives_otherwise_than_it_may_is_refused(value: str) -> None:
    for front in (f"texgrad:\n  derive: {value}\n", f"texgrad: {{derive: {value}}}\n"):
        text = f"---\n{front}---\n" + POST.format("")
        (told,) = build_text(text)[1]
        assert told.code == "config" and told.span is not None and text[told.span.start : told.span.end] == value
