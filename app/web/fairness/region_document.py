"""The regional report: the same exam in every municipality."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from app.printing.report import Report, Section
from app.queries.fairness.report import ExamReport
from app.web import words
from app.web.fairness.report_parts import (
    coefficient,
    drawn_intervals,
    entry,
    interval_of,
    kappa_of,
    lead_line,
)
from scoring.fairness.screening import Tier
from scoring.fairness.shift import Shift


def region_report(found: Sequence[ExamReport]) -> Report:
    """The same exam in every municipality; by name, never by a figure."""
    first = found[0]
    return Report(
        name=_("Объективность проверки: региональный отчёт"),
        facts=(
            (_("Работа"), words.exam_title(first.title)),
            (_("Муниципалитетов"), str(len(found))),
            (_("Работ с итоговыми баллами"), str(sum(one.works for one in found))),
        ),
        lead=(lead_line(),),
        sections=(_region_schools(found), _region_agreement(found), _region_commission(found)),
    )


def _region_schools(found: Sequence[ExamReport]) -> Section:
    rows = []
    for one in found:
        tiers = [line.finding.tier for line in one.schools]
        known = one.lack is None
        rows.append(
            (
                one.municipality,
                one.works,
                len(tiers) if known else None,
                sum(tier in {Tier.SIGNAL, Tier.CONFIRMED} for tier in tiers) if known else None,
                tiers.count(Tier.CONFIRMED) if known else None,
            )
        )
    told = _(
        "Муниципалитеты стоят по алфавиту. Прочерк – мало данных: школы сравнивают от пяти школ по"
        " десять работ. Доля ложных среди сигналов удерживается на 10 %%."
    )
    return Section(
        heading=_("Школы"),
        told=(told % {},),
        header=(
            _("Муниципалитет"),
            _("Работ"),
            _("Школ"),
            _("Сигналов"),
            _("Подтверждено"),
        ),
        rows=tuple(rows),
    )


def _region_agreement(found: Sequence[ExamReport]) -> Section:
    pairs = [(one.municipality, one.agreement[-1] if one.agreement else None) for one in found]
    entries = [entry(name, None if last is None else kappa_of(last)) for name, last in pairs]
    label = _("Взвешенная каппа всей работы по муниципалитетам; те же числа в таблице")
    return Section(
        heading=_("Согласие экспертов"),
        told=(_("Прочерк – мало данных: дважды прочитано меньше 50 работ."),),
        picture=drawn_intervals(entries, label, reach=1.0, compare=0.6),
        header=(
            _("Муниципалитет"),
            _("Работ, прочитанных дважды"),
            _("В пределах балла, доля (95 %%)") % {},
            _("Каппа (95 %%)") % {},
        ),
        rows=tuple(
            (
                name,
                0 if last is None else last.scripts,
                None if last is None else coefficient(last, "adjacent"),
                None if last is None else kappa_of(last),
            )
            for name, last in pairs
        ),
    )


def _region_commission(found: Sequence[ExamReport]) -> Section:
    entries = [entry(one.municipality, interval_of(one.shift), strong=_clear(one)) for one in found]
    label = _(
        "Баллы комиссии относительно прежних по муниципалитетам, с интервалами 95 %%; квадрат –"
        " весь интервал по одну сторону нуля; те же числа в таблице"
    )
    told = _(
        "Прочерк – перепроверено меньше 10 работ. Работы на перепроверку выбирают не случайно,"
        " поэтому разница – повод посмотреть внимательнее."
    )
    return Section(
        heading=_("Комиссия"),
        told=(told,),
        picture=drawn_intervals(entries, label % {}, reach=1.0, compare=0.0),
        header=(
            _("Муниципалитет"),
            _("Перепроверено работ"),
            _("Разница, баллов (95 %%)") % {},
            _("Отметка повышена"),
            _("Отметка понижена"),
        ),
        rows=tuple(
            (one.municipality, one.shift.n, interval_of(one.shift), one.raised, one.lowered)
            for one in found
        ),
    )


def _clear(one: ExamReport) -> bool:
    return isinstance(one.shift, Shift) and one.shift.clear
