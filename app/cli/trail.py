"""`sverka trail`: the trail as files with seals, and whether such a file holds."""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

import click

from app import clock, trailproof
from app.bridge.trail import Signer, export_chain, list_chains
from app.cli.installation import open_database
from app.settings import Settings


@click.group(help="Журнал действий: выгрузка с печатями и её проверка.")
def trail() -> None:
    """The trail: exports with seals, and their verifier."""


@trail.command(
    help="Выгрузить все цепочки журнала или одну: файл на цепочку, со свежей подписанной отметкой."
)
@click.option(
    "-o", "folder", type=click.Path(path_type=Path), required=True, help="Папка для файлов."
)
@click.option("--chain", "wanted", type=click.UUID, help="Одна цепочка: id работы.")
def export(folder: Path, wanted: UUID | None) -> None:
    """Write every chain, or one, to FOLDER: a file a chain, with a fresh signed checkpoint."""
    settings = Settings()
    signer = Signer.of(settings.checkpoint_key())
    folder.mkdir(parents=True, exist_ok=True)
    with open_database(settings).reading() as session:
        chosen = [one for one in list_chains(session) if wanted is None or one == wanted]
        for chain_id in chosen:
            lines = export_chain(session, chain_id=chain_id, signer=signer, at=clock.now())
            with (folder / f"{chain_id}.jsonl").open("w", encoding="utf-8") as file:
                file.writelines(lines)
    click.echo(f"цепочек: {len(chosen)}; открытый ключ: {signer.public_key}")


@trail.command(
    context_settings={"ignore_unknown_options": True},
    help="Проверить выгрузку: ФАЙЛ [--key КЛЮЧ] [--checkpoints ХРАНИМОЕ.jsonl]; "
    "если не держится, код выхода 1.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def verify(arguments: tuple[str, ...]) -> None:
    """Judge an exported chain: FILE [--key HEX] [--checkpoints KEPT.jsonl]; exit 1 if it fails."""
    sys.exit(trailproof.main(list(arguments)))


@trail.command(
    help="Напечатать открытый ключ установки: храните его снаружи, он нужен при проверке."
)
def key() -> None:
    """Print the installation's public key: keep it outside, a verifier wants it from there."""
    click.echo(Signer.of(Settings().checkpoint_key()).public_key)
