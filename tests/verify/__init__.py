"""Tests of `texgrad verify`."""
