"""A word of help beside each field where a person would not know what to write."""

from __future__ import annotations

from app.web.field_help.desk import DESK
from app.web.field_help.exams import EXAMS
from app.web.field_help.plans import PLANS
from app.web.field_help.registers import REGISTERS
from app.web.field_help.word import Help, Words

__all__ = ["HELP", "Help", "help_of"]

HELP: Words = {**REGISTERS, **EXAMS, **PLANS, **DESK}
"""By `Form.field` of our forms, and by `page.field` of fields that a page writes itself."""


def help_of(form: type, field: str) -> Help | None:
    """The word beside a field of a form, or of the form that it extends."""
    found = (HELP.get(f"{one.__name__}.{field}") for one in form.__mro__)
    return next((one for one in found if one is not None), None)
