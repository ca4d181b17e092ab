"""The inventory of parts: whole, by the lock file, and valid by CycloneDX's own schema."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from app.cli import main
from app.cli.sbom import LOCK, read_lock
from app.errors import Refusal


def test_every_part_of_the_lock_stands_in_a_valid_inventory(tmp_path: Path) -> None:
    path = tmp_path / "sverka.cdx.json"
    told = CliRunner().invoke(main, ["sbom", "-o", str(path)])
    assert told.exit_code == 0
    text = path.read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    parts = json.loads(text)["components"]
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==", LOCK.read_text(), re.MULTILINE)
    assert [part["name"] for part in parts] == pinned
    assert all(part["externalReferences"][0]["hashes"] for part in parts)
    assert sum("licenses" in part for part in parts) > len(parts) * 0.8
    (flask,) = (part for part in parts if part["name"] == "flask")
    assert flask["licenses"] == [{"license": {"name": "BSD-3-Clause"}}]


def test_a_lock_without_sums_is_refused() -> None:
    with pytest.raises(Refusal, match="контрольных сумм"):
        read_lock("flask==3.1.0\nclick==8.0.0\n")
