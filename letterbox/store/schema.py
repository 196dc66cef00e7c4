"""All tables together, for what deals with the store as a whole."""

from letterbox.store import delivery_tables, tables

metadata = tables.metadata

__all__ = ["delivery_tables", "metadata", "tables"]
