"""Tables that hold one register after the other, each in blocks under a header line of its own: which blocks are which register.

So do the exports of Southern California Edison, whose headers say what was delivered and what was received, and of United Power,
whose headers do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

import numpy as np

from wattsup_core.analysis.quality import count_rows, issue
from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.columns.facts import told_name
from wattsup_core.readers.columns.vocabulary import Flow, flow_of_kind, header_words
from wattsup_core.readers.rows.judgements import is_contradictory
from wattsup_core.readers.table.cells import TextColumn
from wattsup_core.readers.values.row_values import RowValues
from wattsup_core.readers.values.units import unit_within
from wattsup_core.timegrid import NO_TIME
from wattsup_core.types import IssueSeverity, QualityIssue

TELLING_ROWS, TELLING_STEPS = 2, 10
"""In so many rows at least more energy than so many last places must have gone both ways before a balance proves anything."""
FINEST_DECIMALS = 6
_DIRECTIONS = np.array(["import", "export"], dtype=object)


@dataclass(frozen=True)
class Blocks:
    """`number` gives the block of each row, shape (n,); `names` what the header of each block says of its times and its values."""

    number: np.ndarray
    names: tuple[tuple[str, str], ...]

    @property
    def flows(self) -> list[Flow]:
        """What each block counts, by its header: beside blocks of energy delivered, what a utility received is energy sent."""
        texts = [" ".join(name) for name in self.names]
        has_delivered = any("delivered" in header_words(text) for text in texts)
        return [Flow.EXPORT if has_delivered and "received" in header_words(text) else flow_of_kind(text) for text in texts]


@dataclass(frozen=True)
class BlockRoles:
    """What the rows are, each of shape (n,).

    Attributes
    ----------
    is_sent
        Energy sent to the grid.
    sign
        -1 where that is written as negative energy, else 1.
    left_out
        Rows of registers that are told by others, or that count something else.
    notes
        What a person should know of it.
    """

    is_sent: np.ndarray
    sign: np.ndarray
    left_out: np.ndarray
    notes: list[QualityIssue] = field(default_factory=list)

    def kinds(self, rows: np.ndarray) -> TextColumn:
        """The direction of some rows, by place, as a column of the table would tell it."""
        return TextColumn(_DIRECTIONS, self.is_sent[rows].astype(np.intp))

    def signed(self, values: RowValues, rows: np.ndarray) -> RowValues:
        """The values of some rows, by place, with energy sent counted as positive."""
        if not (self.sign[rows] < 0).any():
            return values
        parts = tuple(part * self.sign[rows] + 0.0 for part in values.parts)
        return replace(values, total=values.total * self.sign[rows] + 0.0, parts=parts)


def find_blocks(count: int, headers: Sequence[int], stamp: tuple[str, TextColumn], value: tuple[str, TextColumn]) -> Blocks | None:
    """The blocks of `count` rows, `None` where no header comes again; `stamp` and `value` are names and cells of their columns."""
    if not headers:
        return None
    names = [(stamp[0], value[0]), *((stamp[1].cell(row), value[1].cell(row)) for row in headers)]
    return Blocks(np.searchsorted(np.array(headers), np.arange(count), side="right"), tuple(names))


def tell_blocks(blocks: Blocks, wall: np.ndarray, energy: np.ndarray) -> BlockRoles | None:
    """What each block holds, by its header or by what the blocks' numbers prove; `None` where all are of one register.

    Parameters
    ----------
    blocks : Blocks
        The blocks.
    wall : np.ndarray
        Time of each row as written, ``NO_TIME`` where there is none, shape (n,).
    energy : np.ndarray
        Value of each row, NaN where there is none, shape (n,).

    Raises
    ------
    FileRefusedError
        When blocks over the same times contradict each other and nothing tells which is which.
    """
    main_unit = unit_within(blocks.names[0][1])
    units = [unit_within(name[1]) for name in blocks.names]
    is_other = np.array([unit is not None and unit != main_unit for unit in units])
    flows = [flow for flow, other in zip(blocks.flows, is_other, strict=True) if not other]
    is_named = Flow.EXPORT in flows and len(set(flows)) > 1
    roles = _by_name(blocks, is_other, energy) if is_named else _by_balance(blocks, is_other, wall, energy)
    left_out = is_other[blocks.number] & (wall != NO_TIME)
    if not left_out.any():
        return roles
    name = next(name[1] for name, other in zip(blocks.names, is_other, strict=True) if other)
    message = f"Left out: {count_rows(int(left_out.sum()))} of blocks in another unit, “{told_name(name)}”."
    note = issue("extra_value_columns", message, int(left_out.sum()), severity=IssueSeverity.INFO)
    if roles is None:
        return BlockRoles(np.zeros(len(wall), dtype=bool), np.ones(len(wall)), left_out, [note])
    return replace(roles, left_out=roles.left_out | left_out, notes=[*roles.notes, note])


def _by_name(blocks: Blocks, is_other: np.ndarray, energy: np.ndarray) -> BlockRoles:
    """The roles that headers tell: what was delivered, what was received, and their net, which says nothing new."""
    flows = np.array(blocks.flows)
    is_sent = np.isin(flows, [Flow.EXPORT, Flow.PRODUCTION])[blocks.number]
    is_net = (flows == Flow.NET)[blocks.number]
    has_drawn = bool((~np.isin(flows, [Flow.EXPORT, Flow.PRODUCTION, Flow.NET]) & ~is_other).any())
    left_out = is_net & has_drawn
    sent = energy[is_sent & np.isfinite(energy)]
    sign = np.where(is_sent & bool((sent < 0).any() and (sent <= 0).all()), -1.0, 1.0)
    message = "The file's blocks name their direction: energy that the utility received became a meter of energy sent to the grid."
    if left_out.any():
        message += " The blocks of net energy, which follows from these, were left out."
    return BlockRoles(is_sent, sign, left_out, [issue("extra_value_columns", message, 1, severity=IssueSeverity.INFO)])


def _by_balance(blocks: Blocks, is_other: np.ndarray, wall: np.ndarray, energy: np.ndarray) -> BlockRoles | None:
    """The roles of blocks that name no direction: those that lie over the same times are different registers."""
    places = _registers(blocks, is_other, wall)
    if len(places) < 2:
        return None
    values = np.array([energy[each] for each in places])
    found = prove_balance(values) if len(places) == 3 else None
    if found is None:
        conflicts = int((values[:-1] != values[-1])[:, np.isfinite(values).all(axis=0)].sum())
        if not is_contradictory(conflicts, values.size):
            return None
        message = f"The file has {len(places)} blocks over the same times and does not say which is energy delivered, received or net."
        raise FileRefusedError(message, "Keep the block of energy delivered, delete the others, and send the file again.")
    received, net = places[found[1]], places[found[2]]
    is_sent, left_out = np.zeros((2, len(wall)), dtype=bool)
    is_sent[received], left_out[net] = True, True
    sign = np.where(is_sent & bool((energy[received] < 0).any()), -1.0, 1.0)
    order = [("first", "second", "third")[at] for at in found]
    message = (
        f"Three blocks lie over the same times and name no direction. In every row the {order[2]} equals the {order[0]} less the "
        f"{order[1]}: they were read as energy delivered ({order[0]}), received from you ({order[1]}), and their net, which was left out."
    )
    return BlockRoles(is_sent, sign, left_out, [issue("blocks_told_apart", message, len(net))])


def _registers(blocks: Blocks, is_other: np.ndarray, wall: np.ndarray) -> list[np.ndarray]:
    """The rows of each register, shape (m,), in the same order of times: the k-th block over each stretch of times is of register k.

    None where the stretches have different numbers of blocks.
    """
    stretches: dict[bytes, list[np.ndarray]] = {}
    timed = np.flatnonzero((wall != NO_TIME) & ~is_other[blocks.number])
    bounds = np.flatnonzero(np.diff(blocks.number[timed])) + 1
    for part in np.split(timed, bounds):
        stretches.setdefault(wall[part].tobytes(), []).append(part)
    counts = {len(parts) for parts in stretches.values()}
    if len(counts) != 1:
        return []
    return [np.concatenate([parts[at] for parts in stretches.values()]) for at in range(counts.pop())]


def prove_balance(values: np.ndarray) -> tuple[int, int, int] | None:
    """Which of three registers is delivered, received and net: the only order in which net is delivered less received in every row.

    Parameters
    ----------
    values : np.ndarray
        Energies of the three registers at the same times, shape (3, m). What was received may be written as negative.

    Returns
    -------
    tuple of int or None
        Places of delivered, received and net; `None` where no order fits, where several do, or where too few rows tell.
    """
    known = values[:, np.isfinite(values).all(axis=0)]
    step = _last_place(known)
    orders: list[tuple[int, int, int]] = list(permutations((0, 1, 2), 3))
    fitting = [(d, r, n) for d, r, n in orders if _balances(known[d], known[r], known[n], step)]
    if len(fitting) != 1:
        return None
    telling = np.abs(known[list(fitting[0][:2])]).min(axis=0) > TELLING_STEPS * step
    return fitting[0] if int(telling.sum()) >= TELLING_ROWS else None


def _balances(delivered: np.ndarray, received: np.ndarray, net: np.ndarray, step: float) -> bool:
    """Whether `net` is `delivered` less `received` to the rounding of all three to whole multiples of `step`."""
    if (delivered < 0).any() or ((received < 0).any() and (received > 0).any()):
        return False
    return bool((np.abs(net - (delivered - np.abs(received))) <= 1.5 * step + 1e-9).all())


def _last_place(values: np.ndarray) -> float:
    """The coarsest power of ten of which all values are whole multiples."""
    for decimals in range(FINEST_DECIMALS):
        if (np.abs(values * 10**decimals - np.rint(values * 10**decimals)) < 1e-6).all():
            return float(10.0**-decimals)
    return float(10.0**-FINEST_DECIMALS)
