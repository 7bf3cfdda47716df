"""Arguments that several subcommands take, and the words in which a bad one is refused."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from wattsup_core.errors import BadRequestError, FileRefusedError
from wattsup_core.types import UNITS, ReadOptions, Tariff

if TYPE_CHECKING:
    from wattsup_core.settings import Settings


class Parser(argparse.ArgumentParser):
    """A parser whose refusals are one line, like every other problem of the input."""

    def error(self, message: str) -> NoReturn:
        raise BadRequestError(f"{message[:1].upper()}{message[1:]}.", f"Ask {self.prog} --help.")


def add_file_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and what a person may say about it."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the meter's file: CSV, Excel, JSON, Green Button XML")
    parser.add_argument("--name", metavar="UPLOAD_NAME", help="the name the file was sent under (default: its own)")
    parser.add_argument("--timezone", metavar="TZ", help="IANA zone of times without an offset, such as Europe/London (default: UTC)")
    parser.add_argument("--stamp", choices=("start", "end"), help="whether a time marks the start or the end of its interval")
    parser.add_argument("--date-order", choices=("DMY", "MDY"), help="how dates like 03/04/2026 are meant")
    parser.add_argument("--unit", choices=UNITS, help="unit of values whose cells name none (default: as the file says)")
    parser.add_argument("--cumulative", action="store_true", help="the values are readings of a running register")
    parser.add_argument("--register-digits", metavar="N", type=number(int, 1, 15), help="digits before the register starts at 0 again")
    parser.add_argument(
        "--max-kwh-per-interval", metavar="X", type=number(float, 0), help="a larger reading is rejected (default: a million kWh)"
    )


def file_of(args: argparse.Namespace) -> tuple[Path, str]:
    """The file's path and the name it goes by.

    Raises
    ------
    FileRefusedError
        When there is no such file, or it cannot be opened.
    """
    path: Path = args.file
    if path.is_dir():
        raise FileRefusedError(f"{path} is a folder.", "Name one file of readings.")
    try:
        path.open("rb").close()
    except FileNotFoundError:
        raise FileRefusedError(f"There is no file {path}.", "Check its name and folder.") from None
    except OSError as problem:
        raise FileRefusedError(f"The file {path} cannot be opened: {problem.strerror}.") from None
    return path, path.name if args.name is None else args.name


def options_of(args: argparse.Namespace) -> ReadOptions:
    """What was said about the file."""
    return ReadOptions(
        timezone=args.timezone,
        stamp=args.stamp,
        date_order=args.date_order,
        cumulative=args.cumulative or None,
        unit=args.unit,
        register_digits=args.register_digits,
        max_kwh_per_interval=args.max_kwh_per_interval,
    )


def tariff_of(args: argparse.Namespace, settings: Settings) -> Tariff:
    """The price that was said, else the setting's."""
    return Tariff(settings.price_per_kwh if args.tariff is None else args.tariff, settings.currency)


def number(kind: type[int] | type[float], above: float, most: float = float("inf"), *, including: bool = False) -> Callable[[str], float]:
    """An argument type: a finite number over `above` (or equal, when `including`) and at most `most`."""
    words = f"{'at least' if including else 'above'} {above:g}" + (f" and at most {most:g}" if most < float("inf") else "")

    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = kind(-1)
        if not (above <= value if including else above < value) or not value <= most or value == float("inf"):
            noun = "a whole number" if kind is int else "a number"
            raise argparse.ArgumentTypeError(f"{text!r} is not {noun} {words}")
        return value

    return read
