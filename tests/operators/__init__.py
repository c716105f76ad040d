"""Tests that range over the operator table."""
