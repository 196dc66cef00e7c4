"""What must not happen: faults that are brought about on purpose, and what is left of the data afterwards."""
