"""How the trail names its events in the interface."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

ACTION_NAMES = {
    "account.created": _("Учётная запись заведена"),
    "account.password_changed": _("Пароль изменён"),
    "account.password_reset": _("Выдан новый первый пароль"),
    "campaign.created": _("Кампания создана"),
    "exam.changed": _("Работа изменена"),
    "exam.created": _("Работа добавлена"),
    "exam.criteria_set": _("Критерии заданы"),
    "exam.guides_set": _("Пояснения к критериям изменены"),
    "exam.marks_set": _("Шкала отметок задана"),
    "exam.template_set": _("Шаблон страницы сохранён"),
    "job.tried_again": _("Фоновое задание повторено"),
    "role.granted": _("Роль выдана"),
    "role.revoked": _("Роль отозвана"),
}

FIELD_NAMES = {
    "agreed_rule": _("согласованный балл"),
    "attempt": _("попытка"),
    "criteria_open_at_local": _("критерии открываются"),
    "criterion_tolerance": _("допуск по критерию"),
    "distinct_schools": _("разные школы"),
    "experts_per_script": _("проверок работы"),
    "form_due_on": _("форма до"),
    "grade": _("класс"),
    "held_on": _("день работы"),
    "login": _("логин"),
    "message": _("сообщение"),
    "name": _("название"),
    "number": _("версия"),
    "pages_expected": _("страниц"),
    "role": _("роль"),
    "scoring_ends_on": _("проверка до"),
    "subject": _("предмет"),
    "sum_tolerance": _("допуск по сумме"),
    "year": _("год"),
}
