"""What the documents promise of the code, held by a test."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*sorted((ROOT / "wattsup_core").rglob("*.py")), *sorted((ROOT / "dashboard").rglob("*.py")), ROOT / "app.py"]


def _ids() -> dict[str, str]:
    tree = ast.parse((ROOT / "dashboard" / "ids.py").read_text())
    return {node.targets[0].id: node.value.value for node in tree.body if isinstance(node, ast.Assign)}


def test_every_id_is_used_by_a_layout_and_named_once() -> None:
    names = _ids()
    assert len(set(names.values())) == len(names)
    layouts = "\n".join(path.read_text() for path in (ROOT / "dashboard" / "layout").rglob("*.py"))
    orphans = [name for name in names if not re.search(rf"\bids\.{name}\b", layouts)]
    assert orphans == []


def test_every_setting_is_documented() -> None:
    source = (ROOT / "wattsup_core" / "settings.py").read_text()
    settings = set(
        re.findall(r'"((?:WATTSUP_[A-Z_]+)|DATABASE_URL|JOBS_URL|HOST|PORT|MQTT_URL|MQTT_TOPICS|SMTP_URL|MAIL_FROM|PUBLIC_URL)"', source)
    )
    readme = (ROOT / "README.md").read_text()
    assert len(settings) >= 10
    assert [name for name in sorted(settings) if f"`{name}`" not in readme] == []


def test_only_settings_reads_the_environment() -> None:
    readers = [path for path in SOURCES if re.search(r"os\.(environ|getenv)", path.read_text())]
    assert [str(path.relative_to(ROOT)) for path in readers] == ["wattsup_core/settings.py"]


def test_no_file_holds_more_than_one_subject() -> None:
    long = {str(path.relative_to(ROOT)): n for path in SOURCES if (n := len(path.read_text().splitlines())) > 400}
    assert long == {}


@pytest.mark.parametrize("module", ["app", "wattsup_core.__main__", "wattsup_core.service.views"])
def test_what_is_heavy_is_imported_late(module: str) -> None:
    code = f"import sys, {module}; print(sorted({{'sklearn', 'prophet', 'shap', 'kaleido', 'apprise'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
