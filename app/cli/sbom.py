"""`sverka sbom`: the inventory of parts of a release, as CycloneDX 1.6 JSON, from the lock file.

What the lock file says counts, not what happens to be installed: every part with the sums of its
archives. Licences come from the installed packages, where they name one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import click

from app import clock
from app.cli.refusals import write_output
from app.errors import Refusal

LOCK = Path(__file__).resolve().parents[2] / "requirements.lock"
PRODUCT = "sverka"
_PART = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: *; *([^\\]+?))? *\\?$")
_SUM = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_LONGEST_LICENCE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A package as the lock file pins it.

    Attributes:
        name: of the package.
        version: the one.
        marker: where it is installed, empty for everywhere.
        sums: SHA-256 of each archive that may be installed.
    """

    name: str
    version: str
    marker: str
    sums: tuple[str, ...]


def read_lock(text: str) -> tuple[Part, ...]:
    """The parts that a lock file pins, in its order.

    Raises:
        Refusal: a part has no sum: such a file says nothing of what is installed.
    """
    found: list[tuple[re.Match[str], list[str]]] = []
    for line in text.splitlines():
        begins = _PART.match(line)
        if begins is not None:
            found.append((begins, []))
        elif found:
            found[-1][1].extend(_SUM.findall(line))
    parts = tuple(
        Part(name=one[1], version=one[2], marker=one[3] or "", sums=tuple(sums))
        for one, sums in found
    )
    if not parts or not all(part.sums for part in parts):
        raise Refusal("В файле частей нет контрольных сумм: соберите его заново, с хешами.")
    return parts


def inventory(
    parts: tuple[Part, ...], *, version: str, at: datetime, serial: UUID
) -> dict[str, Any]:
    """The parts as a CycloneDX document."""
    root = f"pkg:pypi/{PRODUCT}@{version}"
    components = [_component(part) for part in parts]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": at.isoformat(timespec="seconds"),
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": PRODUCT,
                "version": version,
                "purl": root,
            },
        },
        "components": components,
        "dependencies": [
            {"ref": root, "dependsOn": sorted({one["bom-ref"] for one in components})}
        ],
    }


def _component(part: Part) -> dict[str, Any]:
    """One part; its marker keeps apart two versions for two Pythons."""
    purl = f"pkg:pypi/{part.name.lower().replace('_', '-')}@{part.version}"
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": part.name,
        "version": part.version,
        "purl": purl,
        "externalReferences": [
            {
                "type": "distribution",
                "url": f"https://pypi.org/project/{part.name}/{part.version}/",
                "hashes": [{"alg": "SHA-256", "content": one} for one in part.sums],
            }
        ],
    }
    licences = [{"license": {"name": name}} for name in _licences(part.name)]
    if licences:
        made["licenses"] = licences
    if part.marker:
        made["properties"] = [{"name": "sverka:marker", "value": part.marker}]
    return made


def _licences(name: str) -> Iterator[str]:
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return
    named = next(iter(told.get_all("License-Expression") or told.get_all("License") or []), "")
    if named and len(named) <= _LONGEST_LICENCE and "\n" not in named:
        yield named
        return
    for line in told.get_all("Classifier") or []:
        if line.startswith("License :: ") and line != "License :: OSI Approved":
            yield line.rpartition(" :: ")[2]


@click.command(help="Записать перечень частей этого выпуска (CycloneDX 1.6).")
@click.option("-o", "path", type=click.Path(path_type=Path), help="Файл; без него — на экран.")
def sbom(path: Path | None) -> None:
    """Write the inventory of parts (CycloneDX 1.6) of this release."""
    pyproject = LOCK.with_name("pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "([^"]+)"', pyproject, re.MULTILINE)
    document = inventory(
        read_lock(LOCK.read_text(encoding="utf-8")),
        version=version[1] if version else "0",
        at=clock.now(),
        serial=uuid4(),
    )
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if path is None:
        click.echo(text, nl=False)
    else:
        write_output(path, text.encode())
        click.echo(f"частей: {len(document['components'])}; {path}")
