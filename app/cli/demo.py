"""`sverka demo`: a made-up municipality through the whole main job, then served."""

from __future__ import annotations

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app import clock
from app.cli.serve import run_server
from app.demo import Summary, run_demo
from app.settings import Settings

DEMO_FOLDER = "demo"
# Parts of the installation that the demo leaves alone: it lives in its own folder.
ELSEWHERE = ("database_url", "files_url", "broker_url")


@click.command(
    help="Выдуманный муниципалитет: сканы, коды, распределения, баллы, формы, перепроверка."
)
@click.option("--once", is_flag=True, help="Закончить после сводки, не запуская сайт.")
@click.option("--port", type=int, help="Порт сайта.")
def demo(*, once: bool, port: int | None) -> None:
    """A made-up municipality: scans, codes, plans, points, forms, a recheck."""
    settings = Settings()
    changes = {"data_dir": settings.data_dir / DEMO_FOLDER, "port": port or settings.port}
    settings = settings.model_copy(update=changes | dict.fromkeys(ELSEWHERE, ""))
    console = Console()
    summary = _run(settings, console)
    _print(console, summary)
    if not once:
        run_server(settings)


def _run(settings: Settings, console: Console) -> Summary:
    columns = (TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        tasks: dict[str, int] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]

        return run_demo(settings, now=clock.now, tell=tell)


def _print(console: Console, summary: Summary) -> None:
    console.print()
    console.print(
        f"Страниц прочитано: {summary.pages}; названо системой: {summary.named};"
        f" оставлено человеку: {summary.left}; файлов отклонено: {summary.refused}"
    )
    console.print(_plans(summary))
    console.print(
        f"Проверок сдано: {summary.scored}; третий эксперт: {summary.third};"
        f" работ с итогом: {summary.final}; перепроверок решено: {summary.rechecked}"
    )
    for form in summary.forms:
        console.print(f"Форма: {form}", soft_wrap=True)
    console.print(_logins(summary))
    console.print(f"Заняло секунд: {summary.seconds:.0f}")


def _plans(summary: Summary) -> Table:
    schemes = list(next(iter(summary.planned.values())))
    table = Table("Размещено работ", *schemes)
    for exam, placed in summary.planned.items():
        table.add_row(exam, *(placed[scheme] for scheme in schemes))
    return table


def _logins(summary: Summary) -> Table:
    table = Table("Роль", "Логин", "Пароль")
    for one in summary.logins:
        table.add_row(one.role, one.login, one.password)
    return table
