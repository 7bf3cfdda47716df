"""Rows by (owner, ts) that know which write they came from, so that a write can be repeated, compared and undone.

Readings and covariates are kept alike: a current table, and beside it one of the values that later writes replaced.
"""

# ruff: noqa: S608  # table and column names are constants of this module; every value is bound or an integer
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from wattsup_core.store.bulk import read_rows, write_rows


@dataclass(frozen=True)
class VersionedTable:
    """A pair of tables: `name`, and ``replaced_`` + `name` with the former values.

    `owner` is the key column of whom the rows belong to; `values` are the value columns with their numpy types.
    """

    name: str
    owner: str
    values: tuple[tuple[str, str], ...]

    @property
    def replaced(self) -> str:
        return f"replaced_{self.name}"

    @property
    def value_names(self) -> str:
        return ", ".join(name for name, _ in self.values)


READINGS = VersionedTable("readings", "meter_key", (("kwh", "f8"), ("quality", "i1")))
COVARIATES = VersionedTable("covariates", "series_key", (("value", "f8"),))


@dataclass(frozen=True)
class Difference:
    """What a batch would change: masks over its rows, shape (n,), and the stored rows that `changed` would replace."""

    new: np.ndarray
    changed: np.ndarray
    former: np.ndarray

    @property
    def is_empty(self) -> bool:
        return not (self.new.any() or self.changed.any())


def window(connection: Connection, table: VersionedTable, owner: int, first: int, last: int) -> np.ndarray:
    """The rows of `owner` from `first` to `last` inclusive [s], by ts: a structured array of ts, the values, source_seq."""
    sql = f"SELECT ts, {table.value_names}, source_seq FROM {table.name} WHERE {table.owner} = ? AND ts BETWEEN ? AND ? ORDER BY ts"
    return read_rows(connection, sql, (owner, first, last), (("ts", "i8"), *table.values, ("source_seq", "i8")))


def compare(connection: Connection, table: VersionedTable, owner: int, ts: np.ndarray, values: list[np.ndarray]) -> Difference:
    """How `values` at the strictly increasing instants `ts` [s], shape (n,), differ from what is stored."""
    return difference_to(table, window(connection, table, owner, int(ts[0]), int(ts[-1])), ts, values)


def difference_to(table: VersionedTable, stored: np.ndarray, ts: np.ndarray, values: list[np.ndarray]) -> Difference:
    """How `values` at the strictly increasing instants `ts` [s], shape (n,), differ from the `stored` rows of a :func:`window`."""
    if not len(stored):
        return Difference(np.ones(len(ts), bool), np.zeros(len(ts), bool), stored)
    position = np.minimum(np.searchsorted(stored["ts"], ts), len(stored) - 1)
    found = stored["ts"][position] == ts
    differs = np.zeros(len(ts), bool)
    for (name, kind), given in zip(table.values, values, strict=True):
        former = stored[name][position]
        unequal = former != given
        if kind.startswith("f"):
            unequal &= ~(np.isnan(former) & np.isnan(given))
        differs |= unequal
    changed = found & differs
    return Difference(~found, changed, stored[position[changed]])


def write(
    connection: Connection,
    table: VersionedTable,
    owner: int,
    ts: np.ndarray,
    values: list[np.ndarray],
    difference: Difference,
    seq: int,
) -> None:
    """Store what `difference` found new or changed as the write `seq`, keeping the values it replaces."""
    former = difference.former
    replaced = [former["ts"], *(former[name] for name, _ in table.values), former["source_seq"]]
    marks = ", ".join("?" * len(table.values))
    write_rows(
        connection,
        f"INSERT INTO {table.replaced} ({table.owner}, by_seq, ts, {table.value_names}, source_seq)",
        f"({owner:d}, {seq:d}, ?, {marks}, ?)",
        replaced,
    )
    touched = difference.new | difference.changed
    assignments = ", ".join(f"{name} = excluded.{name}" for name in (*(name for name, _ in table.values), "seq", "source_seq"))
    write_rows(
        connection,
        f"INSERT INTO {table.name} ({table.owner}, ts, {table.value_names}, seq, source_seq)",
        f"({owner:d}, ?, {marks}, {seq:d}, {seq:d})",
        [ts[touched], *(column[touched] for column in values)],
        f"ON CONFLICT ({table.owner}, ts) DO UPDATE SET {assignments}",
    )


def undo(connection: Connection, table: VersionedTable, owner: int, source_seq: int, seq: int) -> int:
    """Take the values of the write `source_seq` out again, as the write `seq`; returns how many rows are gone.

    A row gets the value back that the write had replaced; a row the write had brought is removed. Where a later write has
    replaced the value since, the former value kept by that one is mended instead, so that undoing it later is right too.
    """
    names = f"{table.value_names}, source_seq"
    own = f"FROM {table.replaced} AS own WHERE own.{table.owner} = :owner AND own.by_seq = :gone"
    mend = f"({names}) = (SELECT {names} {own} AND own.ts = held.ts)"
    of_gone = f"held.{table.owner} = :owner AND held.source_seq = :gone"
    bound = {"owner": owner, "gone": source_seq, "seq": seq}
    statements = (
        f"UPDATE {table.replaced} AS held SET {mend} WHERE {of_gone} AND EXISTS (SELECT 1 {own} AND own.ts = held.ts)",
        f"DELETE FROM {table.replaced} AS held WHERE {of_gone}",
        f"UPDATE {table.name} AS held SET seq = :seq, {mend} WHERE {of_gone} AND EXISTS (SELECT 1 {own} AND own.ts = held.ts)",
        f"DELETE FROM {table.name} AS held WHERE {of_gone}",
        f"DELETE FROM {table.replaced} WHERE {table.owner} = :owner AND by_seq = :gone",
    )
    touched = [connection.exec_driver_sql(statement, bound).rowcount for statement in statements]
    return touched[3]
