"""What is asked of a function: the reader finds it, the engine answers it."""

from __future__ import annotations

from texgrad.algebra import Expr
from texgrad.immutable import immutable
from texgrad.shapes import Index


@immutable
class Wanted:
    """One derivative that is asked for.

    second: the other variable of a mixed second derivative, that of the columns; second_entry: its indices;
    second_part: like part.
    form: `total` for a differential, `direction` and `at` for a derivative along or at `extra`.
    latex: the left-hand side as the author wrote it, or "" when only a variable was named.
    entry, function_entry: the indices in ∂f/∂X_ij and in ∂y_k/∂A.
    transposed, vectorised, half: ∂x^T below; ∂vec Y / ∂(vec X)^T; by vech X. part: for complex variables `conjugate`,
    `real`, `imaginary` or `gradient`. turned: a Jacobian whose rows belong to the variable, as a site has it.
    """

    variable: Expr
    latex: str = ""
    order: int = 1
    entry: tuple[Index, ...] = ()
    function_entry: tuple[Index, ...] = ()
    transposed: bool = False
    vectorised: bool = False
    half: bool = False
    second: Expr | None = None
    second_entry: tuple[Index, ...] = ()
    form: str = ""
    extra: Expr | None = None
    part: str = ""
    turned: bool = False
    second_part: str = ""
