"""What holds for all tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from texgrad.project_state import FOLDER

# a shell that runs the tests in the background has children ignore the interrupt key, and theirs, too
signal.signal(signal.SIGINT, signal.default_int_handler)
# the same random examples on every run; a long run, for which TEXGRAD_EXAMPLES is set, has others each time
settings.register_profile("repeatable", derandomize="TEXGRAD_EXAMPLES" not in os.environ)
settings.load_profile("repeatable")


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests neither use nor fill the cache of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER, str(tmp_path_factory.mktemp("cache")))
        yield
