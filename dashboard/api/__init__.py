"""Plain HTTP beside the page: its uploads and downloads, and the interface for programs under ``/api/v1``."""
