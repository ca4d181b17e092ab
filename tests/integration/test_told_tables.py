"""What documents and pages list is what the program has: permissions by role, kinds of jobs."""

from __future__ import annotations

import re
from pathlib import Path

from app.access import POLICY, Permission, Role
from app.jobs.handlers import HANDLERS
from app.web.jobs import KINDS

DOCS = Path(__file__).resolve().parents[2] / "docs"
COLUMNS = (
    {Role.ADMINISTRATOR},
    {Role.REGIONAL_COORDINATOR},
    {Role.MUNICIPAL_COORDINATOR, Role.RESPONSIBLE_COORDINATOR},
    {Role.SCHOOL_COORDINATOR},
    {Role.TECHNICAL_SPECIALIST},
    {Role.EXPERT},
    {Role.COMMISSION_CHAIR},
    {Role.COMMISSION_MEMBER},
)


def test_the_table_of_permissions_is_the_policy() -> None:
    text = (DOCS / "security.md").read_text(encoding="utf-8")
    told = {}
    for names, ticks in re.findall(r"^\| [^|]*\((`.*?)\) \|(.*)\|$", text, re.MULTILINE):
        cells = zip(COLUMNS, ticks.split("|"), strict=True)
        roles = frozenset[Role]().union(*(roles for roles, cell in cells if cell.strip()))
        told |= {Permission(name): roles for name in re.findall("`([a-z_]+)`", names)}
    assert told == POLICY


def test_every_kind_of_job_is_told() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    [kinds] = re.findall(r"^Kinds: (.*?)\n\n", text, re.MULTILINE | re.DOTALL)
    assert set(re.findall("`([a-z_]+)`", kinds)) == set(HANDLERS)
    assert set(KINDS) == set(HANDLERS)
