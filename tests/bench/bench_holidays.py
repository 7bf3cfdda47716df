"""Holidays: the same anomalies in the meters whose country is known, without and with its public holidays."""

from __future__ import annotations

from tests.bench.bench_detection import with_holidays as main

__all__ = ["main"]
