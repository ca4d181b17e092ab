"""The blueprint of the schedule, and the words of its dates."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _

from scoring import Milestone

blueprint = Blueprint("schedule", __name__, url_prefix="/schedule")

MILESTONES = {
    Milestone.LIST: _("Список ОО сверен"),
    Milestone.ACCOUNTS: _("Учётные записи розданы"),
    Milestone.APPLICATIONS: _("Заявки поданы"),
    Milestone.QUESTIONNAIRES: _("Анкеты заполнены"),
    Milestone.TIMETABLE: _("Расписание составлено"),
    Milestone.CODES: _("Коды выданы"),
    Milestone.HELD: _("День работы"),
    Milestone.SCANS: _("Сканы загружены"),
    Milestone.SCORING: _("Проверка окончена"),
    Milestone.FORM: _("Форма загружена"),
    Milestone.RESULTS: _("Официальные результаты"),
    Milestone.FAMILIES: _("Семьям сообщено"),
    Milestone.ANALYSIS: _("Анализ школы готов"),
}
OF_EXAM = (
    *(Milestone.CODES, Milestone.HELD, Milestone.SCANS, Milestone.SCORING, Milestone.FORM),
    *(Milestone.RESULTS, Milestone.FAMILIES, Milestone.ANALYSIS),
)
RULES = {
    Milestone.ACCOUNTS: _("два дня после получения (инструкция муниципальному координатору)"),
    Milestone.FAMILIES: _("два рабочих дня после официальных результатов (Порядок, п. 8.2)"),
    Milestone.ANALYSIS: _("десять рабочих дней после официальных результатов (Порядок, п. 8.2)"),
    Milestone.SCORING: _("срок по плану-графику (Порядок, п. 7.7)"),
    Milestone.FORM: _("срок по плану-графику (Порядок, п. 6.7)"),
}
