"""Figures and pages as image and PDF files, by a Chrome that a process of its own drives through Kaleido.

Chrome hangs, grows and dies; nothing of that may reach the server. So it has a process of its own (:mod:`~dashboard.exporting.process`, a
fresh interpreter), one on a machine, in whose process group it lives. Each order has a limit of time. On any doubt the whole group is
killed, which also ends what was stopped, and the next order starts a new one (:mod:`~dashboard.exporting.exporter`).
"""

from dashboard.exporting.exporter import Exporter
from dashboard.exporting.refusals import ExporterBusyError, ExportFailedError, GivenUpError, NoBrowserError
from dashboard.exporting.waiting import hung_up

__all__ = ["ExportFailedError", "Exporter", "ExporterBusyError", "GivenUpError", "NoBrowserError", "hung_up"]
