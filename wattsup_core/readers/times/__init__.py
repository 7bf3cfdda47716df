"""Cells as instants: written forms, date order, time zones, which side of the interval a stamp marks."""
