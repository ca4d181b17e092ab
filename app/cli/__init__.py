"""The `sverka` command: a table of subcommands, each imported only when it is called."""

from __future__ import annotations

from app.cli.lazy import Program, Target

COMMANDS = {
    "backup": Target(
        "app.cli.keeping:backup",
        "Записать резервную копию в новую папку внутри ПАПКИ; установка продолжает работать.",
    ),
    "bench": Target(
        "app.cli.bench:bench",
        "Измерить одно или всё; рядом с каждым числом стоит, каким оно должно быть.",
    ),
    "check-plan": Target(
        "app.cli.plan:check_plan",
        "Проверить РАСПРЕДЕЛЕНИЕ (vpr-plan/1) по ЗАДАЧЕ: нарушения и показатели в JSON.",
    ),
    "db": Target(
        "app.cli.database:db",
        "Схема базы данных.",
    ),
    "demo": Target(
        "app.cli.demo:demo",
        "Выдуманный муниципалитет: сканы, коды, распределения, баллы, формы, перепроверка.",
    ),
    "due": Target(
        "app.cli.due:due",
        "Последний день срока, который идёт со дня после получения (срок перепроверки).",
    ),
    "form": Target(
        "app.cli.form:form",
        "Федеральная форма сбора результатов: прочитать или записать.",
    ),
    "identify": Target(
        "app.cli.identify:identify",
        "Связать каждую страницу сканов с кодом участника (vpr-roster/1 -> vpr-pages/1).",
    ),
    "move": Target(
        "app.cli.keeping:move_installation",
        "Перенести остановленную установку в другую базу и хранилище; сверяется каждая строка.",
    ),
    "plan": Target(
        "app.cli.plan:plan",
        "Решить, кто что проверяет: ЗАДАЧА (vpr-assign/1) -> распределение (vpr-plan/1).",
    ),
    "restore": Target(
        "app.cli.keeping:restore",
        "Восстановить копию из ПАПКИ (в ней manifest.json) в эту пустую установку.",
    ),
    "sbom": Target(
        "app.cli.sbom:sbom",
        "Записать перечень частей этого выпуска (CycloneDX 1.6).",
    ),
    "serve": Target(
        "app.cli.serve:serve",
        "Запустить сайт и фоновые задания.",
    ),
    "stats": Target(
        "app.cli.stats:stats",
        "Показатели объективности: из CSV в JSON (docs/statistics.md).",
    ),
    "sweeper": Target(
        "app.cli.sweeper:sweeper",
        "Снова послать номера заданий, которых никто не держит; там, где есть брокер.",
    ),
    "trail": Target(
        "app.cli.trail:trail",
        "Журнал действий: выгрузка с печатями и её проверка.",
    ),
    "user": Target(
        "app.cli.user:user",
        "Учётные записи из командной строки.",
    ),
    "verify": Target(
        "app.cli.keeping:verify_installation",
        "Доказать, что база, файлы, страницы и журнал целы; если нет, код выхода 1.",
    ),
    "whose-mark": Target(
        "app.cli.mark:whose_mark",
        "Назвать, кому показывали изображение с МЕТКОЙ.",
    ),
    "worker": Target(
        "app.cli.worker:worker",
        "Выполнять фоновые задания, пока не остановят.",
    ),
}


main = Program(
    name="sverka",
    targets=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Сверка: проверка всероссийских проверочных работ, от сканов до формы результатов.",
)
