"""The only room that knows SQL: tables, engine, writer, and a file of named queries per noun."""
