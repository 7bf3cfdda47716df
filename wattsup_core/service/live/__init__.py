"""Readings as they arrive: a first look at each within a second, the whole analysis soon after, by one process at a time.

``scorer`` is the process; ``starting`` starts it when rows wait and nobody gives signs of life; ``looking`` is the first look,
``memories`` what it remembers of meters, ``settling`` decides whose whole analysis is due; ``notices`` is what pages read, ``arrivals``
and ``pace`` when rows come and how fast. ``demo`` plays a household of its own: ``playing`` goes on where a meter's readings end,
``mischief`` puts anomalies in, ``senders`` hand them over as a device does.
"""
