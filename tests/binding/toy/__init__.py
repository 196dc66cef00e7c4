"""A small service for these tests: its specification and its handlers package."""
