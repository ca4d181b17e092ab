"""Registers, lists, people and places."""

from flask_babel import lazy_gettext as _

from app.web.field_help.word import Words, word

REGISTERS: Words = {
    "FirstRunForm.municipality": word(
        _("Название района или города, как в приказе. Другие муниципалитеты можно добавить потом."),
    ),
    "FirstRunForm.login": word(
        _("Придумайте сами: латинские буквы и цифры. Этим логином входит тот, кто ведёт систему."),
    ),
    "FirstRunForm.timezone": word(
        _(
            "Москва – Europe/Moscow, Екатеринбург – Asia/Yekaterinburg, Новосибирск – "
            "Asia/Novosibirsk, Владивосток – Asia/Vladivostok."
        ),
    ),
    "SchoolForm.participating": word(
        _(
            "Снимите отметку, если школа в этом году ничего не пишет: табло её не ждёт, а её "
            "учителей можно привлечь со стороны."
        ),
        "registers.index",
    ),
    "ExpertForm.capacity": word(
        _(
            "За все дни проверки. На работу по русскому языку уходит 20–30 минут, значит за "
            "три дня по два часа – около 15 работ."
        ),
        "registers.index",
    ),
    "ExpertForm.min_load": word(
        _("Обычно 0. Число заставит распределение дать эксперту не меньше стольких работ."),
        "registers.index",
    ),
    "ExpertForm.in_commission": word(
        _("Отметьте тех, кого комиссией назвал приказ. Они проверяют по муниципальной схеме."),
        "registers.index",
    ),
    "ClassForm.letter": word(
        _("Русская буква: А, Б, В. Если в параллели один класс без буквы, оставьте пустым."),
        "registers.index",
    ),
    "ClassForm.serial": word(
        _(
            "В федеральной форме класс назван номером: 4А – 1, 4Б – 2. По нему отчёты "
            "складывают классы."
        ),
        "registers.index",
    ),
    "ConflictForm.level": word(
        _("Школа – не получит ни одной её работы; класс – работ этого класса; код – одной работы."),
        "registers.index",
    ),
    "ConflictForm.category": word(
        _("Хватает категории. Кто кому кем приходится, нигде не записывается."), "registers.index"
    ),
    "ListingForm.year": word(
        _(
            "Год, за который составлен список. Основанием для перепроверки служат три "
            "последних списка."
        ),
        "registers.index",
    ),
    "IssueForm.count": word(
        _(
            "По числу учеников класса и два-три запасных. Кому какой код достался, пишут "
            "только на бумаге."
        ),
        "registers.index",
    ),
    "GivenForm.code": word(
        _("Если код уже выдан федеральной системой. Только цифры, нули в начале сохраняются."),
        "registers.index",
    ),
    "RecusalForm.place": word(
        _(
            "Школа, класс или ваша школа целиком, где учится близкий человек или есть личный "
            "интерес (п. 6.8)."
        ),
        "recusal.index",
    ),
    "RecusalForm.category": word(
        _("Только категория. Имён и подробностей система не спрашивает и не хранит."),
        "recusal.index",
    ),
    "CodeForm.code": word(
        _(
            "Шесть цифр, которые сейчас показывает приложение на телефоне, или один из "
            "запасных кодов."
        ),
    ),
    "RoleForm.role": word(
        _("Дать можно только роли уровнем ниже вашей. У человека может быть несколько ролей."),
        "people.index",
    ),
    "RoleForm.place": word(
        _("Роль действует только в этом месте: координатор школы не видит других школ."),
        "people.index",
    ),
    "AccountForm.login": word(
        _("Первый пароль система придумает и покажет один раз, на печатном листе."), "people.index"
    ),
    "MunicipalityForm.timezone": word(
        _(
            "Москва – Europe/Moscow, Екатеринбург – Asia/Yekaterinburg, Новосибирск – "
            "Asia/Novosibirsk, Владивосток – Asia/Vladivostok."
        ),
        "people.index",
    ),
    "NewMunicipalityForm.territory": word(
        _(
            "Государственные, федеральные и частные школы ведёт ответственный координатор: "
            "для них заводят отдельное место."
        ),
        "people.index",
    ),
    "lists.reason": word(
        _(
            "Коротко, без имён: «школа не пишет эту работу», «подана дважды». Причину увидит "
            "тот, кто откроет список."
        ),
        "registers.index",
    ),
    "register.file": word(
        _(
            "Заполненный шаблон или форма этой страницы. Сначала будет пробная проверка: до "
            "неё ничего не запишется."
        ),
        "registers.index",
    ),
}
