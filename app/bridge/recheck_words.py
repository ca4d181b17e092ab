"""What the closed lists of rechecks are called: in acts as they stand, on pages translated."""

from __future__ import annotations

from collections.abc import Mapping

from app.models import CaseState, Ground, Method, Outcome, ReasonCode

GROUND_TEXTS: Mapping[Ground, str] = {
    Ground.LISTED_SCHOOL: "школа в списке необъективных результатов за три года",
    Ground.DISAGREEMENT: "несогласие с результатом перекрёстной проверки",
    Ground.SELECTIVE: "выборочно: результат заметно отличается от среднего по школе",
}
METHOD_TEXTS: Mapping[Method, str] = {
    Method.REVIEW: "один член комиссии, прежние баллы на виду",
    Method.BLIND: "один член комиссии, не видя прежних баллов",
    Method.TWO_BLIND: "два члена комиссии порознь, не видя прежних баллов",
    Method.REVEAL: "один член комиссии, не видя прежних баллов; затем видит их и объясняет отличия",
}
STATE_TEXTS: Mapping[CaseState, str] = {
    CaseState.OPENED: "нужен член комиссии",
    CaseState.READING: "перепроверяется",
    CaseState.READ: "нужно решение",
    CaseState.SIGNED: "ждёт подтверждения",
    CaseState.CLOSED: "решено",
}
OUTCOME_TEXTS: Mapping[Outcome, str] = {
    Outcome.RAISED: "баллы повышены",
    Outcome.KEPT: "сумма баллов прежняя",
    Outcome.LOWERED: "баллы понижены",
}
REASON_TEXTS: Mapping[ReasonCode, str] = {
    ReasonCode.CONFIRMED: "проверка подтверждена",
    ReasonCode.SCAN: "плохой скан",
    ReasonCode.TRANSCRIPTION: "ошибка при вводе баллов",
    ReasonCode.MISAPPLIED: "критерий применён неверно",
    ReasonCode.WRONG_PLACE: "ответ не на своём месте",
    ReasonCode.ILLEGIBLE: "ответ не разобран",
    ReasonCode.UNUSUAL: "необычный верный ответ",
    ReasonCode.ADDING_UP: "ошибка в сумме",
    ReasonCode.OTHER: "другое",
}
