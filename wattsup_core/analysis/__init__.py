"""Pure analysis: frames in, frames or dataclasses out; no IO, no clock, no unseeded randomness."""
