"""The side menu: a table of pages and who sees them."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from app.access import Actor, Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the menu."""

    endpoint: str
    label: str
    permissions: frozenset[Permission]
    below: frozenset[str] = frozenset()


def _entry(endpoint: str, label: str, *permissions: Permission, below: str = "") -> Entry:
    """A line; `below` are pages under it where its blueprint has several lines."""
    return Entry(
        endpoint=endpoint,
        label=label,
        permissions=frozenset(permissions),
        below=frozenset(below.split()),
    )


MENU: tuple[Entry, ...] = (
    _entry("exams.index", _("Работы"), Permission.VIEW_EXAM),
    _entry("board.index", _("Табло"), Permission.WATCH),
    _entry("schedule.index", _("График"), Permission.VIEW_EXAM),
    _entry(
        "lists.index",
        _("Списки кампании"),
        Permission.MANAGE_MUNICIPALITY,
        Permission.MANAGE_SCHOOL,
    ),
    _entry(
        "registers.index", _("Реестры"), Permission.MANAGE_MUNICIPALITY, Permission.MANAGE_SCHOOL
    ),
    _entry(
        "people.index",
        _("Люди и роли"),
        Permission.MANAGE_INSTALLATION,
        Permission.MANAGE_MUNICIPALITY,
        Permission.MANAGE_SCHOOL,
    ),
    _entry("scans.index", _("Сканы"), Permission.UPLOAD_SCANS),
    _entry("plans.index", _("Распределение"), Permission.CHOOSE_SCHEME, Permission.SPREAD_SCRIPTS),
    _entry("scoring.index", _("Проверка работ"), Permission.SCORE),
    _entry("guidance.own", _("Отбор и контрольные"), Permission.SCORE),
    _entry("recusal.index", _("Самоотвод"), Permission.SCORE),
    _entry("lead.index", _("Ход проверки"), Permission.LEAD_SCORING),
    _entry(
        "returned.index",
        _("Отчёты федеральной системы"),
        Permission.WATCH,
        Permission.RELEASE_RESULTS,
    ),
    _entry("results.index", _("Результаты"), Permission.RELEASE_RESULTS, Permission.WATCH),
    _entry("reports.index", _("Отчёты о результатах"), Permission.VIEW_EXAM),
    _entry(
        "rechecks.index",
        _("Перепроверки"),
        Permission.LODGE_RECHECK,
        Permission.RUN_RECHECK,
        Permission.CONFIRM_RECHECK,
    ),
    _entry(
        "fairness.hours",
        _("Где потратить часы"),
        Permission.LODGE_RECHECK,
        below="fairness.school",
    ),
    _entry(
        "fairness.reports",
        _("Отчёты об объективности"),
        Permission.WATCH,
        below="fairness.exam_report fairness.region",
    ),
    _entry(
        "fairness.index",
        _("Как читают эксперты"),
        Permission.COMPARE_EXPERTS,
        below="fairness.exam fairness.live fairness.schemes",
    ),
    _entry("fairness.mine", _("Мои проверки рядом со средними"), Permission.SCORE),
    _entry(
        "calendar.index", _("Календарь сроков"), Permission.KEEP_CALENDAR, Permission.RUN_RECHECK
    ),
    _entry("observers.index", _("Наблюдатели"), Permission.MANAGE_SCHOOL, Permission.WATCH),
    _entry("support.index", _("Вопросы и ответы"), Permission.ASK_SUPPORT),
    _entry("retention.index", _("Хранение документов"), Permission.DESTROY_DOCUMENTS),
    _entry("trail.index", _("Журнал действий"), Permission.READ_TRAIL),
    _entry("jobs.index", _("Фоновые задания"), Permission.MANAGE_INSTALLATION),
)


# Pages of a person himself, not of those whom he keeps.
_OF_THE_PERSON = frozenset({"people.own_sessions"})


def menu_for(actor: Actor) -> tuple[Entry, ...]:
    """The lines that the person may open, in the order of the way of a script."""
    return tuple(entry for entry in MENU if any(map(actor.holds, entry.permissions)))


def entry_of(menu: tuple[Entry, ...], endpoint: str) -> Entry | None:
    """The one line of a menu under which a page stands, if there is one."""
    exact = [one for one in menu if endpoint == one.endpoint or endpoint in one.below]
    blueprint, _dot, _page = endpoint.partition(".")
    akin = [one for one in menu if one.endpoint.startswith(f"{blueprint}.")]
    if exact:
        return exact[0]
    return akin[0] if len(akin) == 1 and endpoint not in _OF_THE_PERSON else None
