"""The benchmark of the coordinator's desk: a region's board, and the federal form both ways."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from functools import partial
from pathlib import Path
from uuid import UUID

import click
import numpy as np
from flask.testing import FlaskClient
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app import clock
from app.access import Role
from app.bridge.chain import COUNTS
from app.cli.bench_client import client_of
from app.db import Database
from app.exchange.federal_form import FormTitle, read_form, write_form
from app.models import (
    Campaign,
    DeskCount,
    Exam,
    Municipality,
    Person,
    RoleGrant,
    School,
)
from app.schema import upgrade
from app.settings import Settings
from scoring import Criterion, ExamScheme, FormRow, ResultsForm

AT = datetime(2026, 5, 12, 9, tzinfo=UTC)
MOST_MILLISECONDS = 500
MOST_SECONDS = 1.0
PLACES, EXAMS = 40, 30


def run(*, quick: bool) -> None:
    """Open a board of 1,000 schools x 30 exams; write and read 500 participants x 29 criteria."""
    schools, repeats = (200, 3) if quick else (1_000, 7)
    _forms(participants=50 if quick else 500, repeats=repeats)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        database = Database(settings.database)
        upgrade(database)
        places = _fill(database, schools=schools)
        client = _client(settings, database)
        _boards(client, _of_region(places), schools=schools, repeats=repeats)
        with database.transaction() as session:
            alone = _place(session, PLACES, schools, np.random.default_rng(12))
        _boards(client, _of_place(alone), schools=schools, repeats=repeats)
        database.dispose()


def _boards(
    client: FlaskClient, addresses: Iterator[tuple[str, str]], *, schools: int, repeats: int
) -> None:
    for name, address in addresses:
        spent = _median(partial(_open, client, address), repeats)
        must = f"must be <= {MOST_MILLISECONDS}"
        _say(f"{schools} schools x {EXAMS} exams, {name}", f"{1000 * spent:.0f} ms", must)


def _forms(*, participants: int, repeats: int) -> None:
    form = _form(participants)
    title = FormTitle(subject=form.subject, grade=form.grade, year=form.year)
    data = write_form(form)
    if read_form(data, title=title) != form:
        raise RuntimeError("the form that was read is not the form that was written")
    what = f"form of {participants} participants x 29 criteria"
    must = f"must be <= {MOST_SECONDS:.0f}"
    _say(f"{what}, written", f"{_median(lambda: write_form(form), repeats):.2f} s", must)
    _say(f"{what}, read", f"{_median(lambda: read_form(data, title=title), repeats):.2f} s", must)


def _form(participants: int) -> ResultsForm:
    lots = np.random.default_rng(7)
    criteria = tuple(Criterion(label=str(n), maximum=3) for n in range(1, 30))
    rows = tuple(
        FormRow(
            code=f"{number:05}",
            variant=int(lots.integers(1, 5)),
            points={one.label: int(lots.integers(0, 4)) for one in criteria},
            class_serial=int(lots.integers(1, 6)),
            previous_mark=int(lots.integers(2, 6)),
        )
        for number in range(participants)
    )
    scheme = ExamScheme(criteria=criteria)
    return ResultsForm(subject="Русский язык", grade=4, year=2026, scheme=scheme, rows=rows)


def _fill(database: Database, *, schools: int) -> list[UUID]:
    """Forty municipalities with thirty exams each, and counts that a job would have kept."""
    lots = np.random.default_rng(11)
    places: list[UUID] = []
    with database.transaction() as session:
        places += [_place(session, one, schools // PLACES, lots) for one in range(PLACES)]
    return places


def _place(session: Session, number: int, schools: int, lots: np.random.Generator) -> UUID:
    place = Municipality(name=f"Район {number:02}")
    session.add(place)
    session.flush()
    campaign = Campaign(municipality_id=place.id, name="ВПР 2026", year=2026)
    session.add(campaign)
    session.flush()
    exams = [_exam(campaign.id, each) for each in range(EXAMS)]
    found = [
        School(municipality_id=place.id, login=f"edu{number:02}{one:04}", name=f"Школа № {one}")
        for one in range(schools)
    ]
    session.add_all([*exams, *found])
    session.flush()
    rows = [_counts(place.id, exam, school.id, lots) for exam in exams for school in found]
    if rows:
        session.execute(insert(DeskCount), rows)
    return place.id


def _exam(campaign_id: UUID, number: int) -> Exam:
    held = date(2026, 4, 20) + timedelta(days=number)
    return Exam(
        campaign_id=campaign_id,
        subject=f"Предмет {number}",
        grade=4 + number % 5,
        held_on=held,
        criteria_open_at_local=hour(14),
        scoring_ends_on=held + timedelta(days=4),
        form_due_on=held + timedelta(days=8),
        created_at=AT,
    )


def _counts(
    municipality_id: UUID, exam: Exam, school_id: UUID, lots: np.random.Generator
) -> dict[str, object]:
    codes = int(lots.integers(11, 100))
    done = int(lots.integers(0, codes + 1))
    numbers = dict.fromkeys(COUNTS, 0) | {
        "applied": codes,
        "questionnaires": 1,
        "timetables": int(lots.integers(0, 2)),
        "codes": codes,
        "bundles": 1,
        "scripts": codes,
        "planned": codes,
        "final": done,
        "released": int(done == codes),
    }
    return {
        "exam_id": exam.id,
        "school_id": school_id,
        "municipality_id": municipality_id,
        "held_on": exam.held_on,
        "counted_at": AT,
        **numbers,
    }


def _client(settings: Settings, database: Database) -> FlaskClient:
    """A browser in which a regional coordinator has logged in."""
    now = clock.now()
    with database.transaction() as session:
        person = Person(login="region", display_name="region", created_at=now, password_hash="")
        session.add(person)
        session.flush()
        role = Role.REGIONAL_COORDINATOR
        session.add(RoleGrant(person_id=person.id, role=role, granted_at=now))
        person_id = person.id
    return client_of(settings, database, person_id)


def _of_region(places: list[UUID]) -> Iterator[tuple[str, str]]:
    yield "the region", "/board/"
    yield "the region, late alone", "/board/?late=1"
    yield "the region, one exam", "/board/?exam=4~Предмет 0"
    yield "one municipality of forty", f"/board/places/{places[0]}"


def _of_place(place: UUID) -> Iterator[tuple[str, str]]:
    yield "one municipality of them all", f"/board/places/{place}"
    yield "its last page", f"/board/places/{place}?page=20"


def _open(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:  # noqa: PLR2004 - a page that opens
        raise RuntimeError(f"{address}: {answer.status_code}")


def _median(do: Callable[[], object], repeats: int) -> float:
    spent = []
    for _ in range(repeats):
        start = time.perf_counter()
        do()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def _say(figure: str, value: str, must: str) -> None:
    click.echo(f"{figure:<64}{value:>12}   {must}")
