"""What lies in ``assets/``, where other code than Dash's needs it."""

from __future__ import annotations

from wattsup_core.settings import ROOT

ASSETS = ROOT / "assets"
PLOTLY = ASSETS / "plotly-basic.min.js"
"""Plotly's basic bundle: what pages, images and reports draw with."""
