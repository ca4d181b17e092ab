"""Reports on the fairness of scoring in the reader's language: municipality, region, school."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from app.printing.picture import Picture
from app.printing.report import Cell, Interval, Report, Section
from app.queries.fairness.hours import SchoolLine, SchoolPage
from app.queries.fairness.report import ExamReport
from app.web import words
from app.web.fairness.histogram import draw_histogram
from app.web.fairness.intervals import Entry, draw_intervals, figure
from app.web.fairness.shapes import histogram_picture, intervals_picture
from scoring.fairness.agreement import Agreement
from scoring.fairness.ratings import TOTAL
from scoring.fairness.screening import Figure, Tier
from scoring.fairness.sentence import Few, Sentence
from scoring.fairness.shift import Shift

MOST_DRAWN = 40
"""More rows than this make no picture that can be read; the table has them all."""
FEWEST_SHOWN = 10
"""Groups below this are not shown (recommendation)."""
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
        lead=(_lead(),),
        sections=(
            _schools(found),
            _agreement(found.agreement),
            _commission(found),
            _histogram(found.counts, (), found.boundaries, found.works),
            _twos(found),
        ),
    )


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
        lead=(_lead(),),
        sections=(_region_schools(found), _region_agreement(found), _region_commission(found)),
    )


def school_report(found: SchoolPage) -> Report:
    """A school's own page."""
    line = found.line
    told = () if line is None else tuple(words.told(one.text, one.params) for one in line.told)
    if found.lack is not None:
        told = (_told(found.lack),)
    shown = line is not None and line.finding.tier is not Tier.FEW
    return Report(
        name=_("Объективность проверки: страница школы"),
        facts=(
            (_("Школа"), found.school),
            (_("Работа"), words.exam_title(found.title)),
            (_("Версия формул"), f"{found.version}, {found.seed}"),
        ),
        lead=(_lead(),),
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


def _lead() -> str:
    return _(
        "Собственный показатель. Это повод для перепроверки, а не вывод о нарушении; о работе"
        " учителей он ничего не говорит, и баллы участников от него не меняются."
    )


def _told(sentence: Sentence) -> str:
    return words.told(sentence.text, sentence.params)


def _schools(found: ExamReport) -> Section:
    heading = _("Школы")
    if found.lack is not None:
        return Section(heading=heading, told=(_told(found.lack),))
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
    return (one.name, finding.n, _tier(finding.tier), *map(_interval, figures))


def _tier(tier: Tier) -> str:
    return {
        Tier.FEW: _("мало данных"),
        Tier.NONE: _("поводов нет"),
        Tier.SIGNAL: _("сигнал"),
        Tier.CONFIRMED: _("подтверждено перепроверкой"),
    }[tier]


def _interval(found: Figure | Shift | Few) -> Interval | None:
    match found:
        case Figure():
            return Interval(value=found.value, low=found.low, high=found.high)
        case Shift():
            return Interval(value=found.mean, low=found.low, high=found.high)
        case _:
            return None


def _levels(schools: Sequence[SchoolLine]) -> Picture | None:
    entries = []
    for one in schools:
        level = _interval(one.finding.level)
        entries.append(
            _entry(one.name, level, strong=one.finding.tier in {Tier.SIGNAL, Tier.CONFIRMED})
        )
    label = _(
        "Средний балл школ относительно ожидаемого по отметкам журнала, с интервалами 95 %%;"
        " квадрат – есть сигнал; те же числа в таблице"
    )
    return _drawn(entries, label % {}, reach=1.0, compare=0.0)


def _entry(label: str, found: Interval | None, *, strong: bool = False) -> Entry:
    return Entry(
        label=label,
        value=None if found is None else found.value,
        low=None if found is None else found.low,
        high=None if found is None else found.high,
        strong=strong and found is not None,
    )


def _drawn(entries: Sequence[Entry], label: str, *, reach: float, compare: float) -> Picture | None:
    if not 0 < len(entries) <= MOST_DRAWN:
        return None
    first = compare - reach if compare == 0 else 0.0
    drawn = draw_intervals(entries, first=first, last=max(reach, compare), compare=compare)
    return intervals_picture(drawn, label)


def _agreement(criteria: Sequence[Agreement]) -> Section:
    heading = _("Согласие экспертов")
    if not criteria or not criteria[-1].scripts:
        return Section(heading=heading, told=(_("Работ, прочитанных дважды, нет."),))
    entries = [_entry(_task(one), _kappa(one)) for one in criteria]
    label = _("Взвешенная каппа по критериям с интервалами 95 %%; те же числа в таблице") % {}
    return Section(
        heading=heading,
        told=(_told(criteria[-1].told),),
        picture=_drawn(entries, label, reach=1.0, compare=0.6),
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
                *(_coefficient(one, name) for name in ("exact", "adjacent", "kappa_quadratic")),
            )
            for one in criteria
        ),
    )


def _task(one: Agreement) -> str:
    return _("Вся работа") if one.task == TOTAL else one.task


def _kappa(one: Agreement) -> Interval | None:
    return _coefficient(one, "kappa_quadratic")


def _coefficient(one: Agreement, name: str) -> Interval | None:
    found = one.figures.get(name) if one.enough is None else None
    if found is None or found.value is None or found.low is None or found.high is None:
        return None
    return Interval(value=found.value, low=found.low, high=found.high)


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
        return _told(found.why)
    return _(
        "Баллы комиссии относительно прежних: в среднем %(mean)s (95 %%: от %(low)s до %(high)s),"
        " перепроверено работ: %(n)s. Работы на перепроверку выбирают не случайно.",
        mean=figure(found.mean, 2),
        low=figure(found.low, 2),
        high=figure(found.high, 2),
        n=found.n,
    )


def _histogram(
    counts: Sequence[int], expected: Sequence[float], boundaries: Sequence[int], works: int
) -> Section:
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
        heading=_("Сколько работ получили каждый балл (рекомендация ФИОКО)"),
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
    entries = [_entry(name, None if last is None else _kappa(last)) for name, last in pairs]
    label = _("Взвешенная каппа всей работы по муниципалитетам; те же числа в таблице")
    return Section(
        heading=_("Согласие экспертов"),
        told=(_("Прочерк – мало данных: дважды прочитано меньше 50 работ."),),
        picture=_drawn(entries, label, reach=1.0, compare=0.6),
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
                None if last is None else _coefficient(last, "adjacent"),
                None if last is None else _kappa(last),
            )
            for name, last in pairs
        ),
    )


def _region_commission(found: Sequence[ExamReport]) -> Section:
    entries = [_entry(one.municipality, _interval(one.shift), strong=_clear(one)) for one in found]
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
        picture=_drawn(entries, label % {}, reach=1.0, compare=0.0),
        header=(
            _("Муниципалитет"),
            _("Перепроверено работ"),
            _("Разница, баллов (95 %%)") % {},
            _("Отметка повышена"),
            _("Отметка понижена"),
        ),
        rows=tuple(
            (one.municipality, one.shift.n, _interval(one.shift), one.raised, one.lowered)
            for one in found
        ),
    )


def _clear(one: ExamReport) -> bool:
    return isinstance(one.shift, Shift) and one.shift.clear
