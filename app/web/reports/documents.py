"""The certificate on results in the reader's language: sections with pictures and tables."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from app.bridge.result_groups import FEWEST_SHOWN, Figures
from app.printing.report import Cell, Report, Section
from app.queries.reports import Group, ResultsReport
from app.web import words
from app.web.fairness.histogram import draw_histogram
from app.web.fairness.shapes import histogram_picture
from app.web.reports.pictures import Share, shares_picture
from scoring import MarkThresholds

_MARKS = (2, 3, 4, 5)


def results_report(found: ResultsReport) -> Report:
    """The certificate of a municipality, a school or a class."""
    sections = _figures(found) if found.own else (_too_few(found.n),)
    return Report(
        name=_("Справка о результатах"),
        facts=_facts(found),
        lead=_lead(found),
        sections=(*sections, *_parts(found)),
    )


def _facts(found: ResultsReport) -> tuple[tuple[str, str], ...]:
    facts = [
        (_("Работа"), words.exam_title(found.title)),
        (_("Дата"), f"{found.held_on:%d.%m.%Y}"),
        (_("Муниципалитет"), found.municipality),
    ]
    if found.school:
        facts.append((_("Школа"), found.school))
    if found.class_name:
        facts.append((_("Класс"), found.class_name))
    facts.append((_("Работ с итоговыми баллами"), str(found.n)))
    facts.append((_("Отсутствовали"), str(found.absent)))
    return tuple(facts)


def _lead(found: ResultsReport) -> tuple[str, ...]:
    if found.scale is None:
        return (_("Шкала отметок ещё не введена: отметок и сравнения с журналом нет."),)
    return (
        _(
            "Шкала отметок: %(source)s, %(year)s год.",
            source=found.scale.source,
            year=found.scale.year,
        ),
    )


def _too_few(works: int) -> Section:
    told = _(
        "Работ %(n)s: показатели групп меньше %(fewest)s не показываются, чтобы нельзя было узнать"
        " результат отдельного участника.",
        n=works,
        fewest=FEWEST_SHOWN,
    )
    return Section(heading=_("Мало работ"), told=(told,))


def _figures(found: ResultsReport) -> tuple[Section, ...]:
    own, whole = found.own, found.whole
    if own is None:
        return ()
    sections = [_scores(own, found.scale)]
    if own.marks:
        sections.append(_marks(own, whole))
    sections.append(_tasks(own, whole))
    if own.journal:
        sections.append(_journal(own, whole))
    return tuple(sections)


def _scores(own: Figures, scale: MarkThresholds | None) -> Section:
    boundaries = (scale.three, scale.four, scale.five) if scale else ()
    label = _("Число работ по первичным баллам и границы отметок; те же числа в таблице")
    return Section(
        heading=_("Первичные баллы"),
        told=(
            _(
                "Средний первичный балл: %(mean)s из %(most)s.",
                mean=_one(own.mean),
                most=len(own.counts) - 1,
            ),
        ),
        picture=histogram_picture(draw_histogram(own.counts, (), boundaries), label),
        charted=1,
        header=(_("Балл"), _("Работ"), _("Доля, %%") % {}),
        rows=tuple(
            (str(total), count, 100 * count / own.n) for total, count in enumerate(own.counts)
        ),
    )


def _marks(own: Figures, whole: Figures | None) -> Section:
    counts = dict(zip(_MARKS, own.marks or (), strict=True))
    others = dict(zip(_MARKS, whole.marks, strict=True)) if whole and whole.marks else {}
    shares = [
        Share(
            label=f"«{mark}»",
            own=100 * counts[mark] / own.n,
            whole=100 * others[mark] / whole.n if whole and others else None,
        )
        for mark in _MARKS
    ]
    return Section(
        heading=_("Отметки"),
        told=(
            _(
                "Успеваемость %(passed)s %%, качество %(good)s %%.",
                passed=_one(100 - 100 * counts[2] / own.n),
                good=_one(100 * (counts[4] + counts[5]) / own.n),
            ),
        ),
        picture=shares_picture(shares, _("Доли отметок; те же числа в таблице")),
        charted=2,
        header=_with_whole((_("Отметка"), _("Работ"), _("Доля, %%") % {}), whole),
        rows=tuple(
            (one.label, counts[mark], one.own, *((one.whole,) if whole else ()))
            for mark, one in zip(_MARKS, shares, strict=True)
        ),
    )


def _tasks(own: Figures, whole: Figures | None) -> Section:
    others = [one.success for one in whole.tasks] if whole else [None] * len(own.tasks)
    shares = [
        Share(label=one.label, own=one.success, whole=other)
        for one, other in zip(own.tasks, others, strict=True)
    ]
    header = (
        _("Критерий"),
        _("Макс. балл"),
        _("Выполнение, %%") % {},
        _("Ноль баллов, %%") % {},
        _("Полный балл, %%") % {},
        _("Не приступали, %%") % {},
    )
    return Section(
        heading=_("Выполнение заданий"),
        told=_tasks_behind(shares),
        picture=shares_picture(shares, _("Выполнение заданий; те же числа в таблице")),
        charted=2,
        header=_with_whole(header, whole),
        rows=tuple(
            (
                one.label,
                one.maximum,
                one.success,
                one.zero,
                one.full,
                one.skipped,
                *((other,) if whole else ()),
            )
            for one, other in zip(own.tasks, others, strict=True)
        ),
    )


_NOTABLE = 10
"""Percentage points below the municipality from which a task is named in words."""


def _tasks_behind(shares: Sequence[Share]) -> tuple[str, ...]:
    behind = [
        one.label for one in shares if one.whole is not None and one.own < one.whole - _NOTABLE
    ]
    if not behind:
        return ()
    return (
        _(
            "Ниже муниципалитета больше чем на %(gap)s пунктов: %(tasks)s.",
            gap=_NOTABLE,
            tasks=", ".join(behind),
        ),
    )


def _journal(own: Figures, whole: Figures | None) -> Section:
    mine, theirs = own.journal, whole.journal if whole else None
    if mine is None:
        return Section(heading=_("Сравнение с отметками по журналу"), told=())
    names = (_("понизили"), _("подтвердили"), _("повысили"))
    counts = (mine.lowered, mine.confirmed, mine.raised)
    others = (theirs.lowered, theirs.confirmed, theirs.raised) if theirs else (0, 0, 0)
    shares = [
        Share(
            label=name,
            own=100 * count / mine.n,
            whole=100 * other / theirs.n if theirs else None,
        )
        for name, count, other in zip(names, counts, others, strict=True)
    ]
    return Section(
        heading=_("Сравнение с отметками по журналу"),
        told=(_("Работ с обеими отметками: %(n)s.", n=mine.n),),
        picture=shares_picture(shares, _("Отметка против журнала; те же числа в таблице")),
        charted=2,
        header=_with_whole((_("Отметка"), _("Работ"), _("Доля, %%") % {}), theirs),
        rows=tuple(
            (one.label, count, one.own, *((one.whole,) if theirs else ()))
            for one, count in zip(shares, counts, strict=True)
        ),
    )


def _parts(found: ResultsReport) -> tuple[Section, ...]:
    if not found.groups:
        return ()
    first = _("Класс") if found.school else _("Школа")
    told = _(
        "Прочерк – работ меньше 10, или по разности можно узнать такую группу. Порядок по алфавиту."
    )
    return (
        Section(
            heading=_("Классы") if found.school else _("Школы"),
            told=(told,),
            header=(
                first,
                _("Работ"),
                _("Средний балл"),
                _("Выполнение, %%") % {},
                _("Доля «2», %%") % {},
                _("Доля «4» и «5», %%") % {},
            ),
            rows=tuple(_part(one) for one in found.groups),
        ),
    )


def _part(group: Group) -> tuple[Cell, ...]:
    figures = group.figures
    if figures is None:
        return (group.name, group.n, None, None, None, None)
    marks = figures.marks
    return (
        group.name,
        group.n,
        figures.mean,
        100 * figures.mean / (len(figures.counts) - 1),
        100 * marks[0] / figures.n if marks else None,
        100 * (marks[2] + marks[3]) / figures.n if marks else None,
    )


def _with_whole(header: Sequence[str], whole: object) -> tuple[str, ...]:
    return (*header, _("Муниципалитет, %%") % {}) if whole else tuple(header)


def _one(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")
