"""Importing: an OpenAPI document, its webhooks or the operations of a path, becomes a contract."""
