"""Alerts that are sent: to an e-mail address, a program's webhook, or any service that Apprise knows.

The store queues them beside their events (:mod:`wattsup_core.store.alerts`). ``sender`` claims what is due, ``wording`` says it,
``delivery`` hands it over by ``mail``, ``webhook`` or ``services``, all of it behind the ``fence``. ``channels`` is what people do with
their channels, ``addresses`` what they may type.
"""
