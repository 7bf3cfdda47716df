"""Rows of a table as readings, each kept or left out for a reason."""
