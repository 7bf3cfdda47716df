"""The corpus of odd, broken and hostile files: each gets what its manifest asks for."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from wattsup_core.errors import WattsUpError
from wattsup_core.readers import read_file
from wattsup_core.service.inspection import inspection, refusal
from wattsup_core.types import ReadOptions

THROUGH_THE_COMMAND_LINE = (
    "plain_halfhourly.csv",
    "reg_rollover_5_digits.csv",
    "num_thousands_comma.csv",
    "time_end_stamps_setting.csv",
    "name_04.csv",
    "dst_autumn_newyork_us_dates.csv",
    "zip_bomb_200mb.zip",
    "bad_pickle.pkl",
)
MAX_SECONDS = 5.0
OPTION_OF_SETTING = {"timezone", "stamp", "date_order", "register_digits", "max_kwh_per_interval"}


def entries() -> list[dict[str, Any]]:
    folder = os.environ.get("METER_CORPUS")
    return json.loads((Path(folder) / "odd_files" / "manifest.json").read_text())["files"] if folder else []


@cache
def judge(folder: Path) -> ModuleType:
    """The corpus's own check, whose `faults` says what falls short of an entry."""
    spec = importlib.util.spec_from_file_location("odd_files_check", folder / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def options_of(entry: dict[str, Any]) -> ReadOptions:
    told = {name: value for name, value in entry["settings"].items() if name in OPTION_OF_SETTING}
    return ReadOptions(cumulative=entry["settings"].get("value_kind") == "cumulative" or None, **told)


def test_there_is_a_corpus(corpus: Path) -> None:
    assert len(entries()) == json.loads((corpus / "odd_files" / "manifest.json").read_text())["count"] > 100


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["file"])
def test_file(corpus: Path, entry: dict[str, Any]) -> None:
    began = time.monotonic()
    try:
        result = inspection(read_file(corpus / "odd_files" / entry["file"], entry.get("upload_filename", entry["file"]), options_of(entry)))
    except WattsUpError as error:
        result = refusal(error)
    assert time.monotonic() - began < MAX_SECONDS
    assert judge(corpus / "odd_files").faults(entry, json.loads(json.dumps(result))) == []


@pytest.mark.parametrize("entry", [one for one in entries() if one["file"] in THROUGH_THE_COMMAND_LINE], ids=lambda entry: entry["file"])
def test_file_through_the_command_line(corpus: Path, entry: dict[str, Any]) -> None:
    check = judge(corpus / "odd_files")
    assert check.faults(entry, check.inspect(sys.executable, str(corpus / "odd_files" / entry["file"]), entry)) == []
