"""Folders that only the app's own user may enter."""

from __future__ import annotations

from pathlib import Path

from wattsup_core.errors import SettingsError


def make_private(folder: Path) -> Path:
    """Make `folder`, closed to everybody else, unless it is there; close it in any case.

    Raises
    ------
    SettingsError
        When it cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise SettingsError(f"The folder {folder} cannot be written.", "Point JOBS_URL to one that can.") from error
    return folder
