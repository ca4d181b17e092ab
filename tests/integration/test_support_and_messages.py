"""The forum of support, the bell, letters at once and the daily digest."""

from __future__ import annotations

import email
import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.access import Actor, Role
from app.db import Database
from app.errors import NotYours, Refusal
from app.jobs.handlers import HANDLERS
from app.jobs.task import Task
from app.mail import mail_folder
from app.models import Digest, Job, JobState, MailChoice, Message, MessageKind, SupportTopic
from app.notices import DIGEST_JOB
from app.queries import support as queries
from app.queue import enqueue, take
from app.services import messages, support
from app.settings import MailTransport, Settings
from app.storage import FileStore
from tests.builders import make_exam, make_municipality, make_person, make_school
from tests.integration.conftest import Enter


class World:
    """A municipality with a coordinator and two schools."""

    coordinator: Actor
    schools: tuple[Actor, Actor]
    campaign_id: object


def make_world(database: Database, now: datetime) -> World:
    made = World()
    with database.transaction() as session:
        town = make_municipality(session)
        made.campaign_id = make_exam(session, town, at=now).campaign_id
        made.coordinator = make_person(
            session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town
        )
        made.schools = tuple(
            make_person(
                session,
                f"s{number}",
                Role.SCHOOL_COORDINATOR,
                at=now,
                school=make_school(session, town, number),
            )
            for number in (1, 2)
        )
    return made


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now)


def _ask(database: Database, world: World, now: datetime, title: str = "Нет Формы") -> object:
    with database.transaction() as session:
        return support.ask(
            session,
            campaign_id=world.campaign_id,
            title=title,
            text="Куда загрузить ФОРМУ 100%?",
            by=world.schools[0],
            at=now,
        ).id


def _found(database: Database, world: World, words: str, show: queries.Show) -> list[str]:
    with database.reading() as session:
        found = queries.list_topics(
            session,
            campaign_id=world.campaign_id,
            words=words,
            show=show,
            actor=world.schools[1],
        )
    return [one.title for one in found.topics]


def test_questions_come_a_page_at_a_time_pinned_ones_first_and_none_twice(
    fresh: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    world = make_world(fresh, now)
    asked = [_ask(fresh, world, now + timedelta(minutes=n // 2), f"{n}") for n in range(6)]
    with fresh.transaction() as session:
        for topic_id in asked[:3]:
            session.get_one(SupportTopic, topic_id).pinned_at = now
    seen: list[str] = []
    after: UUID | None = None
    for _page in range(3):
        with fresh.reading() as session:
            page = queries.list_topics(
                session,
                campaign_id=world.campaign_id,
                words="",
                show=queries.Show.ALL,
                actor=world.schools[0],
                after=after,
            )
        seen += [one.title for one in page.topics]
        after = page.last
    assert after is None
    assert sorted(seen) == [f"{n}" for n in range(6)]
    assert set(seen[:3]) == {"0", "1", "2"}


def test_questions_are_found_by_every_word_whatever_its_case_on_both_databases(
    fresh: Database, now: datetime
) -> None:
    world = make_world(fresh, now)
    topic = _ask(fresh, world, now)
    _ask(fresh, world, now + timedelta(hours=1), "Другое")
    with fresh.transaction() as session:
        support.record_call(
            session,
            campaign_id=world.campaign_id,
            title="Звонок о сроках",
            text="Когда результаты?",
            answer="Через два рабочих дня.",
            by=world.coordinator,
            at=now,
        )
        with pytest.raises(Refusal, match="уже ответили"):
            support.pin(session, topic_id=topic, pinned=True, by=world.coordinator, at=now)
        support.reply(
            session, topic_id=topic, text="На страницу ФИС ОКО", by=world.coordinator, at=now
        )
        support.pin(session, topic_id=topic, pinned=True, by=world.coordinator, at=now)
    every = queries.Show.ALL
    assert _found(fresh, world, "", every) == ["Нет Формы", "Другое", "Звонок о сроках"]
    assert _found(fresh, world, "нет форму", every) == ["Нет Формы"]
    assert _found(fresh, world, "фис", every) == ["Нет Формы"]
    assert _found(fresh, world, "100%", every) == ["Нет Формы", "Другое"]
    assert _found(fresh, world, "форма%к", every) == []
    assert _found(fresh, world, "", queries.Show.OPEN) == ["Другое"]
    assert _found(fresh, world, "", queries.Show.CALLS) == ["Звонок о сроках"]


def test_a_school_cannot_pin_nor_record_calls_and_another_place_sees_nothing(
    database: Database, world: World, now: datetime
) -> None:
    topic = _ask(database, world, now)
    with database.transaction() as session:
        other = make_municipality(session, name="Другой район")
        foreign = make_person(
            session, "other", Role.MUNICIPAL_COORDINATOR, at=now, municipality=other
        )
    with database.reading() as session:
        with pytest.raises(NotYours):
            support.pin(session, topic_id=topic, pinned=True, by=world.schools[0], at=now)
        with pytest.raises(NotYours):
            support.reply(session, topic_id=topic, text="?", by=foreign, at=now)
        with pytest.raises(NotYours):
            queries.get_topic(session, topic_id=topic, actor=foreign)


def test_on_pages_a_question_rings_the_bell_and_its_answer_comes_back(
    enter: Enter, database: Database, world: World
) -> None:
    school, muni = enter("s1"), enter("mo")
    form = {"title": "Где коды?", "text": "Не вижу кодов"}
    school.post(f"/support/{world.campaign_id}/new", data=form)
    assert "непрочитанных: 1" in muni.get("/").get_data(as_text=True)
    assert "Новый вопрос: «Где коды?»." in muni.get("/messages/").get_data(as_text=True)
    with database.reading() as session:
        message = session.scalars(select(Message)).one()
    assert school.post(f"/messages/{message.id}/open").status_code == 404
    opened = muni.post(f"/messages/{message.id}/open")
    assert "непрочитанных: 0" in muni.get("/").get_data(as_text=True)
    muni.post(f"{opened.location}/reply", data={"text": "В реестрах, <b>коды</b>"})
    page = school.get(opened.location).get_data(as_text=True)
    assert "В реестрах, &lt;b&gt;коды" in page
    assert "Закрепить" not in page
    assert "непрочитанных: 1" in school.get("/").get_data(as_text=True)
    school.post("/messages/read")
    assert "непрочитанных: 0" in school.get("/").get_data(as_text=True)
    muni.post(f"{opened.location}/pin", data={"pinned": "1"})
    listed = school.get("/support/?q=коды").get_data(as_text=True)
    assert "закреплено" in listed


def _choose(
    database: Database, actor: Actor, way: MailChoice, now: datetime, *, shown: bool = True
) -> None:
    with database.transaction() as session:
        messages.choose(
            session,
            email="coordinator@example.org",
            wanted={kind: messages.Wanted(shown=shown, by_mail=way) for kind in MessageKind},
            by=actor,
            at=now,
        )


Run = Callable[[], None]


@pytest.fixture
def run(settings: Settings, database: Database, store: FileStore, now: datetime) -> Run:
    """Does every waiting job, as a worker does."""

    def run_all() -> None:
        while True:
            with database.transaction() as session:
                lease = take(session, at=now)
            if lease is None:
                return
            task = Task(
                lease=lease, settings=settings, database=database, store=store, now=lambda: now
            )
            HANDLERS[lease.kind](task)
            with database.transaction() as session:
                job = session.get_one(Job, lease.job_id)
                if job.state is JobState.RUNNING:
                    job.state, job.lease_until = JobState.DONE, None

    return run_all


def _letters(settings: Settings) -> list[EmailMessage]:
    return [
        email.message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(mail_folder(settings).glob("*.eml"))
    ]


def _order_digest(database: Database, now: datetime, key: str) -> None:
    with database.transaction() as session:
        enqueue(session, kind=DIGEST_JOB, key=key, payload={}, at=now)


def test_a_digest_is_sent_once_a_day_to_a_file_with_what_is_new(
    settings: Settings, database: Database, world: World, now: datetime, run: Run
) -> None:
    _choose(database, world.coordinator, MailChoice.DIGEST, now)
    _ask(database, world, now)
    for key in ("digest:1", "digest:2"):
        _order_digest(database, now, key)
    run()
    (letter,) = _letters(settings)
    assert letter["To"] == "coordinator@example.org"
    assert letter["Subject"] == "Сверка: сводка за 21.04.2026"
    text = letter.get_content()
    assert "- Новый вопрос: «Нет Формы»." in text
    assert "Откройте «Сверку»: страница «Сообщения»." in text
    assert "http" not in text
    with database.reading() as session:
        assert session.scalars(select(Message.mailed_at)).all() == [now]
        assert len(session.scalars(select(Digest)).all()) == 1


def test_a_letter_of_an_installation_with_an_address_leads_to_the_very_page(
    app: Flask,
    enter: Enter,
    settings: Settings,
    database: Database,
    world: World,
    now: datetime,
    run: Run,
) -> None:
    settings.public_url = "https://sverka.example.org/"
    _choose(database, world.coordinator, MailChoice.DIGEST, now)
    _ask(database, world, now)
    _order_digest(database, now, "digest:1")
    run()
    (letter,) = _letters(settings)
    links = re.findall(
        r"^  https://sverka\.example\.org(/\S+)$", letter.get_content(), re.MULTILINE
    )
    assert links
    client = enter("mo")
    stranger = app.test_client().get(links[-1])
    assert "/login?next=" in stranger.location
    page = client.get(links[-1], follow_redirects=True)
    assert "Нет Формы" in page.get_data(as_text=True)
    for wrong in (
        "/messages/go/nothing.there",
        "/messages/go/auth.log_out",
        "/messages/go/board.pair",
    ):
        assert client.get(wrong).status_code == 404


def test_who_wants_letters_at_once_gets_one_after_the_commit_and_none_in_the_digest(
    settings: Settings, database: Database, world: World, now: datetime, run: Run
) -> None:
    _choose(database, world.coordinator, MailChoice.AT_ONCE, now, shown=False)
    _ask(database, world, now)
    assert _letters(settings) == []
    run()
    (letter,) = _letters(settings)
    assert letter["Subject"] == "Сверка: новых сообщений 1"
    with database.reading() as session:
        assert session.scalars(select(Message.shown)).all() == [False]


def test_who_wants_nothing_gets_nothing_and_no_row(
    settings: Settings, database: Database, world: World, now: datetime, run: Run
) -> None:
    _choose(database, world.coordinator, MailChoice.NEVER, now, shown=False)
    _ask(database, world, now)
    _order_digest(database, now, "digest:1")
    run()
    assert _letters(settings) == []
    with database.reading() as session:
        assert session.scalars(select(Message)).all() == []


def test_an_address_is_checked_and_needed_for_letters_at_once(
    enter: Enter, database: Database, world: World
) -> None:
    client = enter("mo")
    wrong = {"email": "не адрес", "support-mail": "digest"}
    page = client.post("/messages/choices", data=wrong, follow_redirects=True)
    assert "ожидается вид name@example.org" in page.get_data(as_text=True)
    page = client.post("/messages/choices", data={"support-mail": "at_once"}, follow_redirects=True)
    assert "укажите адрес" in page.get_data(as_text=True)
    good = {"email": "a@example.org", "support-mail": "at_once", "support-shown": "1"}
    page = client.post("/messages/choices", data=good, follow_redirects=True)
    assert "a@example.org" in page.get_data(as_text=True)


class _Server(socketserver.StreamRequestHandler):
    """The least SMTP server that takes a letter, and says farewell wrongly."""

    taken: list[bytes]

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().strip():
            word = line.split()[0].upper()
            self.wfile.write(b"354 go on\r\n" if word == b"DATA" else b"250 ok\r\n")
            if word == b"DATA":
                self.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.wfile.write(b"250 taken\r\n")
            if word == b"QUIT":
                return


@pytest.fixture
def smtp(settings: Settings) -> Iterator[list[bytes]]:
    _Server.taken = []
    with socketserver.TCPServer(("127.0.0.1", 0), _Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.mail_transport = MailTransport.SMTP
        settings.mail_host, settings.mail_port = "127.0.0.1", server.server_address[1]
        yield _Server.taken
        server.shutdown()


def test_a_letter_goes_over_smtp_and_a_server_that_is_away_gives_the_job_back(
    settings: Settings,
    database: Database,
    world: World,
    now: datetime,
    run: Run,
    smtp: list[bytes],
) -> None:
    _choose(database, world.coordinator, MailChoice.AT_ONCE, now)
    port, settings.mail_port = settings.mail_port, 1
    _ask(database, world, now)
    run()
    with database.reading() as session:
        job = session.scalars(select(Job)).one()
    assert (job.state, job.message) == (JobState.FAILED, "Почта не принята: %(why)s")
    settings.mail_port = port
    _ask(database, world, now, "Ещё один")
    run()
    (taken,) = smtp
    letter = email.message_from_bytes(taken, policy=policy.default)
    assert "«Нет Формы»" in letter.get_content()
    assert "«Ещё один»" in letter.get_content()
