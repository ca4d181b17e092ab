"""Which rule takes the places that no bottleneck of capacity explains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from assignment.arrays import Instance
from assignment.plan import Sentence, Shortage
from assignment.problem import Reciprocity, RoutingMode, Scheme
from assignment.strategy import solve_arrays


class _Cause(NamedTuple):
    """A rule: its stable name, what it is called, what to do about it, the instance without it."""

    kind: str
    phrase: Sentence
    advice: str
    without: Instance


def shortage_by_rules(instance: Instance, *, missing: int, unproved: int) -> Shortage:
    """The part of a shortage that rules between schools, or works begun, cause.

    Each rule is left out in turn and the rest solved again, so that the counts are what dropping
    that rule alone would give back.

    Args:
        instance: the instance.
        missing: all places missing.
        unproved: those of them that no certificate explains.
    """
    gains = []
    for cause in _causes(instance):
        left = int(solve_arrays(cause.without).draft.missing.sum())
        if left < missing:
            gains.append((min(missing - left, unproved), cause))
    gains.sort(key=lambda gain: (-gain[0], gain[1].kind))
    told = tuple(_counted(cause.phrase, count) for count, cause in gains)
    return Shortage(
        certificate=None,
        missing=unproved,
        reasons={cause.kind: count for count, cause in gains},
        sentence=_sentence(unproved, told),
        repair=_repair(unproved, gains),
    )


def _counted(phrase: Sentence, count: int) -> Sentence:
    return Sentence(text="%(phrase)s: %(count)s", params={"phrase": phrase, "count": count})


def _sentence(missing: int, told: tuple[Sentence, ...]) -> Sentence:
    if not told:
        return Sentence(
            text="Не хватает мест: %(missing)s. Их отнимают вместе начатые работы и правила о"
            " взаимной проверке, о числе ОО-получателей и о разных школах экспертов",
            params={"missing": missing},
        )
    return Sentence(
        text="Не хватает мест: %(missing)s. Места отнимает правило, снятое отдельно: %(causes)s",
        params={"missing": missing, "causes": told},
    )


def _repair(missing: int, gains: list[tuple[int, _Cause]]) -> Sentence:
    if not gains:
        return Sentence(
            text="Смягчите одно из этих правил или привлеките экспертов другой школы ещё на"
            " %(missing)s мест",
            params={"missing": missing},
        )
    return Sentence(
        text="%(advice)s (вернётся мест: %(count)s) или привлеките экспертов другой школы ещё на"
        " %(missing)s мест",
        params={
            "advice": Sentence(text=gains[0][1].advice),
            "count": gains[0][0],
            "missing": missing,
        },
    )


def _causes(instance: Instance) -> Iterator[_Cause]:
    rules = instance.rules
    if rules.scheme is not Scheme.IN_SCHOOL:
        if rules.reciprocity is Reciprocity.FORBID:
            yield _Cause(
                "mutual",
                Sentence(text="школы не проверяют друг друга"),
                "Разрешите взаимную проверку там, где её не избежать",
                replace(instance, rules=replace(rules, reciprocity=Reciprocity.ALLOW)),
            )
        if rules.receivers is not None:
            free = replace(rules, routing=RoutingMode.SPLIT, max_receivers=None)
            yield _Cause(
                "receivers",
                _few_receivers(rules.receivers),
                "Разрешите делить работы школы между большим числом школ",
                replace(instance, rules=free),
            )
    if rules.distinct_schools and len(instance.works_at) > len(instance.home):
        yield _Cause(
            "distinct",
            Sentence(text="эксперты одной работы из разных школ"),
            "Разрешите экспертам одной работы быть из одной школы",
            replace(instance, rules=replace(rules, distinct_schools=False)),
        )
    if len(instance.begun):
        yield _Cause(
            "begun",
            Sentence(text="начатые работы остаются у своих экспертов"),
            "Заберите часть начатых работ у их экспертов",
            replace(instance, begun=instance.begun[:0]),
        )


def _few_receivers(most: int) -> Sentence:
    if most == 1:
        return Sentence(text="работы школы уходят целиком в одну школу")
    return Sentence(
        text="работы школы уходят не больше чем в %(most)s школы", params={"most": most}
    )
