"""What a person should know about the figures they look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wattsup_core.service.views.window import Window

if TYPE_CHECKING:
    from wattsup_core.store import MeterState

LOW_COMPLETENESS_PCT = 90.0


def notices_of(state: MeterState, window: Window, completeness_pct: float) -> tuple[str, ...]:
    """Plain sentences: on the range, on readings that wait for their scores, on the analysis, on missing readings."""
    told = [window.notice, _waiting(state), *state.notes, _missing(completeness_pct)]
    return tuple(dict.fromkeys(notice for notice in told if notice))


def _waiting(state: MeterState) -> str:
    if not state.is_pending:
        return ""
    if state.is_outdated and state.scored_seq == state.last_seq:
        return "This version of WattsUp checks these readings anew; until then you see what an earlier version found."
    if state.looked_seq == state.last_seq:
        return ""
    if state.scored_seq == 0:
        return "These readings are being checked for anomalies; what is found appears here by itself."
    return "New readings are being checked for anomalies; until then the newest ones have no expected band."


def _missing(completeness_pct: float) -> str:
    if completeness_pct >= LOW_COMPLETENESS_PCT:
        return ""
    missing_pct = 100.0 - completeness_pct
    return f"{missing_pct:.0f} % of the readings of this range are missing. Energy and cost count only what was recorded."
