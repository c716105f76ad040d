"""Named identities and final forms: what makes an expression look the way a person would leave it."""

from __future__ import annotations

from texgrad.tidy.along import along
from texgrad.tidy.entries import by_entries
from texgrad.tidy.expanding import MULTILINEAR, expanded
from texgrad.tidy.forms import alike, final, with_norms
from texgrad.tidy.gathering import SCALARS, VECTORS, gathered
from texgrad.tidy.identities import (
    BASIS_PICKS,
    BASIS_TIMES_ONES,
    DIAGONAL_TURNED,
    DIVISORS,
    ENTRY_OF_PRODUCT,
    IDENTITIES,
    LOG_OF_EXP,
    LOG_OF_SOFTMAX,
    LOGISTIC,
    NORM_AS_SUM,
    OF_KRONECKER,
    ONES_HADAMARD,
    PIECES,
    ROW_SELECTED,
    SCALAR_BEHIND,
    SINGLE_AS_OUTER,
    SINGLE_ENTRIES,
    SQUARED_MODULUS,
    SQUARED_NORM,
    TRACE_AS_FROBENIUS,
    VECS_AS_FROBENIUS,
    Identity,
    apply,
    one_plus_exp,
)
from texgrad.tidy.local import simplified
from texgrad.tidy.moduli import with_moduli
from texgrad.tidy.ranges import same_letters
from texgrad.tidy.restated import restated
from texgrad.tidy.spectra import multiplied_spectrum, summed_spectrum
from texgrad.tidy.stacked import stacked
from texgrad.tidy.structured import is_mask
from texgrad.tidy.sums import vectorised
from texgrad.tidy.tables import tabulated
from texgrad.tidy.totals import with_totals, without_sums

__all__ = [
    "BASIS_PICKS", "BASIS_TIMES_ONES", "DIAGONAL_TURNED", "DIVISORS", "ENTRY_OF_PRODUCT", "IDENTITIES", "LOGISTIC",
    "LOG_OF_EXP", "LOG_OF_SOFTMAX", "MULTILINEAR", "NORM_AS_SUM", "OF_KRONECKER", "ONES_HADAMARD", "PIECES",
    "ROW_SELECTED", "SCALARS", "SCALAR_BEHIND", "SINGLE_AS_OUTER", "SINGLE_ENTRIES", "SQUARED_MODULUS", "SQUARED_NORM",
    "TRACE_AS_FROBENIUS", "VECS_AS_FROBENIUS", "VECTORS", "Identity", "alike", "along", "apply", "by_entries",
    "expanded", "final", "gathered", "is_mask", "multiplied_spectrum", "one_plus_exp", "restated", "same_letters",
    "simplified", "stacked", "summed_spectrum", "tabulated", "vectorised", "with_moduli", "with_norms", "with_totals",
    "without_sums",
]  # fmt: skip
