"""A page of rows by the moment of their making, the newest first, found by keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import Session

from app.models import Job, Message

PAGE_SIZE = 50
Made = TypeVar("Made", Job, Message)


def newest_page(
    session: Session, query: Select[Made], table: type[Made], *, before: UUID | None
) -> tuple[Sequence[Made], UUID | None]:
    """The rows of one page, and the last of them where older ones follow.

    Args:
        session: a reading session.
        query: what is wanted of the table, in no order.
        table: the table.
        before: the last row of the page before; None for the first page.
    """
    last = session.get(table, before) if before is not None else None
    if last is not None:
        query = query.where(tuple_(table.created_at, table.id) < (last.created_at, last.id))
    query = query.order_by(table.created_at.desc(), table.id.desc()).limit(PAGE_SIZE + 1)
    rows = session.scalars(query).all()
    shown = rows[:PAGE_SIZE]
    return shown, shown[-1].id if len(rows) > PAGE_SIZE else None
