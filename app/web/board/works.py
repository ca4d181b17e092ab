"""The lowest floors of the board: one work, one page and its small picture."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from werkzeug.wrappers import Response

from app.access import Permission
from app.queries import board as queries
from app.web import words
from app.web.board.door import KINDS, SOURCES, blueprint
from app.web.context import actor, installation, reading
from app.web.guard import access
from app.web.page_pictures import sent, small


@blueprint.get("/works/<uuid:script_id>")
@access(Permission.WATCH)
def work(script_id: UUID) -> str:
    """One work: how far it is, and its pages."""
    with reading() as session:
        view = queries.get_work(session, script_id=script_id, actor=actor())
    return render_template("board/work.html", view=view, kinds=KINDS, sources=SOURCES)


@blueprint.get("/pages/<uuid:page_id>")
@access(Permission.WATCH)
def page(page_id: UUID) -> str:
    """One page: where it lies in its pile, how it was read, and what it looks like."""
    with reading() as session:
        view = queries.get_page(session, page_id=page_id, actor=actor())
    return render_template(
        "board/page.html", view=view, kinds=KINDS, sources=SOURCES, faults=words.FAULTS
    )


@blueprint.get("/pages/<uuid:page_id>/picture")
@access(Permission.WATCH)
def picture(page_id: UUID) -> Response:
    """The page without code and name, too small to be read."""
    with reading() as session:
        sha256 = queries.get_small_picture(session, page_id=page_id, actor=actor())
    return sent(small(installation().store.get(sha256)))
