"""Rechecks: the register of cases, a case, the commission's members."""

from app.web.rechecks import act, cases, members, opening
from app.web.rechecks.blueprint import blueprint

__all__ = ["act", "blueprint", "cases", "members", "opening"]
