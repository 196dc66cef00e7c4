"""Fuzzes the whole service through its own specification, with every check and phase of schemathesis."""
