"""The side menu: sections of pages and who sees them."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Lines that stand together; those of a section without a label are never folded."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Menu:
    """What a person sees at the side.

    Attributes:
        sections: His sections, none of them empty.
        folded: They are too many lines for a low screen: sections with a label are folded.
    """

    sections: tuple[Section, ...]
    folded: bool

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All lines, in their order."""
        return tuple(entry for section in self.sections for entry in section.entries)

    def opened(self, here: Entry | None) -> Section | None:
        """The section that stands open on a page: the page's own, else the first that folds."""
        folding = [one for one in self.sections if one.label]
        own = [one for one in folding if here in one.entries]
        return next(iter(own or folding), None)


def _entry(endpoint: str, label: str, *permissions: Permission, below: str = "") -> Entry:
    """A line; `below` are pages under it where its blueprint has several lines."""
    return Entry(
        endpoint=endpoint,
        label=label,
        permissions=frozenset(permissions),
        below=frozenset(below.split()),
    )


MENU: tuple[Section, ...] = (
    Section(label="", entries=(_entry("board.index", _("Табло"), Permission.WATCH),)),
    Section(
        label=_("Подготовка"),
        entries=(
            _entry("exams.index", _("Работы"), Permission.VIEW_EXAM),
            _entry("schedule.index", _("График"), Permission.VIEW_EXAM),
            _entry(
                "lists.index",
                _("Списки кампании"),
                Permission.MANAGE_MUNICIPALITY,
                Permission.MANAGE_SCHOOL,
            ),
            _entry(
                "registers.index",
                _("Реестры"),
                Permission.MANAGE_MUNICIPALITY,
                Permission.MANAGE_SCHOOL,
            ),
            _entry(
                "people.index",
                _("Люди и роли"),
                Permission.MANAGE_INSTALLATION,
                Permission.MANAGE_MUNICIPALITY,
                Permission.MANAGE_SCHOOL,
            ),
            _entry("observers.index", _("Наблюдатели"), Permission.MANAGE_SCHOOL, Permission.WATCH),
        ),
    ),
    Section(
        label=_("Проверка"),
        entries=(
            _entry("scans.index", _("Сканы"), Permission.UPLOAD_SCANS),
            _entry(
                "plans.index",
                _("Распределение"),
                Permission.CHOOSE_SCHEME,
                Permission.SPREAD_SCRIPTS,
            ),
            _entry("scoring.index", _("Проверка работ"), Permission.SCORE),
            _entry("guidance.own", _("Отбор и контрольные"), Permission.SCORE),
            _entry("fairness.mine", _("Мои проверки рядом со средними"), Permission.SCORE),
            _entry("recusal.index", _("Самоотвод"), Permission.SCORE),
            _entry("lead.index", _("Ход проверки"), Permission.LEAD_SCORING),
        ),
    ),
    Section(
        label=_("Результаты и отчёты"),
        entries=(
            _entry("results.index", _("Результаты"), Permission.RELEASE_RESULTS, Permission.WATCH),
            _entry("reports.index", _("Отчёты о результатах"), Permission.VIEW_EXAM),
            _entry(
                "returned.index",
                _("Отчёты федеральной системы"),
                Permission.WATCH,
                Permission.RELEASE_RESULTS,
            ),
        ),
    ),
    Section(
        label=_("Перепроверка и объективность"),
        entries=(
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
            _entry(
                "calendar.index",
                _("Календарь сроков"),
                Permission.KEEP_CALENDAR,
                Permission.RUN_RECHECK,
            ),
        ),
    ),
    Section(
        label=_("Связь и документы"),
        entries=(
            _entry("support.index", _("Вопросы и ответы"), Permission.ASK_SUPPORT),
            _entry("retention.index", _("Хранение документов"), Permission.DESTROY_DOCUMENTS),
            _entry("trail.index", _("Журнал действий"), Permission.READ_TRAIL),
            _entry("jobs.index", _("Фоновые задания"), Permission.MANAGE_INSTALLATION),
        ),
    ),
)


# What a screen of 768 pixels holds below the browser's own bars.
_MOST_UNFOLDED = 11

# Pages of a person himself, not of those whom he keeps.
_OF_THE_PERSON = frozenset({"people.own_sessions"})


def menu_for(actor: Actor) -> Menu:
    """The lines that the person may open, in the order of the way of a script."""
    sections = tuple(section for one in MENU if (section := _seen_by(actor, one)).entries)
    count = sum(len(one.entries) for one in sections)
    return Menu(sections=sections, folded=count > _MOST_UNFOLDED)


def _seen_by(actor: Actor, section: Section) -> Section:
    """A section with the person's lines; a single line needs no label above it."""
    entries = tuple(one for one in section.entries if any(map(actor.holds, one.permissions)))
    return Section(label=section.label if len(entries) > 1 else "", entries=entries)


def entry_of(menu: Menu, endpoint: str) -> Entry | None:
    """The one line of a menu under which a page stands, if there is one."""
    exact = [one for one in menu.entries if endpoint == one.endpoint or endpoint in one.below]
    blueprint, _dot, _page = endpoint.partition(".")
    akin = [one for one in menu.entries if one.endpoint.startswith(f"{blueprint}.")]
    if exact:
        return exact[0]
    return akin[0] if len(akin) == 1 and endpoint not in _OF_THE_PERSON else None
