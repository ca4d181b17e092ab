"""Records of a register's file -> rows of the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import Refusal
from app.exchange.columns import ClassName
from app.exchange.registers import (
    ApplicationRecord,
    ClassRecord,
    CodeRecord,
    ConflictRecord,
    ExpertNumberRecord,
    ExpertRecord,
    FactsRecord,
    ListingRecord,
    PlanRecord,
    QuestionnaireRecord,
    SchoolRecord,
)
from app.services.registers.changes import Saved
from app.services.registers.classes import ClassEntry, save_class
from app.services.registers.codes import CodeEntry, save_code
from app.services.registers.conflicts import ConflictEntry, save_conflict
from app.services.registers.expert_entry import ExpertEntry
from app.services.registers.experts import save_expert
from app.services.registers.intake import RowReport, take_in
from app.services.registers.listed import ListingEntry, save_listing
from app.services.registers.lists import (
    save_application,
    save_expert_number,
    save_facts,
    save_questionnaire,
)
from app.services.registers.plan import save_plan
from app.services.registers.schools import SchoolEntry, save_school
from app.services.registers.scope import class_by_name, own_school_by_login


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where a file's rows belong when the file itself does not say.

    Attributes:
        municipality_id: of a file of schools.
        campaign_id: of a file of codes, or of a list of a campaign.
    """

    municipality_id: UUID | None = None
    campaign_id: UUID | None = None


_OF_CAMPAIGN: Mapping[type, Callable[..., Saved]] = {
    ApplicationRecord: save_application,
    ExpertNumberRecord: save_expert_number,
    FactsRecord: save_facts,
    PlanRecord: save_plan,
    QuestionnaireRecord: save_questionnaire,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Saving:
    session: Session
    target: Target
    by: Actor
    at: datetime

    def save(self, record: Any) -> Saved:
        match record:
            case SchoolRecord():
                return self._school(record)
            case ClassRecord():
                return self._class(record)
            case ExpertRecord():
                return self._expert(record)
            case ConflictRecord():
                return self._conflict(record)
            case CodeRecord():
                return self._code(record)
            case ListingRecord():
                return self._listing(record)
            case _ if type(record) in _OF_CAMPAIGN:
                return self._of_campaign(record)
            case _:
                raise TypeError(f"no register keeps {record!r}")

    def _of_campaign(self, record: Any) -> Saved:
        if self.target.campaign_id is None:
            raise Refusal("Выберите кампанию ВПР, к которой относится список.")
        save = _OF_CAMPAIGN[type(record)]
        return save(
            self.session,
            campaign_id=self.target.campaign_id,
            record=record,
            by=self.by,
            at=self.at,
        )

    def _school(self, record: SchoolRecord) -> Saved:
        if self.target.municipality_id is None:
            raise Refusal("Выберите муниципалитет, в который загружаются школы.")
        entry = SchoolEntry(
            login=record.login, name=record.name, participating=record.participating
        )
        return save_school(
            self.session,
            municipality_id=self.target.municipality_id,
            entry=entry,
            by=self.by,
            at=self.at,
        )

    def _class(self, record: ClassRecord) -> Saved:
        school = own_school_by_login(self.session, record.school, by=self.by)
        name = record.class_name
        entry = ClassEntry(grade=name.grade, letter=name.letter, serial=record.serial)
        return save_class(self.session, school_id=school.id, entry=entry, by=self.by, at=self.at)

    def _expert(self, record: ExpertRecord) -> Saved:
        school = own_school_by_login(self.session, record.school, by=self.by)
        entry = ExpertEntry(
            login=record.login,
            display_name=record.name,
            also_at=record.other_schools,
            subjects=tuple((one.subject, one.since_on) for one in record.subjects),
            teaches=None
            if record.classes is None
            else tuple(_reference(name) for name in record.classes),
            capacity=record.capacity,
        )
        return save_expert(self.session, school_id=school.id, entry=entry, by=self.by, at=self.at)

    def _conflict(self, record: ConflictRecord) -> Saved:
        entry = ConflictEntry(
            login=record.expert,
            level=record.level,
            reference=record.ref,
            category=record.category,
        )
        return save_conflict(self.session, entry=entry, by=self.by, at=self.at)

    def _listing(self, record: ListingRecord) -> Saved:
        entry = ListingEntry(login=record.school, year=record.year, source=record.source)
        return save_listing(self.session, entry=entry, by=self.by, at=self.at)

    def _code(self, record: CodeRecord) -> Saved:
        if self.target.campaign_id is None:
            raise Refusal("Выберите кампанию ВПР, для которой выданы коды.")
        school = own_school_by_login(self.session, record.school, by=self.by)
        found = class_by_name(self.session, school, record.class_name.shown)
        return save_code(
            self.session,
            campaign_id=self.target.campaign_id,
            class_id=found.id,
            entry=CodeEntry(code=record.code),
            by=self.by,
            at=self.at,
        )


def _reference(name: ClassName) -> str:
    return name.shown if name.school is None else f"{name.school}/{name.shown}"


def take_in_records(
    session: Session,
    *,
    rows: Sequence[tuple[int, Any]],
    target: Target,
    apply: bool,
    by: Actor,
    at: datetime,
) -> tuple[RowReport, ...]:
    """Take a file's records into their register, all of them or none.

    Args:
        session: a writing session.
        rows: the number in the file and the record of each row.
        target: where the rows belong.
        apply: False for a trial, which leaves nothing behind.
        by: who brings the file.
        at: when.

    Raises:
        Refusal: when applying, for a file with wrong rows.
    """
    saving: Callable[[Any], Saved] = _Saving(session=session, target=target, by=by, at=at).save
    return take_in(session, rows, saving, apply=apply)
