"""Describing: an endpoint's own OpenAPI document, for those who call it and for those who consume its events."""
