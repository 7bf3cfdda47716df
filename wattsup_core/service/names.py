"""Names from files, made fit to be shown: a person's text, never a path, a control character or an id."""

from __future__ import annotations

import re
import unicodedata

METER_NAME_LIMIT = 60
FILE_NAME_LIMIT = 120
UNNAMED = "Meter"
_SUFFIXES = re.compile(r"(\.(csv|tsv|txt|dat|xlsx?|xlsm|ods|jsonl?|ndjson|xml|zip|gz|bz2|xz))+$", re.IGNORECASE)


def meter_name(label: str, file_name: str) -> str:
    """What a meter is called: the `label` that the file gives it, else the file's name without folder and suffixes."""
    return clean_text(label, METER_NAME_LIMIT) or clean_text(_SUFFIXES.sub("", clean_file_name(file_name)), METER_NAME_LIMIT) or UNNAMED


def clean_file_name(file_name: str) -> str:
    """The last part of an uploaded file's name, in one line; its end is kept when it is too long."""
    last = clean_text(re.split(r"[\\/]", file_name)[-1])
    return last if len(last) <= FILE_NAME_LIMIT else f"{last[: FILE_NAME_LIMIT - 21]}…{last[-20:]}"


def clean_text(text: str, limit: int | None = None) -> str:
    """`text` in one line without what cannot be seen: controls, marks that turn the writing direction, unpaired surrogates."""
    spaced = "".join(" " if sign.isspace() else sign for sign in text)
    seen = "".join(sign for sign in unicodedata.normalize("NFC", spaced) if unicodedata.category(sign)[0] != "C")
    line = " ".join(seen.split())
    return line if limit is None or len(line) <= limit else line[: limit - 1].rstrip() + "…"
