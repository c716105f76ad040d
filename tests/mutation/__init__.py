"""A mutation run over the operator table."""
