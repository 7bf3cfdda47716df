"""The store: what the services may ask of the database, each call a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wattsup_core.answered import Answer
from wattsup_core.errors import BadRequestError
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.store import analyses, events, forecasts, ingest, looks, meters, readings, same_file, tokens, uploads
from wattsup_core.store.connection import Database
from wattsup_core.store.looks import FreshMeter, Look
from wattsup_core.store.outbox import Outbox
from wattsup_core.store.readings import Written
from wattsup_core.store.records import (
    Delivery,
    EventChanges,
    ForecastRecord,
    MeterState,
    Outcome,
    Overtaken,
    Receipt,
    TokenRecord,
    UploadRecord,
)
from wattsup_core.timegrid import datetime_from_epoch, epoch_of
from wattsup_core.types import AnomalyEvent, Forecast, ForecastConfig, Meter, Scope

if TYPE_CHECKING:
    from wattsup_core.analysis.pipeline import Analysis

UTC_NOW = partial(datetime.now, UTC)


def open_store(url: str) -> Store:
    """The store at `url`: ``sqlite:///path``, or ``sqlite://`` for one in memory. It does not migrate.

    Raises
    ------
    SettingsError
        When the URL is not one WattsUp can keep its data in.
    """
    return Store(url)


class Store:
    """Meters, readings, uploads, scores, events and forecasts; `outbox` holds the alerts.

    Each call borrows a connection for itself, and some stay open for the next, so it may be shared by threads; what is sent to another
    process is its URL alone. :meth:`close` lets go of the file, for a store that ends before its process does. A store in memory has one
    connection, stays in its process, and is gone with that connection.

    Windows are half-open, ``[start, end)``, of aware datetimes; `None` leaves a side open. A meter that is not there raises
    :class:`~wattsup_core.errors.NotFoundError`; a database that others write to for too long,
    :class:`~wattsup_core.errors.BusyError`.

    Parameters
    ----------
    url : str
        See :func:`open_store`.
    now : callable, optional
        The clock: what an upload's or an event's first appearance is stamped with.
    """

    def __init__(self, url: str, now: Callable[[], datetime] = UTC_NOW) -> None:
        self.url = url
        self._database = Database(url)
        self._now = now
        self.outbox = Outbox(self._database, now)

    def __reduce__(self) -> tuple[Callable[[str], Store], tuple[str]]:
        if self._database.path is None:
            raise TypeError("a store in memory cannot leave its process")
        return open_store, (self.url,)

    def migrate(self) -> None:
        """Bring the tables to this version, one process at a time; does nothing when they are."""
        from wattsup_core.store.migrations import migrate

        migrate(self._database)

    def close(self) -> None:
        """Let go of the database's file; a call after that opens it again, and a store in memory is gone."""
        self._database.close()

    # meters

    def add_meter(self, meter: Meter) -> None:
        """Add a meter; :class:`~wattsup_core.errors.BadRequestError` when its id is taken."""
        with self._database.writing() as connection:
            if not meters.add_meter(connection, meter):
                raise BadRequestError("There is a meter with this id already.", "Choose another id.")

    def update_meter(self, meter: Meter) -> None:
        """Give the meter of this id a new name, zone, price or currency."""
        with self._database.writing() as connection:
            meters.update_meter(connection, meter)

    def set_forecast_rhythm(self, meter_id: str, rhythm: ForecastRhythm) -> None:
        """Have a meter forecast in this rhythm from now on."""
        with self._database.writing() as connection:
            meters.set_forecast_rhythm(connection, meter_id, rhythm)

    def meter(self, meter_id: str) -> Meter:
        """The meter of this id."""
        with self._database.reading() as connection:
            return meters.find_meter(connection, meter_id)

    def meters(self) -> list[Meter]:
        """All meters, in the order they were added."""
        with self._database.reading() as connection:
            return meters.list_meters(connection)

    def count_meters(self) -> int:
        """How many meters there are."""
        with self._database.reading() as connection:
            return meters.count_meters(connection)

    def meter_names(self, most: int | None = None) -> list[tuple[str, str, bool]]:
        """Id, name and whether it is the sample of each meter, in the order they were added, the sample last; the first `most` of them."""
        with self._database.reading() as connection:
            return meters.list_names(connection, most)

    def opening_meter(self) -> tuple[str, str, bool] | None:
        """Id, name and whether it is the sample of the meter to begin with: the first with readings, else the first, the sample last."""
        with self._database.reading() as connection:
            return meters.find_opening(connection)

    def find_meters(self, meter_ids: Collection[str]) -> dict[str, Meter]:
        """Those of the meters that are there, by id."""
        with self._database.reading() as connection:
            return meters.find_meters(connection, meter_ids)

    def state(self, meter_id: str) -> MeterState:
        """How far the meter is: rows, first and last instant, versions."""
        with self._database.reading() as connection:
            return meters.find_state(connection, meter_id)

    def states(self) -> list[MeterState]:
        """How far each meter is, in the order they were added."""
        with self._database.reading() as connection:
            return meters.list_states(connection)

    # uploads and readings

    def save_upload(
        self,
        upload: UploadRecord,
        batches: Sequence[tuple[str, pd.DataFrame]],
        *,
        new_meters: Sequence[Meter] = (),
        corrected_meters: Sequence[Meter] = (),
        replaces: str | None = None,
    ) -> UploadRecord:
        """Store a file's rows and its line in the ledger in one transaction: all of it or nothing.

        Parameters
        ----------
        upload
            What the file was taken for. Its counts of new and changed rows are filled in here.
        batches
            The READINGS of each meter, by meter id, in the file's order. Rows that are stored already, equal, change nothing.
        new_meters
            Meters to add first, unless their id is there.
        corrected_meters
            Meters of which the file has told something better, such as their zone.
        replaces
            The id of an earlier upload of the same file, read with other options now. What that file has brought to the upload's meters
            is taken out before, by whichever upload it came; rows that another file has sent again unchanged count as brought by this.

        Returns
        -------
        UploadRecord
            The upload as it stands in the ledger, with exact counts.

        Raises
        ------
        BadRequestError
            When rows lie across stored intervals, so that they would count energy twice. Those of an upload that `replaces` another are
            stored all the same, and told; it is refused when a corrected meter has readings of another origin by now.
        """
        with self._database.writing() as connection:
            meters.take_meters(connection, new_meters, corrected_meters)
            undone = {} if replaces is None else same_file.undo_file(connection, replaces, upload.upload_id, corrected_meters)
            written = [
                uploads.write_rows(connection, meters.find_meter(connection, meter_id), frame, undone, replaces is not None)
                for meter_id, frame in batches
            ]
            for key in undone:
                analyses.remove_orphans(connection, key)
            uploads.write_upload(connection, uploads.counted(upload, [each for _, each in written]), written)
            return uploads.find_upload(connection, upload.upload_id)

    def upload(self, upload_id: str) -> UploadRecord:
        """One line of the ledger; :class:`~wattsup_core.errors.NotFoundError` when it is not there."""
        with self._database.reading() as connection:
            return uploads.find_upload(connection, upload_id)

    def uploads(self, meter_id: str) -> list[UploadRecord]:
        """The uploads that went to a meter, oldest first, those replaced since included."""
        with self._database.reading() as connection:
            return uploads.list_uploads(connection, meters.key_of(connection, meter_id))

    def is_of_one_file(self, meter_id: str, upload_id: str) -> bool:
        """Whether all that a meter holds came with the file of that upload, however often it was sent."""
        with self._database.reading() as connection:
            return same_file.holds_nothing_else(connection, meters.key_of(connection, meter_id), upload_id)

    def readings(self, meter_id: str, start: datetime | None = None, end: datetime | None = None) -> pd.DataFrame:
        """The READINGS of a window, with every covariate the meter has."""
        with self._database.reading() as connection:
            return readings.read_readings(connection, meters.key_of(connection, meter_id), start, end)

    def highest_block(self, meter_id: str, start: datetime, end: datetime, block_seconds: int, least_rows: int) -> float | None:
        """The most energy [kWh] of a whole block, such as a quarter of an hour, in a window; `None` without one of `least_rows`."""
        with self._database.reading() as connection:
            return readings.highest_block(connection, meters.key_of(connection, meter_id), start, end, block_seconds, least_rows)

    def append_readings(self, batches: Sequence[tuple[str, pd.DataFrame]]) -> list[Written]:
        """Store rows that have just arrived, by meter id, in one transaction; on the disk when this returns. What each batch did."""
        with self._database.writing() as connection:
            key_of = partial(meters.key_of, connection)
            return [readings.write_readings(connection, key_of(meter_id), frame, is_live=True) for meter_id, frame in batches]

    # first looks

    def fresh(self, most_rows: int) -> list[FreshMeter]:
        """The meters with rows that wait for a first look, about `most_rows` rows together."""
        with self._database.reading() as connection:
            return looks.read_fresh(connection, most_rows)

    def energies(self, spans: Sequence[tuple[int, int, int]]) -> list[np.ndarray]:
        """Of each meter key and span, first to last instant [s], the known energies: structured arrays of ``ts`` [s] and ``kwh``."""
        with self._database.reading() as connection:
            return [readings.read_energies(connection, *span) for span in spans]

    def waiting(self) -> list[str]:
        """The ids of the meters with rows that the whole analysis has not seen, in the order they were added."""
        with self._database.reading() as connection:
            return meters.list_pending(connection)

    def save_looks(self, found: Sequence[Look]) -> list[str]:
        """Save first looks in one transaction: scores, provisional events, how far they are. The ids of the meters whose look was saved."""
        with self._database.writing() as connection:
            return looks.save_looks(connection, found, epoch_of(self._now()))

    def readings_page(
        self, meter_id: str, start: datetime | None, end: datetime | None, limit: int
    ) -> tuple[pd.DataFrame, pd.DataFrame, datetime | None]:
        """The first `limit` READINGS of a window, their SCORED, and the instant of the reading after them, if there is one."""
        with self._database.reading() as connection:
            key = meters.key_of(connection, meter_id)
            following = readings.end_of_page(connection, key, start, end, limit)
            page_end = end if following is None else following
            held = readings.read_readings(connection, key, start, page_end)
            return held, analyses.read_scored(connection, key, start, page_end), following

    # live readings and their tokens

    def append(self, deliveries: Sequence[Delivery], receipt: Receipt | None = None) -> tuple[Outcome, ...]:
        """Store what requests bring, all of it in one transaction; it is on the disk when this returns.

        Returns
        -------
        tuple of Outcome
            In the order of `deliveries`; those of the first time when a `receipt` comes again within a day.

        Raises
        ------
        KeyReusedError
            When the receipt's key belongs to another request.
        BusyError
            When somebody else writes for longer than the busy timeout; nothing is stored.
        """
        with self._database.writing() as connection:
            return ingest.append(connection, deliveries, receipt, epoch_of(self._now()))

    def add_token(self, token_id: str, digest: str, scope: Scope, meter_id: str | None) -> None:
        """Keep a token by the digest of its secret."""
        with self._database.writing() as connection:
            tokens.add_token(connection, token_id, digest, scope, meter_id, epoch_of(self._now()))

    def token(self, digest: str) -> TokenRecord | None:
        """The token of this digest, revoked or not; `None` when there is none."""
        with self._database.reading() as connection:
            return tokens.find_token(connection, digest)

    def tokens(self) -> list[TokenRecord]:
        """All tokens, in the order they were made."""
        with self._database.reading() as connection:
            return tokens.list_tokens(connection)

    def revoke_token(self, token_id: str) -> None:
        """Let a token in no more; :class:`~wattsup_core.errors.NotFoundError` when it is not there."""
        with self._database.writing() as connection:
            tokens.revoke_token(connection, token_id, epoch_of(self._now()))

    # analyses

    def save_analysis(self, meter_id: str, seq: int, analysis: Analysis) -> bool:
        """Save scores, events and notes of an analysis that has seen the writes up to `seq`, in one transaction.

        The first score of a row and the first appearance of a row's score or of an event are kept from then on.

        Returns
        -------
        bool
            False when the store holds an analysis of a later write: then nothing is saved.
        """
        with self._database.writing() as connection:
            return analyses.save_analysis(connection, meter_id, seq, analysis, epoch_of(self._now()))

    def scored(self, meter_id: str, start: datetime | None = None, end: datetime | None = None) -> pd.DataFrame:
        """The SCORED of a window, a row for each reading; one that waits for its score has NaN and is no anomaly."""
        with self._database.reading() as connection:
            return analyses.read_scored(connection, meters.key_of(connection, meter_id), start, end)

    def events(self, meter_id: str, start: datetime | None = None, end: datetime | None = None) -> list[AnomalyEvent]:
        """The events that touch a window, by start."""
        with self._database.reading() as connection:
            return events.list_events(connection, meters.key_of(connection, meter_id), meter_id, start, end)

    def event_changes(self, meter_id: str, cursor: int | None = None, since: datetime | None = None) -> EventChanges:
        """What has changed after a `cursor` that an earlier call gave, or at or after an instant; all events without both."""
        with self._database.reading() as connection:
            seconds = None if since is None else epoch_of(since)
            return events.list_changes(connection, meters.key_of(connection, meter_id), meter_id, cursor, seconds)

    def event(self, meter_id: str, event_id: str) -> AnomalyEvent:
        """One event; :class:`~wattsup_core.errors.NotFoundError` when it is not there."""
        with self._database.reading() as connection:
            return events.find_event(connection, meters.key_of(connection, meter_id), meter_id, event_id)

    def event_now(self, meter_id: str, event_id: str) -> AnomalyEvent:
        """One event; when an analysis has found it anew under another id, that one: what shares most of its stretch, its kind first.

        Raises
        ------
        NotFoundError
            When there is no such event, nor one in its place.
        """
        with self._database.reading() as connection:
            return events.find_event_now(connection, meters.key_of(connection, meter_id), meter_id, event_id)

    def alerts(self, meter_id: str) -> list[AnomalyEvent]:
        """The events, by start, that a person has asked to be told of and has said nothing of yet."""
        with self._database.reading() as connection:
            return events.list_alerts(connection, meters.key_of(connection, meter_id), meter_id)

    def answer_event(self, meter_id: str, event_id: str, answer: Answer | None) -> AnomalyEvent:
        """Keep what a person says now of an event; `None` takes it back. The event with that.

        It is kept by the event's stretch and kind, and outlives every later analysis. An event that was found anew under another id since
        is found if it is of the same kind.

        Raises
        ------
        NotFoundError
            When there is no such event, nor one of its kind in its place.
        BusyError
            When somebody else writes for longer than the busy timeout; nothing is kept.
        """
        with self._database.writing() as connection:
            now = epoch_of(self._now())
            return events.answer_event(connection, meters.key_of(connection, meter_id), meter_id, event_id, answer, now)

    # forecasts

    def save_forecast(self, meter_id: str, seq: int, forecast: Forecast) -> ForecastRecord:
        """Keep a forecast that was made now from the meter's writes up to `seq`; of each meter the newest hundred are kept."""
        with self._database.writing() as connection:
            made_at = epoch_of(self._now())
            key = forecasts.save_forecast(connection, meters.key_of(connection, meter_id), seq, forecast, made_at)
            return ForecastRecord(key, datetime_from_epoch(made_at), seq, forecast)

    def newest_forecast(self, meter_id: str, config: ForecastConfig | None = None) -> ForecastRecord | None:
        """The forecast of a meter that was made last, with `config` for as many days and by that method; `None` without one."""
        with self._database.reading() as connection:
            return forecasts.newest_forecast(connection, meters.key_of(connection, meter_id), meter_id, config)

    def forecast(self, meter_id: str, forecast_id: int) -> ForecastRecord:
        """One forecast; :class:`~wattsup_core.errors.NotFoundError` when it is not there."""
        with self._database.reading() as connection:
            return forecasts.find_forecast(connection, meters.key_of(connection, meter_id), meter_id, forecast_id)

    def forecasts(self, meter_id: str, start: datetime | None = None, end: datetime | None = None) -> list[tuple[int, datetime]]:
        """The ids of the forecasts that touch a window and when each was made, oldest first."""
        with self._database.reading() as connection:
            return forecasts.list_forecasts(connection, meters.key_of(connection, meter_id), start, end)

    def overtaken_forecasts(self) -> list[Overtaken]:
        """The meters that are forecast by themselves and were written to since their usual, or else newest, forecast; the oldest first."""
        with self._database.reading() as connection:
            return forecasts.list_overtaken(connection)
