"""Uploaded files on their way to the store: written as they arrive, named by a random id, gone after a day."""

from __future__ import annotations

import json
import re
import time
import unicodedata
import uuid
from collections.abc import Iterable
from pathlib import Path

from wattsup_core.errors import NotFoundError
from wattsup_core.folders import make_private

KEEP_SECONDS = 86_400.0
LONGEST_NAME = 120
UNNAMED = "upload"
_ID = re.compile(r"[0-9a-f]{32}")


class Spool:
    """The folder of uploads: ``<id>`` holds the bytes, ``<id>.json`` the name they came with."""

    def __init__(self, folder: Path) -> None:
        self._folder = make_private(folder)

    def receive(self, chunks: Iterable[bytes], name: str) -> str:
        """Write what arrives to the disk and return its id; a file that breaks off leaves nothing behind."""
        upload_id = uuid.uuid4().hex
        part = self._folder / f"{upload_id}.part"
        try:
            with part.open("xb") as file:
                for chunk in chunks:
                    file.write(chunk)
            (self._folder / f"{upload_id}.json").write_text(json.dumps({"name": plain_name(name)}))
            part.rename(self._folder / upload_id)
        finally:
            part.unlink(missing_ok=True)
        return upload_id

    def find(self, upload_id: object) -> tuple[Path, str]:
        """An upload's path and name.

        Raises
        ------
        NotFoundError
            When there is none of this id, or it was swept away.
        """
        if isinstance(upload_id, str) and _ID.fullmatch(upload_id):
            path = self._folder / upload_id
            if path.is_file():
                return path, str(json.loads(path.with_suffix(".json").read_text())["name"])
        raise NotFoundError("The uploaded file is no longer here.", "Choose it once more.")

    def sweep(self, older_than_seconds: float = KEEP_SECONDS) -> int:
        """Delete what has lain here for longer than that; how many files went."""
        horizon = time.time() - older_than_seconds
        old = [path for path in self._folder.iterdir() if path.is_file() and path.stat().st_mtime < horizon]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def plain_name(name: str) -> str:
    """The last part of a file name, in one line, without control characters, cut to a length that can be shown."""
    last = re.split(r"[\\/]", name)[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()
    return _shortened(seen) or UNNAMED


def _shortened(name: str) -> str:
    """`name`, cut in the middle so that its suffix stays."""
    if len(name) <= LONGEST_NAME:
        return name
    suffix = Path(name).suffix[:20]
    return name[: LONGEST_NAME - len(suffix) - 1] + "…" + suffix
