"""The name of what scores readings here. It changes when the same readings would be scored otherwise: earlier scores are then renewed."""

MODEL_VERSION = "isolation-forest-2"
