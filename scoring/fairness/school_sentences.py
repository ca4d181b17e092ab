"""What the analyses of schools tell a person: each figure with its interval and n, no verdicts."""

from __future__ import annotations

from scoring.fairness.alike import Alike
from scoring.fairness.screening import Figure, SchoolFinding, Tier, Window
from scoring.fairness.sentence import Few, Sentence, sentence

BEST_MARK = 5
_TIERS = {
    Tier.FEW: "Мало данных: выводов нет.",
    Tier.NONE: "Поводов для перепроверки по этим показателям нет.",
    Tier.SIGNAL: "Сигнал: есть повод для перепроверки. Это не вывод о нарушении.",
    Tier.CONFIRMED: "Сигнал подтверждён перепроверкой. Решение о дальнейшем принимает человек.",
}


def told(finding: SchoolFinding, boundaries: int) -> tuple[Sentence, ...]:
    """Everything that is said of a school, the conclusion first."""
    lines = [sentence(_TIERS[finding.tier])]
    if not isinstance(finding.spike, Few):
        first = BEST_MARK - boundaries + 1
        lines += [_window(window, first + place) for place, window in enumerate(finding.windows)]
    else:
        lines.append(
            sentence(
                "У границ отметок мало работ: %(n)s, нужно не меньше %(fewest)s.",
                n=finding.spike.n,
                fewest=finding.spike.fewest,
            )
        )
    if isinstance(finding.level, Figure):
        lines.append(_level(finding.level))
    if isinstance(finding.recheck, Figure):
        lines.append(_recheck(finding.recheck))
    return tuple(lines)


def told_alike(found: Alike) -> Sentence:
    """What is said of how often the answers of a class agree."""
    text = (
        "Совпадений редких ответов в классе: %(common)s при ожидаемых %(expected)s"
        " (z = %(z)s, участников: %(n)s). Это повод посмотреть работы, а не вывод о нарушении."
    )
    if not found.stands_out:
        text = (
            "Совпадений редких ответов в классе не больше, чем бывает: %(common)s"
            " при ожидаемых %(expected)s (z = %(z)s, участников: %(n)s)."
        )
    return sentence(
        text,
        common=_shown(found.common, 2),
        expected=_shown(found.expected, 2),
        z=_shown(found.z, 1),
        n=found.n,
    )


def _window(window: Window, mark: int) -> Sentence:
    more = window.observed - window.expected
    if more <= 0:
        return sentence(
            "Сразу над границей «%(mark)s» работ не больше ожидаемого"
            " (ожидалось %(expected)s, есть %(observed)s, всего у границы: %(n)s).",
            mark=mark,
            expected=_shown(window.expected, 1),
            observed=window.observed,
            n=window.n,
        )
    return sentence(
        "Сразу над границей «%(mark)s» работ больше ожидаемого на %(more)s"
        " (ожидалось %(expected)s, есть %(observed)s, всего у границы: %(n)s).",
        mark=mark,
        more=_shown(more, 1),
        expected=_shown(window.expected, 1),
        observed=window.observed,
        n=window.n,
    )


def _level(level: Figure) -> Sentence:
    return sentence(
        "Средний балл относительно ожидаемого по отметкам журнала: %(value)s"
        " (95 %% интервал от %(low)s до %(high)s, работ: %(n)s).",
        **_places(level),
    )


def _recheck(recheck: Figure) -> Sentence:
    return sentence(
        "Баллы школы относительно баллов комиссии, за вычетом того же у таких же работ других"
        " школ: %(value)s (95 %% интервал от %(low)s до %(high)s, перепроверено работ: %(n)s).",
        **_places(recheck),
    )


def _places(figure: Figure) -> dict[str, object]:
    return {
        "value": _shown(figure.value, 2, sign="+"),
        "low": _shown(figure.low, 2, sign="+"),
        "high": _shown(figure.high, 2, sign="+"),
        "n": figure.n,
    }


def _shown(value: float, places: int, sign: str = "-") -> str:
    """A figure with a comma and a real minus."""
    return f"{value:{sign}.{places}f}".replace(".", ",").replace("-", "−")
