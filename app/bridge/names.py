"""What keys inside the assignment library's sentences are called to a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bridge.titles import EXAM_TITLE
from app.models import Exam, Expert, Participant, Person, School, SchoolClass, Script
from assignment import Refs, Sentence

_MOST_NAMED = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """Names by key; a script's name is its number within the exam, never its code.

    Attributes:
        by_key: a name as it is written, or a sentence where it is made of words.
    """

    by_key: Mapping[str, str | Sentence]

    def of(self, key: object) -> str:
        """The name of a key in Russian, or the value itself when it is no key."""
        return str(self.said(key))

    def said(self, key: object) -> str | Sentence:
        """The name of a key, for a page that says it in the reader's language."""
        return self.by_key.get(str(key), str(key))

    def told(self, sentence: Sentence) -> dict[str, Any]:
        """The sentence with names for keys, as plain data that a plan can keep."""
        params = {place: self._plain(value) for place, value in sentence.params.items()}
        return {"text": sentence.text, "params": params}

    def refused(self, params: Mapping[str, object]) -> dict[str, object]:
        """The parameters of a refusal with names for keys, in Russian."""
        return {place: _filled(self._plain(value), str) for place, value in params.items()}

    def _plain(self, value: object) -> Any:
        match value:
            case Sentence():
                return self.told(value)
            case Refs():
                return self._listed(value.ids)
            case tuple() | list():
                return [self._plain(part) for part in value]
            case str():
                found = self.said(value)
                return found if isinstance(found, str) else self.told(found)
            case _:
                return value

    def _listed(self, keys: tuple[str, ...]) -> Any:
        if len(keys) == 1:
            return self._plain(keys[0])
        named = ", ".join(self.of(key) for key in keys[:_MOST_NAMED])
        more = len(keys) - _MOST_NAMED
        return f"{named} (+{more})" if more > 0 else named


def sentence_of(told: Mapping[str, Any], translate: Callable[[str], str]) -> str:
    """A kept sentence in the language of `translate`."""
    params = {place: _filled(value, translate) for place, value in told["params"].items()}
    return translate(told["text"]) % params


def _filled(value: object, translate: Callable[[str], str]) -> object:
    match value:
        case dict():
            return sentence_of(value, translate)
        case list():
            return ", ".join(str(_filled(part, translate)) for part in value)
        case _:
            return value


def exam_names(session: Session, *, exam: Exam, hide_origin: bool = False) -> Names:
    """The names of an exam's schools, classes, experts and scripts.

    Args:
        session: the database.
        exam: the exam.
        hide_origin: the reader may not learn which school a script comes from.
    """
    title = Sentence(text=EXAM_TITLE, params={"subject": exam.subject, "grade": exam.grade})
    names: dict[str, str | Sentence] = {str(exam.id): title}
    names |= _expert_names(session)
    names |= _place_names(session, hide_origin=hide_origin)
    names |= _script_names(session, exam, names)
    return Names(by_key=names)


def _expert_names(session: Session) -> dict[str, str]:
    query = select(Expert.id, Person.display_name).join(Person, Person.id == Expert.person_id)
    return {str(expert): name for expert, name in session.execute(query)}


def _place_names(session: Session, *, hide_origin: bool) -> dict[str, str | Sentence]:
    query = select(SchoolClass, School).join(School, School.id == SchoolClass.school_id)
    rows = session.execute(query).all()
    if hide_origin:
        hidden = {str(row.id): _hidden_class(row.grade) for row, _ in rows}
        return {**hidden, **{str(school.id): Sentence(text="другая ОО") for _, school in rows}}
    names = {str(row.id): f"{row.name} ({school.name})" for row, school in rows}
    return {
        **names,
        **{str(key): name for key, name in session.execute(select(School.id, School.name))},
    }


def _hidden_class(grade: int) -> Sentence:
    return Sentence(text="%(grade)s класс другой ОО", params={"grade": grade})


def script_numbers(session: Session, *, exam_id: UUID) -> dict[UUID, int]:
    """Numbers of an exam's published scripts that tell nothing of their codes."""
    query = (
        select(Script.id)
        .where(Script.exam_id == exam_id, Script.published_at.is_not(None))
        .order_by(Script.published_at, Script.id)
    )
    return {key: number for number, key in enumerate(session.scalars(query), start=1)}


def class_of_scripts(session: Session, *, exam_id: UUID) -> dict[UUID, UUID]:
    """Script -> class, for every script of an exam."""
    query = (
        select(Script.id, Participant.class_id)
        .join(Participant, Participant.id == Script.participant_id)
        .where(Script.exam_id == exam_id)
    )
    return dict(session.execute(query).all())


def _script_names(
    session: Session, exam: Exam, places: Mapping[str, str | Sentence]
) -> dict[str, Sentence]:
    numbers = script_numbers(session, exam_id=exam.id)
    return {
        str(script): Sentence(
            text="№ %(number)s, %(place)s",
            params={"number": numbers[script], "place": places[str(of_class)]},
        )
        for script, of_class in class_of_scripts(session, exam_id=exam.id).items()
        if script in numbers
    }
