"""A file becomes readings in the store, then scores and events."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from wattsup_core.errors import CancelledError
from wattsup_core.progress import Progress, no_progress, part_of
from wattsup_core.readers import read_file
from wattsup_core.service.kept import tell_kept
from wattsup_core.service.names import clean_file_name
from wattsup_core.service.placement import MeterTerms, Placement, place, place_again
from wattsup_core.service.scoring import score_meter
from wattsup_core.store import UploadRecord
from wattsup_core.types import Channel, Meter, ReadOptions

if TYPE_CHECKING:
    from wattsup_core.readers.result import FileReadings, MeterReadings
    from wattsup_core.store import Store

Scored = Callable[[str], None]
"""Told of each meter, by its id, once its scores are saved."""
Put = Callable[["FileReadings", list[Meter]], tuple[Placement, ...]]
READ_AT, STORED_AT = 0.3, 0.4  # shares of the whole work


def import_file(
    store: Store,
    path: Path,
    name: str,
    options: ReadOptions = ReadOptions(),
    *,
    meter_id: str | None = None,
    owner: str = "",
    price_per_kwh: float = Meter.price_per_kwh,
    currency: str = Meter.currency,
    country: str | None = None,
    progress: Progress = no_progress,
    scored: Scored | None = None,
) -> UploadRecord:
    """Read a file, store its rows in one transaction, and score the meters they went to.

    The same file sent again goes to the same meters and changes nothing; its line in the ledger says so.

    Parameters
    ----------
    path
        Where the bytes are.
    name
        The name the file was sent under: untrusted text, for display and for naming a new meter.
    meter_id
        The meter to store into; `None` to find it by name, or make a new one.
    owner, price_per_kwh, currency, country
        Given to new meters; a `country` of `None` is that of the file's time zone.
    progress
        Told the step ("reading", "cleaning", "learning", "scoring", "saving") and its share of the whole, 0 to 1. May raise
        :class:`~wattsup_core.errors.CancelledError`.
    scored
        Told of each meter once its scores are saved.

    Returns
    -------
    UploadRecord
        The upload's line in the ledger.

    Raises
    ------
    FileRefusedError
        When the file holds no readings; nothing is stored.
    BadRequestError
        When the file cannot go to the chosen meter; nothing is stored.
    CancelledError
        When `progress` cancelled; its message says whether the readings had been stored by then.
    """
    chosen = None if meter_id is None else store.meter(meter_id)
    return import_on_terms(
        store, path, name, options, MeterTerms(owner, price_per_kwh, currency, country=country), chosen, progress, scored
    )


def import_on_terms(
    store: Store,
    path: Path,
    name: str,
    options: ReadOptions,
    terms: MeterTerms,
    chosen: Meter | None,
    progress: Progress,
    scored: Scored | None = None,
) -> UploadRecord:
    """:func:`import_file` with everything said about new meters in `terms`, and the `chosen` meter itself."""
    record = _read_and_store(store, path, name, options, lambda file, known: place(file, name, known, terms, chosen), progress)
    _score(store, record.meter_ids, progress, scored)
    return record


def reimport(
    store: Store,
    upload_id: str,
    path: Path,
    options: ReadOptions,
    *,
    progress: Progress = no_progress,
    scored: Scored | None = None,
) -> UploadRecord:
    """Read the file of an earlier upload again, with corrected options, in place of what was stored of it then.

    What the file has brought to those meters, by that upload or by others of the same bytes, is taken out and the new rows are stored in
    one transaction. A meter that has its readings from this file alone takes the time zone and the interval found now; what another one
    keeps is told.

    Parameters
    ----------
    upload_id
        The earlier upload.
    path
        The same file.
    options, progress, scored
        As for :func:`import_file`.

    Raises
    ------
    BadRequestError
        When that upload was replaced before.
    """
    earlier = store.upload(upload_id)
    meters = [store.meter(meter_id) for meter_id in earlier.meter_ids]
    sole = {meter.meter_id for meter in meters if store.is_of_one_file(meter.meter_id, upload_id)}
    name = earlier.file_name

    def put(file: FileReadings, known: list[Meter]) -> tuple[Placement, ...]:
        return place_again(file, name, known, meters, sole)

    record = _read_and_store(store, path, name, options, put, progress, upload_id, [each for each in meters if each.meter_id not in sole])
    _score(store, (*record.meter_ids, *earlier.meter_ids), progress, scored)
    return record


def _read_and_store(
    store: Store,
    path: Path,
    name: str,
    options: ReadOptions,
    put: Put,
    progress: Progress,
    replaces: str | None = None,
    shared: Sequence[Meter] = (),
) -> UploadRecord:
    """Everything up to the commit. The file's frames are gone after it: a small machine has no room for them beside the analysis.

    With the upload that it `replaces` goes which of that one's meters are `shared` with other files.
    """
    progress("reading", 0.0)
    digest = _digest(path)
    file = read_file(path, name, options)
    known = {meter.meter_id: meter for meter in store.meters()}
    placements = put(file, list(known.values()))
    zone = _zone_of_known(file, placements, known)
    if zone is not None:
        del file, placements  # a large file is not held twice
        file = _read_in_zone(path, name, options, zone)
        placements = put(file, list(known.values()))
    progress("cleaning", READ_AT)
    return store.save_upload(
        _record(tell_kept(file, placements, shared), name, placements, digest),
        [(placement.meter.meter_id, placement.readings.readings) for placement in placements],
        new_meters=[placement.meter for placement in placements if placement.meter.meter_id not in known],
        corrected_meters=[each.meter for each in placements if known.get(each.meter.meter_id, each.meter) != each.meter],
        replaces=replaces,
    )


def _zone_of_known(file: FileReadings, placements: Sequence[Placement], known: Mapping[str, Meter]) -> str | None:
    """The zone of the known meter that a file goes to, when nobody has named one and the file was read in another.

    Which meter that is shows only once the file is read, so it is then read once more.
    """
    zones = [known[each.meter.meter_id].timezone for each in placements if each.meter.meter_id in known]
    return zones[0] if zones and file.timezone_source == "default" and zones[0] != file.timezone else None


def _read_in_zone(path: Path, name: str, options: ReadOptions, zone: str) -> FileReadings:
    file = read_file(path, name, replace(options, fallback_timezone=zone))
    return replace(file, timezone_source="meter") if file.timezone_source == "default" else file


def _score(store: Store, meter_ids: Sequence[str], progress: Progress, scored: Scored | None) -> None:
    """Score those of the meters that the write touched."""
    pending = [meter_id for meter_id in dict.fromkeys(meter_ids) if store.state(meter_id).is_pending]
    each = (1 - STORED_AT) / max(len(pending), 1)
    try:
        for number, meter_id in enumerate(pending):
            score_meter(store, meter_id, part_of(progress, STORED_AT + number * each, STORED_AT + (number + 1) * each))
            if scored is not None:
                scored(meter_id)
    except CancelledError:
        raise CancelledError("The readings are stored, but not scored yet.", "They are scored when the meter is opened.") from None


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _record(file: FileReadings, name: str, placements: tuple[Placement, ...], digest: str) -> UploadRecord:
    counted = _main_parts(file)
    return UploadRecord(
        upload_id="u" + secrets.token_hex(8),
        file_name=clean_file_name(name),
        received_at=datetime.now(UTC),
        format_name=file.format_name,
        unit=file.unit,
        timezone=file.timezone,
        timezone_source=file.timezone_source,
        date_order=file.date_order,
        stamp=file.stamp,
        is_register=file.is_register,
        report=file.report,
        meter_ids=tuple(placement.meter.meter_id for placement in placements),
        new_rows=0,
        changed_rows=0,
        kwh_total=float(sum(np.nansum(part.readings["kwh"].to_numpy(float)) for part in counted)),
        first=min(part.readings.index[0] for part in counted).to_pydatetime(),
        last=max(part.readings.index[-1] for part in counted).to_pydatetime(),
        interval_minutes=counted[0].interval_minutes,
        digest=digest,
    )


def _main_parts(file: FileReadings) -> list[MeterReadings]:
    """The parts that count energy taken from the grid; of a file that has only energy sent to it, those."""
    return [part for part in file.meters if part.channel is Channel.IMPORT] or list(file.meters)
