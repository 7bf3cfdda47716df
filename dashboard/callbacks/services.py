"""What callbacks work with."""

from __future__ import annotations

from dataclasses import dataclass

from wattsup_core.board import Board
from wattsup_core.settings import Settings
from wattsup_core.store import Store


@dataclass(frozen=True)
class Services:
    """The settings of the installation, its store, and the board its processes leave notes on."""

    settings: Settings
    store: Store
    board: Board
