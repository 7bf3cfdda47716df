"""Cells as numbers in units of energy and power."""
