"""Why a file could not be made, in words for the person who asked for it."""

from __future__ import annotations

from wattsup_core.errors import WattsUpError


class NoBrowserError(WattsUpError):
    """There is no Chrome on this machine, or it does not start."""

    code = "no_browser"


class ExportFailedError(WattsUpError):
    """Chrome did not make the file within its time, or died over it."""

    code = "export_failed"


class ExporterBusyError(WattsUpError):
    """Others' files, or heavy work, come first."""

    code = "exporter_busy"


class GivenUpError(WattsUpError):
    """Nobody waits for the file any more; nobody reads this either."""

    code = "given_up"
