"""Immutable values: the type checker holds every writer to it, so that making one costs no more than it must."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar, dataclass_transform, overload

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def immutable(cls: type[T]) -> type[T]:
    """A dataclass that compares and hashes by its fields, and that nobody may change.

    A derivation makes dozens of them. `frozen=True` would enforce at run time what the type checker enforces before,
    and makes each four times as dear; what is handed to callers of the API is frozen.
    """
    return dataclass(unsafe_hash="__hash__" not in vars(cls))(cls)


class lazy(Generic[T]):
    """A property that is worked out when it is first asked for, and kept.

    As functools.cached_property, which takes a lock before Python 3.12 and four times as long; two threads may both
    work out a value, which is the same.
    """

    def __init__(self, work: Callable[[Any], T]) -> None:
        self.work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> Self | T:
        if instance is None:
            return self
        found = vars(instance)[self.name] = self.work(instance)
        return found
