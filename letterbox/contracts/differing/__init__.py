"""Differing: what became stricter or looser from one version of a contract to another, in words."""
