"""The first look at readings as they arrive: what is remembered of a meter, and one Isolation Forest for all meters of a batch.

The whole analysis (:mod:`wattsup_core.analysis.pipeline`) looks at a meter's complete history and takes seconds. A reading that has just
arrived is judged from a few kilobytes of memory in microseconds; the whole analysis follows and has the last word.
"""
