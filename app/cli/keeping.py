"""`sverka backup`, `restore`, `verify`, `move`: keeping an installation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import Progress

from app import clock
from app.bridge.trail import Signer
from app.cli.installation import database_answers, open_database
from app.cli.refusals import BadInput, why
from app.errors import Refusal
from app.keeping.backup import alone_in, drop_unfinished, make_backup, move, restore_backup
from app.keeping.proof import prove, sweep
from app.keeping.thinning import thin_out
from app.settings import Settings
from app.storage import open_store, store_at

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(
    help="Записать резервную копию в новую папку внутри ПАПКИ; установка продолжает работать.\n\n"
    "Файлы лежат рядом, по одному разу на все копии: следующая копия берёт только новое."
)
@click.argument("folder", metavar="ПАПКА", type=_FOLDER)
@click.option(
    "--keep-days",
    type=click.IntRange(min=1),
    help="Потом убрать копии старше стольких дней; без ключа остаются все.",
)
@click.option(
    "--keep-months",
    type=click.IntRange(min=0),
    default=12,
    show_default=True,
    help="Из более старых оставить по одной за каждый из стольких месяцев.",
)
def backup(folder: Path, keep_days: int | None, keep_months: int) -> None:
    """Write a backup to a new folder inside FOLDER; the installation goes on working.

    Files lie beside all backups of the folder once, so the next backup copies only what is new.
    """
    settings = Settings()
    database = open_database(settings)
    gone, at = (0, 0), clock.now()
    with _told("Файлы") as progress, alone_in(folder):
        drop_unfinished(folder)
        made = make_backup(
            database,
            open_store(settings),
            folder,
            signer=Signer.of(settings.checkpoint_key()),
            at=at,
            progress=progress,
        )
        if keep_days is not None:
            gone = thin_out(folder, days=keep_days, months=keep_months, at=at)
    click.echo(f"{made.folder}: строк {made.rows}, файлов {made.files}")
    if keep_days is not None:
        click.echo(f"убрано старых копий: {gone[0]}, файлов: {gone[1]}")


@click.command(help="Восстановить копию из ПАПКИ (в ней manifest.json) в эту пустую установку.")
@click.argument("folder", metavar="ПАПКА", type=_FOLDER)
def restore(folder: Path) -> None:
    """Put the backup in FOLDER (one with manifest.json) into this empty installation."""
    settings = Settings()
    database = open_database(settings, make=True)
    with _told("Файлы") as progress:
        put = restore_backup(folder, database, open_store(settings), progress=progress)
    click.echo(f"восстановлено на {put.made_at}: строк {put.rows}, файлов {put.files}")


@click.command(
    "verify",
    help="Доказать, что база, файлы, страницы и журнал целы; если нет, код выхода 1.",
)
@click.option("--sweep", "sweeps", is_flag=True, help="Убрать файлы, которые никому не нужны.")
def verify_installation(*, sweeps: bool) -> None:
    """Prove that the database, the files, the pages and the trail are whole; exit 1 if not."""
    settings = Settings()
    database, store = open_database(settings), open_store(settings)
    with _told("Файлы") as progress:
        proof = prove(
            database,
            store,
            signer=Signer.of(settings.checkpoint_key()),
            at=clock.now(),
            progress=progress,
        )
    for problem in proof.problems:
        click.echo(str(problem))
    count = len(proof.problems)
    click.echo(f"файлов {proof.files}, событий журнала {proof.events}, нарушений {count}")
    if sweeps:
        click.echo(f"лишних файлов убрано: {sweep(database, store, at=clock.now())}")
    raise SystemExit(1 if proof.problems else 0)


@click.command(
    "move",
    help="Перенести остановленную установку в другую базу и хранилище; сверяется каждая строка.",
)
@click.option("--database", "url", required=True, help="Адрес новой базы, пустой.")
@click.option("--files", "files", required=True, help="Новое хранилище: папка или s3://…")
def move_installation(url: str, files: str) -> None:
    """Copy this installation, stopped, to another database and store; every row is compared."""
    settings = Settings()
    source = open_database(settings)
    target = open_database(settings.model_copy(update={"database_url": url}), make=True)
    with _told("Файлы") as progress:
        moved = move(
            source,
            open_store(settings),
            target,
            store_at(files, settings),
            progress=progress,
        )
    rows = sum(table.rows for table in moved.values())
    click.echo(f"перенесено и сверено: строк {rows}, таблиц {len(moved)}")
    click.echo("Теперь задайте SVERKA_DATABASE_URL и SVERKA_FILES_URL, запустите ./sverka serve")


@contextmanager
def _told(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar while it lasts; a refusal becomes the command's one sentence and exit 2."""
    with Progress(transient=True) as bar:
        task = bar.add_task(title)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        try:
            with database_answers():
                yield tell
        except Refusal as refusal:
            raise BadInput(str(refusal)) from refusal
        except OSError as error:
            raise BadInput(": ".join(_words_of(error))) from error


def _words_of(error: OSError) -> Iterator[str]:
    yield from (str(one) for one in (error.filename, why(error)) if one)
