"""The database itself refuses to change or delete the trail; details can be erased, once."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# An event keeps these for ever; its details may become nothing when `erased_at` is set.
KEPT = (
    "id", "chain_id", "number", "at", "action", "subject_kind", "subject_id", "commitment",
    "previous", "digest", "municipality_id", "school_id", "exam_id",
)
GONE = ("person_id", "old", "new", "salt")
TABLES = ("audit_event", "audit_checkpoint", "audit_chain")
# A chain counts upwards, and never to an event that is there already.
IS_GROWTH = "NEW.id = OLD.id AND NEW.count > OLD.count"


def upgrade() -> None:
    """Make the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for statement in _sqlite():
            op.execute(statement)
    else:
        for statement in _postgresql():
            op.execute(statement)


def downgrade() -> None:
    """Take the triggers away."""
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for refused in ("delete", "update", "replace"):
                op.execute(f"DROP TRIGGER {table}_no_{refused}")
        return
    for table in TABLES:
        op.execute(f"DROP TRIGGER only_grows ON {table}")
        op.execute(f"DROP TRIGGER not_emptied ON {table}")
    op.execute("DROP FUNCTION audit_only_grows()")


def _is_erasure(same: str) -> str:
    kept = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in KEPT)
    gone = " AND ".join(f"NEW.{name} IS NULL" for name in GONE)
    return (
        f"OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.why = '' "
        f"AND NEW.origin = '' AND NEW.roles = '' AND {gone} AND {kept}"
    )


def _sqlite() -> tuple[str, ...]:
    """REPLACE deletes a row without a word to the triggers: a taken key is refused before it."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'the trail only grows'); END"
    allowed = {"audit_event": _is_erasure("IS"), "audit_checkpoint": "0", "audit_chain": IS_GROWTH}
    taken = {
        "audit_event": "id = NEW.id OR (chain_id = NEW.chain_id AND number = NEW.number)",
        "audit_checkpoint": (
            "id = NEW.id OR (chain_id = NEW.chain_id AND number = NEW.number AND at = NEW.at)"
        ),
        "audit_chain": "id = NEW.id",
    }
    made = []
    for table in TABLES:
        exists = f"EXISTS (SELECT 1 FROM {table} WHERE {taken[table]})"
        made += [
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"WHEN NOT ({allowed[table]}) {refuse}",
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {exists} {refuse}",
        ]
    return tuple(made)


def _postgresql() -> tuple[str, ...]:
    function = f"""
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit_event' THEN
    IF {_is_erasure('IS NOT DISTINCT FROM')} THEN
      RETURN NEW;
    END IF;
  ELSIF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit_chain' THEN
    IF {IS_GROWTH} THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'the trail only grows' USING ERRCODE = 'integrity_constraint_violation';
END $$"""
    made = [function]
    for table in TABLES:
        made.append(
            f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()"
        )
        made.append(
            f"CREATE TRIGGER not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
        )
    return tuple(made)
