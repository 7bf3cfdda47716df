"""Wiring: what a person does, one service call, one figure. Each module's `register` adds its callbacks to the app."""
