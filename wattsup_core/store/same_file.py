"""What a file has brought, by however many uploads: the same bytes are one file, and one that was known brings nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select, update

from wattsup_core.errors import BadRequestError
from wattsup_core.store.meters import key_of
from wattsup_core.store.readings import undo_write
from wattsup_core.store.tables import readings, replaced_readings, upload_meters, uploads
from wattsup_core.store.uploads import find_upload
from wattsup_core.types import Meter


@dataclass(frozen=True)
class _Touch:
    """An upload went to a meter, both by key; `seq` is its write there, `None` when that changed nothing."""

    upload_key: int
    upload_id: str
    meter_key: int
    seq: int | None


def undo_file(connection: Connection, upload_id: str, replaced_by: str, alone: Sequence[Meter]) -> dict[int, int]:
    """Take out what the upload's file has brought to the upload's meters, for another takes its place; the version of that by meter key.

    Of another upload of the file only these meters are undone. When it has none beside them it is replaced with this one. The meters
    `alone` are taken for having no other readings.

    Raises
    ------
    NotFoundError
        When there is no such upload.
    BadRequestError
        When it was replaced before, or a meter that was taken for having this file alone has got other readings meanwhile.
    """
    if not all(holds_nothing_else(connection, key_of(connection, meter.meter_id), upload_id) for meter in alone):
        raise BadRequestError("The meter has got other readings while the file was read.", "Read the file again.")
    touches = _touches(connection, upload_id)
    own_meters = {touch.meter_key for touch in touches if touch.upload_id == upload_id}
    left = {touch.upload_key for touch in touches if touch.meter_key not in own_meters}
    gone = {touch.upload_key for touch in touches} - left
    connection.execute(update(uploads).where(uploads.c.upload_key.in_(gone)).values(replaced_by=replaced_by))
    writes = [(touch.seq, touch.meter_key) for touch in touches if touch.seq is not None and touch.meter_key in own_meters]
    return {meter_key: undo_write(connection, meter_key, seq) for seq, meter_key in sorted(writes, reverse=True)}


def holds_nothing_else(connection: Connection, meter_key: int, upload_id: str) -> bool:
    """Whether every reading of a meter, and every one that the upload's file has replaced there, came with that file."""
    seqs = [touch.seq for touch in _touches(connection, upload_id) if touch.meter_key == meter_key and touch.seq is not None]
    other = select(readings.c.ts).where(readings.c.meter_key == meter_key, readings.c.source_seq.not_in(seqs)).limit(1)
    held = replaced_readings
    beneath = select(held.c.ts).where(held.c.meter_key == meter_key, held.c.by_seq.in_(seqs), held.c.source_seq.not_in(seqs)).limit(1)
    return all(connection.execute(one).first() is None for one in (other, beneath))


def _touches(connection: Connection, upload_id: str) -> list[_Touch]:
    """What the uploads of the same file that still stand have done, that upload's own included."""
    upload = find_upload(connection, upload_id)
    if upload.replaced_by:
        raise BadRequestError("This upload was replaced already.", "Choose the one that replaced it.")
    is_same = uploads.c.upload_id == upload_id
    if upload.digest:
        is_same = or_(is_same, uploads.c.digest == upload.digest)
    columns = (uploads.c.upload_key, uploads.c.upload_id, upload_meters.c.meter_key, upload_meters.c.seq)
    joined = upload_meters.join(uploads, uploads.c.upload_key == upload_meters.c.upload_key)
    rows = connection.execute(select(*columns).select_from(joined).where(is_same, uploads.c.replaced_by == ""))
    return [_Touch(*row) for row in rows]
