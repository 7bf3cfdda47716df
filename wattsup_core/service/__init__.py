"""Use cases: read the store, call the analysis, write the store."""
