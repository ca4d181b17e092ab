"""Letters: one at once where it is wanted so, and one digest a day; sent after the commit."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.bridge.titles import EXAM_TITLE, ExamTitle
from app.i18n import TRANSLATIONS, compile_catalogues
from app.jobs.task import JobLost, Task
from app.mail import Letter, MailRefused, send
from app.models import Digest, MailChoice, Message, MessageChoice, MessageKind, Person
from app.queries.accounts import get_actor
from app.queries.next_steps import Step, Urgency, list_steps
from app.queue import fail, finish
from assignment import Sentence

_SUBJECT = "Сверка: новых сообщений %(count)s"
_DIGEST_SUBJECT = "Сверка: сводка за %(day)s"
_LATE = "Просрочено:"
_SOON = "Скоро срок:"
_NEWS = "Новое:"
_WHERE = "Все сообщения: %(url)s"
_INSIDE = "Откройте «Сверку»: страница «Сообщения»."
_SWITCH = "Письма отключаются на странице «Сообщения», «Как присылать»."
_FAILED = "Почта не принята: %(why)s"
Say = Callable[[str], str]


def send_letter(task: Task) -> None:
    """Send the messages that a person wants at once, in one letter."""
    person_id = UUID(task.lease.payload["person_id"])
    with task.database.reading() as session:
        person = session.get_one(Person, person_id)
        waiting = _waiting(session, person_id, MailChoice.AT_ONCE)
    try:
        if person.email and waiting:
            send(_letter(task, person, waiting), settings=task.settings)
    except MailRefused as refused:
        _give_back(task, refused)
        return
    with task.database.transaction() as session:
        _mark(session, waiting, task)
        if not finish(session, task.lease, at=task.now()):
            raise JobLost


def send_digests(task: Task) -> None:
    """Send everybody who wants it the letter of the day; nobody gets an empty one."""
    day = task.now().astimezone(ZoneInfo(task.settings.timezone)).date()
    with task.database.reading() as session:
        people = session.scalars(
            select(Person)
            .where(Person.email.is_not(None), Person.disabled_at.is_(None))
            .order_by(Person.login)
        ).all()
    for done, person in enumerate(people):
        task.progress(done, len(people))
        try:
            _send_digest(task, person, day)
        except MailRefused as refused:
            _give_back(task, refused)
            return


def _send_digest(task: Task, person: Person, day: date) -> None:
    with task.database.reading() as session:
        sent = select(Digest.id).where(Digest.person_id == person.id, Digest.day == day)
        if session.scalar(sent) is not None:
            return
        waiting = _waiting(session, person.id, MailChoice.DIGEST)
        steps = _steps(session, person, day)
    if not waiting and not steps:
        return
    send(_digest(task, person, waiting, steps, day), settings=task.settings)
    with task.database.transaction() as session:
        _mark(session, waiting, task)
        session.add(Digest(person_id=person.id, day=day, sent_at=task.now()))


def _steps(session: Session, person: Person, day: date) -> list[Step]:
    """What is late or soon, where he wants to be reminded of it."""
    choice = session.scalar(
        select(MessageChoice.by_mail).where(
            MessageChoice.person_id == person.id, MessageChoice.kind == MessageKind.DEADLINES
        )
    )
    if choice is MailChoice.NEVER:
        return []
    found = list_steps(session, actor=get_actor(session, person_id=person.id), today=day)
    return [one for one in found if one.urgency <= Urgency.SOON]


def _waiting(session: Session, person_id: UUID, way: MailChoice) -> Sequence[Message]:
    query = (
        select(Message)
        .where(Message.person_id == person_id, Message.by_mail == way, Message.mailed_at.is_(None))
        .order_by(Message.created_at, Message.id)
    )
    return session.scalars(query).all()


def _mark(session: Session, messages: Sequence[Message], task: Task) -> None:
    session.execute(
        update(Message)
        .where(Message.id.in_([one.id for one in messages]))
        .values(mailed_at=task.now())
    )


def _give_back(task: Task, refused: MailRefused) -> None:
    with task.database.transaction() as session:
        why = {"why": str(refused)[:300]}
        fail(session, task.lease, at=task.now(), message=_FAILED, params=why, final=False)


def _letter(task: Task, person: Person, messages: Sequence[Message]) -> Letter:
    say = _speaker(person.locale)
    lines = _lines(say, task, map(_of_message, messages))
    return Letter(
        to=str(person.email),
        subject=say(_SUBJECT) % {"count": len(messages)},
        text="\n".join([*lines, *_foot(say, task)]),
        key=f"letter-{messages[0].id}",
        at=task.now(),
    )


def _digest(
    task: Task, person: Person, messages: Sequence[Message], steps: Sequence[Step], day: date
) -> Letter:
    say = _speaker(person.locale)
    parts = (
        (_LATE, [one for one in steps if one.urgency is Urgency.LATE]),
        (_SOON, [one for one in steps if one.urgency is Urgency.SOON]),
        (_NEWS, [_of_message(one) for one in messages]),
    )
    lines = [
        line for head, told in parts if told for line in (say(head), *_lines(say, task, told), "")
    ]
    return Letter(
        to=str(person.email),
        subject=say(_DIGEST_SUBJECT) % {"day": f"{day:%d.%m.%Y}"},
        text="\n".join([*lines, *_foot(say, task)]),
        key=f"digest-{day.isoformat()}-{person.id}",
        at=task.now(),
    )


def _of_message(message: Message) -> Step:
    return Step(
        text=message.text,
        params=message.params,
        endpoint=message.endpoint,
        values=message.values,
    )


def _foot(say: Say, task: Task) -> tuple[str, ...]:
    address = task.settings.address
    where = say(_WHERE) % {"url": f"{address}/messages/"} if address else say(_INSIDE)
    return ("", where, say(_SWITCH))


def _lines(say: Say, task: Task, told: Iterable[Step]) -> list[str]:
    """A line for everything told, and below it the address of the very page."""
    lines = []
    for one in told:
        filled = {place: _shown(say, value) for place, value in one.params.items()}
        lines.append("- " + say(one.text) % filled)
        if task.settings.address:
            lines.append(f"  {task.settings.address}{_path(one)}")
    return lines


def _path(one: Step) -> str:
    """Where the page is: its address is the web's to know, so the letter names it by its name."""
    asked = urlencode({name: str(value) for name, value in one.values.items()})
    return f"/messages/go/{one.endpoint}" + (f"?{asked}" if asked else "")


def _shown(say: Say, value: object) -> object:
    match value:
        case ExamTitle():
            return say(EXAM_TITLE) % {"subject": value.subject, "grade": value.grade}
        case Sentence():
            return value.rendered(say)
        case _:
            return value


def _speaker(locale: str) -> Say:
    """Texts in a person's language; Russian ones are their own."""
    compile_catalogues()
    found = gettext.translation("messages", TRANSLATIONS, [locale], fallback=True)
    return found.gettext
