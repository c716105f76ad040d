#!/usr/bin/env python3
"""The pandoc filter, for `pandoc -F filters/texgrad-pandoc.py`; `texgrad-pandoc` is the installed command."""

import sys

from texgrad.pandoc import main

sys.exit(main())
