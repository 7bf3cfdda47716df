"""The name of what scores readings here. It changes when the same readings would be scored otherwise: earlier scores are then renewed."""

from __future__ import annotations

from wattsup_core.types import DetectorConfig

MODEL_NUMBER = 5
"""Counts the ways in which features and findings were made."""


def model_version(config: DetectorConfig) -> str:
    """The name under which scores are kept: the detector's, and the number of the way its features and findings are made."""
    return f"{config.detector}-{MODEL_NUMBER}"


MODEL_VERSION = model_version(DetectorConfig())
"""The name of the scores that are kept in the store."""
