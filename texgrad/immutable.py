"""Immutable values: the type checker holds every writer to it, so that making one costs no more than it must."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def immutable(cls: type[T]) -> type[T]:
    """A dataclass that compares and hashes by its fields, and that nobody may change.

    A derivation makes dozens of them. `frozen=True` would enforce at run time what the type checker enforces before,
    and makes each four times as dear; what is handed to callers of the API is frozen.
    """
    return dataclass(unsafe_hash="__hash__" not in vars(cls))(cls)
