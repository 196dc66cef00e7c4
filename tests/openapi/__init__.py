"""The specification: valid, whole, and written by its own conventions."""
