"""Alembic's entry: runs migrations on the connection that the caller hands over."""

from __future__ import annotations

from alembic import context

from app.models import Base
from app.models.base import UtcDateTime


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """A migration names no class of the program: what it says must not change with it."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run the migrations in one transaction."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render_item,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
