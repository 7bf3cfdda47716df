"""The folder of real meters that a benchmark is measured on."""

from __future__ import annotations

import os
from pathlib import Path


def meters_folder() -> Path | None:
    """``METER_CORPUS/meters``; `None`, with a word, where no such folder is named."""
    root = os.environ.get("METER_CORPUS")
    if not root:
        print("METER_CORPUS is not set: no folder of real meters to measure on.")
        return None
    return Path(root) / "meters"
