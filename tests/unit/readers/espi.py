"""Green Button files as a test needs them: a feed is put together from usage points, meters, kinds of readings and blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

START = 1_704_067_200 + 6 * 3_600
"""Midnight of 1 January 2024 in Chicago [epoch s]."""
CHICAGO = {"dstEndRule": "B40E2000", "dstOffset": "3600", "dstStartRule": "360E2000", "tzOffset": "-21600"}
WATT_HOURS = {
    "accumulationBehaviour": "4", "commodity": "1", "dataQualifier": "12", "flowDirection": "1", "intervalLength": "900", "kind": "12",
    "powerOfTenMultiplier": "0", "uom": "72",
}  # fmt: skip


@dataclass(frozen=True)
class Meter:
    """A MeterReading with its ReadingType's fields and its readings, each the fields of an IntervalReading."""

    readings: Sequence[dict[str, object]]
    kind: dict[str, str] | None = field(default_factory=lambda: WATT_HOURS)
    point: str = "1"
    title: str = ""


def wh_at(place: int) -> int:
    """The energy of the reading at `place` [Wh]: varied and positive."""
    return 100 + place * 37 % 599


def readings(count: int = 96, seconds: int = 900, start: int = START, **more: object) -> list[dict[str, object]]:
    """`count` readings one after the other."""
    return [{"start": start + seconds * at, "duration": seconds, "value": wh_at(at), **more} for at in range(count)]


def feed(
    *meters: Meter, points: dict[str, str] | None = None, service: str = "0", clock: dict[str, str] | None = None, prefix: str = "",
    block: int = 96, more: str = "",
) -> str:  # fmt: skip
    """An Atom feed; `points` are titles of usage points by number, `prefix` that of ESPI's names, `more` entries of its own."""
    titles = {"1": "Home"} if points is None else points
    named = Names(prefix)
    body = [named.point(number, title, service) for number, title in titles.items()]
    for number, meter in enumerate(meters, 1):
        body.append(named.meter(number, meter, block))
    if clock:
        body.append(named.entry({"self": "LocalTimeParameters/1"}, named.tag("LocalTimeParameters", named.fields(clock))))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{named.feed_tag}<title>Usage</title>\n{"".join(body)}{more}</feed>\n'


@dataclass(frozen=True)
class Names:
    """How ESPI's elements are written: with a prefix, or in a default namespace of their own."""

    prefix: str = ""

    @property
    def feed_tag(self) -> str:
        declared = f' xmlns:{self.prefix}="http://naesb.org/espi"' if self.prefix else ""
        return f'<feed xmlns="http://www.w3.org/2005/Atom"{declared}>'

    def tag(self, name: str, content: str, *, is_root: bool = True) -> str:
        """An element; a resource declares its namespace where names bear no prefix."""
        full = f"{self.prefix}:{name}" if self.prefix else name
        declared = ' xmlns="http://naesb.org/espi"' if is_root and not self.prefix else ""
        return f"<{full}{declared}>{content}</{full}>"

    def fields(self, values: dict[str, object] | dict[str, str]) -> str:
        return "".join(self.tag(name, str(value), is_root=False) for name, value in values.items())

    def entry(self, links: dict[str, str | Sequence[str]], content: str, title: str = "") -> str:
        written = "".join(
            f'<link rel="{rel}" href="/espi/{href}"/>'
            for rel, hrefs in links.items()
            for href in ([hrefs] if isinstance(hrefs, str) else hrefs)
        )
        return f"<entry>{written}<title>{title}</title><content>{content}</content></entry>\n"

    def point(self, number: str, title: str, service: str) -> str:
        kind = self.tag("ServiceCategory", self.fields({"kind": service}), is_root=False)
        links: dict[str, str | Sequence[str]] = {"self": f"UsagePoint/{number}", "related": f"UsagePoint/{number}/MeterReading"}
        return self.entry(links, self.tag("UsagePoint", kind), title)

    def meter(self, number: int, meter: Meter, block: int) -> str:
        """The entries of a meter: itself, what it counts, and its blocks."""
        own = f"UsagePoint/{meter.point}/MeterReading/{number}"
        links: dict[str, str | Sequence[str]] = {
            "self": own, "up": f"UsagePoint/{meter.point}/MeterReading", "related": [f"{own}/IntervalBlock", f"ReadingType/{number}"],
        }  # fmt: skip
        parts = [self.entry(links, self.tag("MeterReading", ""), meter.title)]
        if meter.kind is not None:
            parts.append(self.entry({"self": f"ReadingType/{number}"}, self.tag("ReadingType", self.fields(meter.kind))))
        for first in range(0, len(meter.readings), block):
            links = {"self": f"{own}/IntervalBlock/{first}", "up": f"{own}/IntervalBlock"}
            parts.append(self.entry(links, self.block(meter.readings[first : first + block])))
        return "".join(parts)

    def block(self, values: Iterable[dict[str, object]], start: int | None = None) -> str:
        """An IntervalBlock."""
        interval = "" if start is None else self.tag("interval", self.fields({"duration": 86_400, "start": start}), is_root=False)
        return self.tag("IntervalBlock", interval + "".join(self.reading(dict(each)) for each in values))

    def reading(self, values: dict[str, object]) -> str:
        period = self.fields({name: values.pop(name) for name in ("duration", "start") if name in values})
        quality = (
            [self.tag("ReadingQuality", self.fields({"quality": values.pop("quality")}), is_root=False)] if "quality" in values else []
        )
        timed = [self.tag("timePeriod", period, is_root=False)] if period else []
        return self.tag("IntervalReading", "".join([*quality, *timed, self.fields(values)]), is_root=False)
