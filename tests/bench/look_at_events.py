"""``python -m tests.bench.look_at_events FOLDER [--out gallery.html] [--most 20]``: the highest events of every meter of a folder, drawn.

One HTML page: for each event a small chart of what was read (black) and what is usual (grey) with some days around it, the event in red,
and below it every sentence a person is told. For reading sentences against charts: are they true, and would a neighbour understand them?
"""

from __future__ import annotations

import argparse
import html
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from wattsup_core.analysis.pipeline import Analysis, analyse
from wattsup_core.readers import read_file
from wattsup_core.service.placement import MeterTerms, place
from wattsup_core.types import AnomalyEvent, Meter, Tariff

WIDTH, HEIGHT, LEFT, MOST_POINTS = 460, 170, 44, 700
TARIFF = Tariff(0.28)
STYLE = (
    "body{font:12px sans-serif;margin:12px;width:1440px}h2{clear:both;padding-top:14px}figure{float:left;width:470px;height:380px;"
    "margin:0 8px 8px 0;overflow:hidden}figcaption b{font-size:13px}p{margin:2px 0}svg{background:#fafafa}ul{margin:2px 0}"
)


def main() -> None:
    """Write the gallery."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="meters' files")
    parser.add_argument("--out", type=Path, default=Path("gallery.html"))
    parser.add_argument("--most", type=int, default=20, help="events a meter")
    args = parser.parse_args()
    parts = [_meter_part(path, args.most) for path in sorted(args.folder.iterdir()) if path.is_file()]
    args.out.write_text(f"<!doctype html><meta charset=utf-8><title>Events</title><style>{STYLE}</style>{''.join(parts)}", encoding="utf-8")
    print(f"{args.out}: {len(parts)} files.")


def _meter_part(path: Path, most: int) -> str:
    """All meters of a file, each with its highest events."""
    out = []
    for placement in place(read_file(path, path.name), path.name, (), MeterTerms()):
        analysis = analyse(placement.readings.readings, placement.meter, TARIFF)
        highest = sorted(analysis.events, key=lambda event: -event.severity)[:most]
        heading = f"<h2>{html.escape(path.name)} {html.escape(placement.meter.name)}: {len(analysis.events)} events</h2>"
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in analysis.notes)
        figures = [_figure(number, event, analysis, placement.meter) for number, event in enumerate(highest, start=1)]
        out.append(heading + notes + "".join(figures))
    return "".join(out)


def _figure(number: int, event: AnomalyEvent, analysis: Analysis, meter: Meter) -> str:
    explanation = event.explanation
    when = f"{pd.Timestamp(event.start).tz_convert(meter.timezone):%a %d %b %Y %H:%M}"
    cost = "" if event.cost is None else f" · {event.cost:.2f}"
    sentences = " ".join(text for text in (explanation.detail, explanation.comparison) if text)
    checks = "".join(f"<li>{html.escape(check)}</li>" for check in explanation.check_first)
    heading = f"<b>{number}. {html.escape(event.title)}</b> {when} · {event.kind.value} · severity {event.severity}{cost}"
    told = f"<p><i>{html.escape(event.cause)}</i></p><p><b>{html.escape(explanation.summary)}</b> {html.escape(sentences)}</p>"
    return f"<figure>{_chart(event, analysis.scored, meter)}<figcaption>{heading}{told}<ul>{checks}</ul></figcaption></figure>"


def _chart(event: AnomalyEvent, scored: pd.DataFrame, meter: Meter) -> str:
    around = max(timedelta(days=3), (event.end - event.start) * 0.7)
    part = scored[event.start - around : event.end + around]
    step = max(1, len(part) // MOST_POINTS)
    kw = part[["kwh", "expected_kwh"]].rolling(step).mean().iloc[step - 1 :: step] * 60.0 / meter.interval_minutes
    seconds = (kw.index - kw.index[0]) / timedelta(seconds=1)
    top = float(np.nanmax(np.nan_to_num(kw.to_numpy()))) or 1.0
    low = min(0.0, float(np.nanmin(np.nan_to_num(kw.to_numpy()))))
    x = LEFT + (WIDTH - LEFT) * seconds / max(seconds[-1], 1.0)
    y = {name: HEIGHT - 18 - (HEIGHT - 26) * (kw[name].to_numpy() - low) / (top - low) for name in kw}
    is_event = (kw.index >= event.start) & (kw.index < event.end)
    lines = [
        _line(x, y["expected_kwh"], "#999"),
        _line(x, y["kwh"], "#222"),
        _line(x, np.where(is_event, y["kwh"], np.nan), "#d00", 1.8),
        f"<text x=2 y=12 font-size=10>{top:.3g} kW</text><text x=2 y={HEIGHT - 18} font-size=10>{low:.3g}</text>",
    ]
    local = kw.index.tz_convert(meter.timezone)
    midnights = np.flatnonzero(np.diff(local.day_of_year) != 0) + 1
    shown = midnights[:: max(1, len(midnights) // 6)]
    lines += [f"<text x={x[cell]:.0f} y={HEIGHT - 4} font-size=10>{local[cell]:%a %d %b}</text>" for cell in shown]
    return f"<svg width={WIDTH} height={HEIGHT}>{''.join(lines)}</svg>"


def _line(x: np.ndarray, y: np.ndarray, colour: str, width: float = 0.9) -> str:
    """A polyline for each stretch without holes; a point alone is drawn as a dot."""
    known = np.isfinite(y)
    out = []
    for run in np.split(np.arange(len(y)), np.flatnonzero(np.diff(known.astype(int)) != 0) + 1):
        if len(run) and known[run[0]]:
            points = " ".join(f"{x[place_of]:.1f},{y[place_of]:.1f}" for place_of in run)
            dot = f"<circle cx={x[run[0]]:.1f} cy={y[run[0]]:.1f} r=2 fill='{colour}'/>" if len(run) == 1 else ""
            out.append(f"<polyline points='{points}' fill=none stroke='{colour}' stroke-width={width} />{dot}")
    return "".join(out)


if __name__ == "__main__":
    main()
