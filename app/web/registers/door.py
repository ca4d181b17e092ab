"""The blueprint of registers, and what its pages share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, request
from wtforms import SelectChoice

from app.access import Permission
from app.queries.registers import SchoolView, list_schools
from app.web.context import actor, reading

blueprint = Blueprint("registers", __name__, url_prefix="/registers")
MANAGERS = (Permission.MANAGE_MUNICIPALITY, Permission.MANAGE_SCHOOL)


def own_schools() -> tuple[SchoolView, ...]:
    """Schools that the visitor manages."""
    with reading() as session:
        return list_schools(session, by=actor())


def school_choices() -> list[SelectChoice]:
    """The visitor's schools for a select."""
    return [
        SelectChoice(value=str(school.id), label=f"{school.name} ({school.login})")
        for school in own_schools()
    ]


def asked_school() -> UUID | None:
    """The school of the filter in the address."""
    return request.args.get("school", type=UUID)


def preselected(form: Any) -> None:
    """Choose the school that the address names, when a form is opened."""
    wanted = request.args.get("school", "")
    if request.method == "GET" and wanted in {choice.value for choice in form.school.choices}:
        form.school.data = wanted
