"""What the parts of the writer ask of it: texts of arguments, in brackets where they need them."""

from __future__ import annotations

from dataclasses import replace

from texgrad.algebra import SYMBOL, Expr
from texgrad.notation import ATOM, SCRIPTED, Style
from texgrad.writer.text import Text, braced, fitted


class Pen:
    """One hand that writes; how an operator is written, each hand knows itself."""

    def __init__(self, style: Style) -> None:
        self.style = style

    def text(self, e: Expr) -> Text:
        """The text of `e`."""
        raise NotImplementedError

    def fit(self, e: Expr, level: int) -> Text:
        """The text of `e`, in brackets where it binds more loosely than `level`."""
        return fitted(self.text(e), level, self.style)

    def base(self, e: Expr) -> Text:
        """The text of `e` as something that gets a superscript."""
        text = self.text(e)
        raised = text.level == SCRIPTED and e.op is SYMBOL and not e.scalar
        return braced(text) if raised else fitted(text, ATOM, self.style)


class Sloping(Pen):
    """The hand of another pen, but that its fractions are set with a slash."""

    def __init__(self, pen: Pen) -> None:
        super().__init__(replace(pen.style, slashes=True))
        self.pen = pen

    def text(self, e: Expr) -> Text:
        """The text of `e`, as the other pen writes it."""
        return self.pen.text(e)
