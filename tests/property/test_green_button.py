"""Any feed of ESPI's elements, whole or damaged, gives READINGS with an account of every row, or a clear refusal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.property.test_readers import OPTIONS, read_or_refuse
from tests.unit.readers.espi import CHICAGO, START, Meter, feed
from wattsup_core.types import ReadOptions

CODES = st.sampled_from(["", "0", "1", "2", "4", "7", "8", "12", "19", "29", "38", "72", "73", "-3", "3", "99", "x"])
KINDS = st.none() | st.fixed_dictionaries(
    {"uom": st.sampled_from(["72", "72", "38", "73", "29", ""])},
    optional={
        "accumulationBehaviour": st.sampled_from(["1", "3", "4", "12", ""]),
        "commodity": st.sampled_from(["1", "1", "7", "0"]),
        "flowDirection": st.sampled_from(["1", "4", "19", "20"]),
        "intervalLength": st.sampled_from(["900", "3600", "86400", "0", "-5", "9" * 30]),
        "powerOfTenMultiplier": CODES,
        "dataQualifier": CODES,
        "defaultQuality": CODES,
    },
)
STARTS = st.integers(0, 60).map(lambda at: str(START + 900 * at)) | st.sampled_from(
    ["", "0", "-1", "9" * 11, "9" * 40, "2024-01-01", "1e9"]
)
READING = st.fixed_dictionaries(
    {},
    optional={
        "start": STARTS,
        "duration": st.sampled_from(["900", "900", "3600", "86400", "0", "-900", "x", "9" * 11]),
        "value": st.integers(-50, 2_000).map(str) | st.sampled_from(["", "12.5", "1e99", "-9999", "NaN", "inf", "1_000", "٣", "9" * 20]),
        "quality": CODES,
        "cost": CODES,
        "powerOfTenMultiplier": CODES,
    },
)
METERS = st.lists(
    st.builds(Meter, st.lists(READING, max_size=40), KINDS, st.sampled_from(["1", "2"]), st.sampled_from(["", "Main", "?"])), max_size=4
)
CLOCKS = st.none() | st.fixed_dictionaries({name: st.sampled_from([value, "", "0", "F" * 8, "-"]) for name, value in CHICAGO.items()})
FEEDS = st.builds(
    lambda meters, **more: feed(*meters, **more), METERS, points=st.sampled_from([{}, {"1": "Home"}, {"1": "A", "2": "A"}]), clock=CLOCKS,
    prefix=st.sampled_from(["", "espi"]), block=st.integers(1, 50), service=st.sampled_from(["0", "1"]),
)  # fmt: skip


@given(FEEDS, OPTIONS)
def test_feeds_of_anything(text: str, options: ReadOptions) -> None:
    read_or_refuse(text.encode(), options)


@given(FEEDS, st.floats(0, 1), st.integers(0, 30), st.binary(max_size=12))
def test_damaged_feeds(text: str, share: float, count: int, put: bytes) -> None:
    data = text.encode()
    at = int(share * len(data))
    read_or_refuse(data[:at] + put + data[at + count :], ReadOptions())
