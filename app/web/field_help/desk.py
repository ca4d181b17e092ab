"""Observers, support, keeping, reports that come back."""

from flask_babel import lazy_gettext as _

from app.web.field_help.word import Words, word

DESK: Words = {
    "TermForm.months": word(
        _(
            "По Порядку (пп. 2.3.14, 7.11) работы хранят календарный год – 12 месяцев. Если "
            "регион установил другой срок, укажите его и акт."
        ),
        "retention.index",
    ),
    "ActForm.file": word(
        _(
            "Подписанный наблюдателем акт, все листы в одном файле. Файл увидят координаторы "
            "и получатель архива."
        ),
        "observers.index",
    ),
    "ActForm.outcome": word(
        _(
            "«Есть нарушения» – если в акте записано хотя бы одно. Такие акты попадают в "
            "архив для передачи дальше."
        ),
        "observers.index",
    ),
    "CandidateForm.most_days": word(
        _("Распределение не даст ему больше дней, чем указано, и только один день за раз."),
        "observers.index",
    ),
    "CandidateForm.telephone": word(
        _(
            "По нему координатор предупредит о дне и школе. Стирается вместе с документами "
            "наблюдателей."
        ),
        "observers.index",
    ),
    "PlaceForm.seat": word(
        _(
            "Показаны дни, когда школы пишут. Школа самого наблюдателя и те, где у него "
            "личный интерес, не предлагаются."
        ),
        "observers.index",
    ),
    "ReportForm.kind": word(
        _("Название отчёта в федеральной системе. Файл загружайте таким, каким скачали."),
        "results.index",
    ),
    "ReportForm.school": word(
        _("Чей это отчёт: всего муниципалитета или одной школы."), "results.index"
    ),
    "QuestionForm.title": word(
        _("Так, чтобы другой координатор нашёл его поиском: «Сколько хранить черновики?»"),
        "support.index",
    ),
    "CallForm.answer": word(
        _(
            "Если ответ дали сразу, запишите его. Если нет – оставьте пустым, звонок "
            "останется без ответа в списке."
        ),
        "support.index",
    ),
    "observers.per_school": word(
        _("Сколько наблюдателей нужно каждой школе в день работы. Обычно один."), "observers.index"
    ),
}
