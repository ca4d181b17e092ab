"""First passwords in the answer that makes them: shown once, with the sheet to print."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.access import Actor
from app.printing.slips import Account, account_sheet
from app.queries.people import show_person
from app.services.accounts import FirstPassword
from app.web.words import ROLES


def accounts_of(
    session: Session, issued: Sequence[FirstPassword], *, by: Actor, at: datetime
) -> list[Account]:
    """What the sheet tells of each account; read in the transaction that made them."""
    return [_account(session, one, by=by, at=at) for one in issued]


def _account(session: Session, one: FirstPassword, *, by: Actor, at: datetime) -> Account:
    grants = show_person(session, person_id=one.person_id, by=by, at=at).grants
    return Account(
        name=one.display_name,
        role=str(ROLES[grants[0].role]) if grants else "",
        place=(grants[0].place or _("вся система")) if grants else "",
        login=one.login,
        password=one.password,
    )


def sheet_page(accounts: Sequence[Account]) -> str:
    """The page with the passwords and the PDF inside it: neither is kept anywhere."""
    pdf = account_sheet(accounts, address=request.host_url, name=_("Логины и первые пароли"))
    return render_template(
        "people/sheet.html", accounts=accounts, pdf=b64encode(pdf).decode("ascii")
    )
