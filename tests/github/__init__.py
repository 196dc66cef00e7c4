"""GitHub's own example payloads: real input for the tests."""
