"""A file's findings as a chart or as a report that is read without the dashboard: one HTML file, or a PDF printed from it."""
