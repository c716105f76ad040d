"""What holds for all tests."""

from __future__ import annotations

import signal

# a shell that runs the tests in the background has children ignore the interrupt key, and theirs, too
signal.signal(signal.SIGINT, signal.default_int_handler)
