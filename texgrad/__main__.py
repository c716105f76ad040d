"""`python -m texgrad`."""

import sys

from texgrad.cli import main

sys.exit(main())
