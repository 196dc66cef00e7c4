"""The only room that knows SQL: tables, the two databases, the writer, and a file of named queries per noun."""
