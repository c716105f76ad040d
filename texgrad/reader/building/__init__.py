"""Typed trees to expressions, through the constructors of the operator table: one rule a form."""

from __future__ import annotations

from texgrad.operators import (
    COS,
    DET,
    DIAGONAL,
    DIAGONAL_MATRIX,
    EXP,
    FROBENIUS,
    HADAMARD,
    INVERSE,
    LOG,
    LOGDET,
    MAX_NORM,
    NORM,
    SIN,
    SUM_OF_ROW_NORMS,
    TRACE,
    UNVEC,
    differential,
    pi,
)
from texgrad.reader.building.arithmetic import (
    build_blocks,
    build_hadamard,
    build_inverse,
    build_kronecker_sum,
    build_number,
    build_power,
    build_power_by_entries,
    build_product,
    build_product_by_entries,
    build_quotient,
    build_quotient_by_entries,
    build_root,
    build_total,
)
from texgrad.reader.building.core import Building
from texgrad.reader.building.derivatives import build_derivative
from texgrad.reader.building.functions import (
    build_bars,
    build_constant,
    build_det,
    build_diagonal,
    build_function,
    build_logarithm,
    build_logdet,
    build_spectral,
    build_trace,
    build_unknown,
    build_unvec,
)
from texgrad.reader.building.names import build_name
from texgrad.reader.building.norms import build_max_norm, build_norm, build_norm_by, build_pairing, build_row_norms
from texgrad.reader.building.sums import build_array_over, build_entry, build_extreme_over, build_line, build_sum_over

__all__ = ["Builder"]


class Builder(Building):
    """A builder that knows every form."""


Builder.rules = {
    "name": build_name, "number": build_number, "sum": build_total, "product": build_product,
    "product by entries": build_product_by_entries, "quotient": build_quotient,
    "quotient by entries": build_quotient_by_entries, "power": build_power, "power by entries": build_power_by_entries,
    "root": build_root, "inverse transpose": build_inverse, "blocks": build_blocks,
    "Kronecker sum": build_kronecker_sum, "bars": build_bars, "log bars": build_bars, "norm by": build_norm_by,
    "spectral": build_spectral, "sum over": build_sum_over, "product over": build_sum_over,
    "array over": build_array_over,
    "max over": build_extreme_over, "min over": build_extreme_over, "line": build_line, "entry": build_entry,
    "ones": build_constant, "zeros": build_constant, "unknown": build_unknown, "derivative": build_derivative,
    "pi": lambda builder, tree: pi(),
    "differential": lambda builder, tree: differential(builder.build(tree.args[0])),
    DIAGONAL: build_diagonal, DIAGONAL_MATRIX: build_diagonal, INVERSE: build_inverse, HADAMARD: build_hadamard,
    DET: build_det, LOG: build_logarithm, LOGDET: build_logdet, NORM: build_norm, UNVEC: build_unvec,
    **dict.fromkeys((EXP, SIN, COS), build_function), FROBENIUS: build_pairing, TRACE: build_trace,
    MAX_NORM: build_max_norm, SUM_OF_ROW_NORMS: build_row_norms,
}  # fmt: skip
