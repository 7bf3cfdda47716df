"""Everything of the Overview but the chart's points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wattsup_core.service.views.ahead import ahead_figure, usual_forecast
from wattsup_core.service.views.always_on import always_on_figure
from wattsup_core.service.views.arrays import arrays_of
from wattsup_core.service.views.curve import prepare_sums
from wattsup_core.service.views.going_on import going_on
from wattsup_core.service.views.headline import anomaly_figure, completeness, cost_figure, energy_figure
from wattsup_core.service.views.notices import notices_of
from wattsup_core.service.views.risk import risk_days
from wattsup_core.service.views.window import data_span, find_window
from wattsup_core.view_models import OverviewView, ViewQuery

if TYPE_CHECKING:
    from wattsup_core.store import Store


def overview(store: Store, query: ViewQuery) -> OverviewView:
    """The figures, events and risk days of the range that `query` asks for; events by severity, the worst first.

    Raises
    ------
    NotFoundError
        When there is no such meter, or it has no readings.
    BadRequestError
        When the range makes no sense (see :func:`~wattsup_core.service.views.window.find_window`).
    """
    meter = store.meter(query.meter_id)
    state = store.state(query.meter_id)
    span = data_span(meter, state)
    window = find_window(query, span, meter.timezone)
    arrays = arrays_of(store, meter, state)
    prepare_sums(arrays, meter)
    events = sorted(store.events(meter.meter_id, window.start, window.end), key=lambda event: (-event.severity, event.start))
    energy = energy_figure(arrays, meter, window)
    completeness_pct = 100.0 * completeness(arrays, meter, window.start, window.end)
    return OverviewView(
        meter_id=meter.meter_id,
        meter_name=meter.name,
        is_sample=meter.is_sample,
        timezone=meter.timezone,
        currency=meter.currency,
        interval_minutes=meter.interval_minutes,
        data_start=span.start,
        data_end=span.end,
        start=window.start,
        end=window.end,
        preset=window.preset,
        completeness_pct=completeness_pct,
        energy=energy,
        cost=cost_figure(energy, meter),
        anomalies=anomaly_figure(arrays, events, window),
        always_on=always_on_figure(arrays, meter, window, events),
        events=tuple(events),
        risk=risk_days(events, window, meter.timezone),
        is_pending=state.is_pending,
        notices=notices_of(state, window, completeness_pct),
        channel=meter.channel,
        ahead=ahead_figure(usual_forecast(store, meter.meter_id), span.end),
        still_on=going_on(events, arrays.seconds, arrays.expected_kwh, meter.interval_minutes),
    )
