"""Reports on the fairness of scoring in the reader's language: municipality and school."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from app.bridge.result_groups import FEWEST_SHOWN
from app.printing.picture import Picture
from app.printing.report import Cell, Report, Section
from app.queries.fairness.hours import SchoolLine, SchoolPage
from app.queries.fairness.report import ExamReport
from app.web import words
from app.web.fairness.histogram import draw_histogram
from app.web.fairness.intervals import figure
from app.web.fairness.report_parts import (
    coefficient,
    drawn_intervals,
    entry,
    interval_of,
    kappa_of,
    lead_line,
    said,
)
from app.web.fairness.shapes import histogram_picture
from scoring.fairness.agreement import Agreement
from scoring.fairness.ratings import TOTAL
from scoring.fairness.screening import Tier
from scoring.fairness.sentence import Few
from scoring.fairness.shift import Shift

CLEAR, ROUGH = 50, 20
"""A histogram is informative from the one and approximate from the other (recommendation)."""


def municipal_report(found: ExamReport) -> Report:
    """One exam of one municipality."""
    return Report(
        name=_("Объективность проверки: муниципальный отчёт"),
        facts=(
            (_("Муниципалитет"), found.municipality),
            (_("Работа"), words.exam_title(found.title)),
            (_("Дата"), f"{found.held_on:%d.%m.%Y}"),
            (_("Работ с итоговыми баллами"), str(found.works)),
        ),
        lead=(lead_line(),),
        sections=(
            _schools(found),
            _agreement(found.agreement),
            _commission(found),
            _histogram(found.counts, (), found.boundaries, found.works),
            _twos(found),
        ),
    )


def school_report(found: SchoolPage) -> Report:
    """A school's own page."""
    line = found.line
    told = () if line is None else tuple(words.told(one.text, one.params) for one in line.told)
    if found.lack is not None:
        told = (said(found.lack),)
    shown = line is not None and line.finding.tier is not Tier.FEW
    return Report(
        name=_("Объективность проверки: страница школы"),
        facts=(
            (_("Школа"), found.school),
            (_("Работа"), words.exam_title(found.title)),
            (_("Версия формул"), f"{found.version}, {found.seed}"),
        ),
        lead=(lead_line(),),
        sections=(
            Section(heading=_("Что видно"), told=told),
            _histogram(
                found.counts,
                found.expected if shown else (),
                found.boundaries,
                sum(found.counts),
            ),
        ),
    )


def _schools(found: ExamReport) -> Section:
    heading = _("Школы")
    if found.lack is not None:
        return Section(heading=heading, told=(said(found.lack),))
    tiers = [one.finding.tier for one in found.schools]
    told = _(
        "Школ: %(n)s. Сигналов: %(signals)s, из них подтверждено перепроверкой: %(confirmed)s."
        " Доля ложных среди сигналов удерживается на 10 %%. Школы стоят по алфавиту.",
        n=len(tiers),
        signals=sum(tier in {Tier.SIGNAL, Tier.CONFIRMED} for tier in tiers),
        confirmed=tiers.count(Tier.CONFIRMED),
    )
    return Section(
        heading=heading,
        told=(told,),
        picture=_levels(found.schools),
        header=(
            _("Школа"),
            _("Работ"),
            _("Вывод"),
            _("Над границами, работ (95 %%)") % {},
            _("Уровень, баллов (95 %%)") % {},
            _("Против комиссии, баллов (95 %%)") % {},
        ),
        rows=tuple(_school_row(one) for one in found.schools),
    )


def _school_row(one: SchoolLine) -> tuple[Cell, ...]:
    finding = one.finding
    figures = (finding.spike, finding.level, finding.recheck)
    return (one.name, finding.n, _tier(finding.tier), *map(interval_of, figures))


def _tier(tier: Tier) -> str:
    said: dict[Tier, str] = {
        Tier.FEW: _("мало данных"),
        Tier.NONE: _("поводов нет"),
        Tier.SIGNAL: _("сигнал"),
        Tier.CONFIRMED: _("подтверждено перепроверкой"),
    }
    return said[tier]


def _levels(schools: Sequence[SchoolLine]) -> Picture | None:
    entries = []
    for one in schools:
        level = interval_of(one.finding.level)
        entries.append(
            entry(one.name, level, strong=one.finding.tier in {Tier.SIGNAL, Tier.CONFIRMED})
        )
    label = _(
        "Средний балл школ относительно ожидаемого по отметкам журнала, с интервалами 95 %%;"
        " квадрат – есть сигнал; те же числа в таблице"
    )
    return drawn_intervals(entries, label % {}, reach=1.0, compare=0.0)


def _agreement(criteria: Sequence[Agreement]) -> Section:
    heading = _("Согласие экспертов")
    if not criteria or not criteria[-1].scripts:
        return Section(heading=heading, told=(_("Работ, прочитанных дважды, нет."),))
    entries = [entry(_task(one), kappa_of(one)) for one in criteria]
    label = _("Взвешенная каппа по критериям с интервалами 95 %%; те же числа в таблице") % {}
    return Section(
        heading=heading,
        told=(said(criteria[-1].told),),
        picture=drawn_intervals(entries, label, reach=1.0, compare=0.6),
        header=(
            _("Критерий"),
            _("Работ, прочитанных дважды"),
            _("Совпали точно, доля (95 %%)") % {},
            _("В пределах балла, доля (95 %%)") % {},
            _("Каппа (95 %%)") % {},
        ),
        rows=tuple(
            (
                _task(one),
                one.scripts,
                *(coefficient(one, name) for name in ("exact", "adjacent", "kappa_quadratic")),
            )
            for one in criteria
        ),
    )


def _task(one: Agreement) -> str:
    return _("Вся работа") if one.task == TOTAL else one.task


def _commission(found: ExamReport) -> Section:
    told = [_shift(found.shift)]
    if found.shift.n:
        told.append(
            _(
                "Отметка повышена у работ: %(raised)s, понижена у работ: %(lowered)s,"
                " перепроверено работ: %(n)s.",
                raised=found.raised,
                lowered=found.lowered,
                n=found.shift.n,
            )
        )
    return Section(heading=_("Комиссия"), told=tuple(told))


def _shift(found: Shift | Few) -> str:
    if isinstance(found, Few):
        return said(found.why)
    told: str = _(
        "Баллы комиссии относительно прежних: в среднем %(mean)s (95 %%: от %(low)s до %(high)s),"
        " перепроверено работ: %(n)s. Работы на перепроверку выбирают не случайно.",
        mean=figure(found.mean, 2),
        low=figure(found.low, 2),
        high=figure(found.high, 2),
        n=found.n,
    )
    return told


def _histogram(
    counts: Sequence[int], expected: Sequence[float], boundaries: Sequence[int], works: int
) -> Section:
    heading = _("Сколько работ получили каждый балл (рекомендация ФИОКО)")
    if works < FEWEST_SHOWN:
        few = _("Мало данных: работ %(n)s, группы меньше 10 не показывают.", n=works)
        return Section(heading=heading, told=(few,))
    if works >= CLEAR:
        told = _("Работ: %(n)s. Пики у границ отметок – только возможный признак.", n=works)
    elif works >= ROUGH:
        told = _("Работ: %(n)s. При 20–49 работах гистограмма приблизительна.", n=works)
    else:
        told = _("Мало данных: работ %(n)s, гистограмма начинает что-то говорить от 20.", n=works)
    label = _(
        "Число работ по баллам, границы отметок и, где данных хватает, ожидаемая линия с"
        " интервалом 95 %%; те же числа в таблице"
    )
    drawn = draw_histogram(counts, expected, boundaries)
    return Section(
        heading=heading,
        told=(told,),
        picture=histogram_picture(drawn, label % {}),
        header=(_("Балл"), _("Работ"), *((_("Ожидалось"),) if expected else ())),
        rows=tuple(
            (total, count, *((float(expected[total]),) if expected else ()))
            for total, count in enumerate(counts)
        ),
    )


def _twos(found: ExamReport) -> Section:
    twos, heading = found.twos, _("Отметки «2» и журнал (рекомендация ФИОКО)")
    if twos.n < FEWEST_SHOWN:
        text = _("Мало данных: отметок журнала %(n)s, группы меньше 10 не показывают.", n=twos.n)
        return Section(heading=heading, told=(text,))
    text = _(
        "Отметка «2» в журнале у %(journal)s %%, по работе у %(exam)s %% участников; тех, у кого"
        " есть обе: %(n)s.",
        journal=figure(100 * twos.journal / twos.n),
        exam=figure(100 * twos.exam / twos.n),
        n=twos.n,
    )
    return Section(heading=heading, told=(text,))
