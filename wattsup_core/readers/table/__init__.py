"""A table found in a file, whatever its format: its cells, where it begins, which of its rows are no readings."""
