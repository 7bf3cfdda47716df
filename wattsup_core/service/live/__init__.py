"""Readings as they arrive: a first look at each within a second, the whole analysis soon after, by one process at a time.

``scorer`` is the process; ``starting`` starts it when rows wait and nobody gives signs of life; ``looking`` is the first look,
``memories`` what it remembers of meters, ``settling`` decides whose whole analysis is due; ``notices`` is what pages read.
"""
