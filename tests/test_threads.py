"""Several threads of one process may derive at once: the texts are those of one thread."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from texgrad import derive

REQUESTS = [rf"\frac{{\partial}}{{\partial x}}\,{k}\|A_{{{k}}}x-b\|^2+x^\top M^{{{k}}}x" for k in range(2, 42)]


def test_many_threads_derive_what_one_does() -> None:
    every = sys.getswitchinterval()
    with ThreadPoolExecutor(8) as pool:
        sys.setswitchinterval(1e-6)
        try:
            together = list(pool.map(lambda request: derive(request).latex(), REQUESTS * 2))
        finally:
            sys.setswitchinterval(every)
    assert together == [derive(request).latex() for request in REQUESTS] * 2
