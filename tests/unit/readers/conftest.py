"""A small file on disk, read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from wattsup_core.readers import FileReadings, read_file
from wattsup_core.types import ReadOptions

ReadText = Callable[..., FileReadings]


@pytest.fixture
def read(tmp_path: Path) -> ReadText:
    """Reads text or bytes as a file of the given name, with the options of :class:`ReadOptions` by keyword."""

    def read_content(content: str | bytes, name: str = "meter.csv", **options: object) -> FileReadings:
        path = tmp_path / "upload.bin"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_file(path, name, ReadOptions(**options))

    return read_content
