"""The notebook in docs/ runs from top to bottom, and is kept with what it shows."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

PATH = Path(__file__).resolve().parents[2] / "docs" / "walkthrough.ipynb"
LARGEST_BYTES = 600_000


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(cell: NotebookNode, stream: str) -> list[str]:
    return [output.text for output in cell.outputs if output.output_type == "stream" and output.name == stream]


def shows(cell: NotebookNode, kind: str) -> bool:
    return any(kind in output.get("data", {}) for output in cell.outputs)


def test_it_runs_from_top_to_bottom_and_shows_what_it_is_kept_with() -> None:
    kept = nbformat.read(PATH, as_version=4)
    notebook = nbformat.read(PATH, as_version=4)
    NotebookClient(notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(PATH.parent)}}).execute()
    assert [texts(cell, "stderr") for cell in code_cells(notebook)] == [[] for _ in code_cells(notebook)]
    for cell, before in zip(code_cells(notebook), code_cells(kept), strict=True):
        assert [shows(cell, kind) for kind in ("image/png", "text/html")] == [shows(before, kind) for kind in ("image/png", "text/html")]
        assert bool(texts(cell, "stdout")) == bool(texts(before, "stdout"))
    told = "\n".join(text for cell in code_cells(notebook) for text in texts(cell, "stdout"))
    assert "repeating last week would have been off by" in told
    assert "kWh, 80 % sure:" in told
    assert "events are of what was put in" in told


def test_it_is_small_and_names_no_machine() -> None:
    text = PATH.read_text()
    assert len(text) < LARGEST_BYTES
    assert "/home/" not in text
    assert str(PATH.parents[1]) not in text
    assert all(cell.execution_count for cell in code_cells(nbformat.read(PATH, as_version=4)))
