"""Tests of texgrad, in the same tree as the package."""
