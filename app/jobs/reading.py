"""One stored file after another through the limited child: pages read, their pictures kept."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from app.bridge.scans import Form, form_read
from app.services.intake import ReadPage
from app.storage import FileStore
from scanning import ChildReader, RawPage, code_crop, read_page, upright


def read_file(
    store: FileStore,
    reader: ChildReader,
    forms: Sequence[Form],
    *,
    sha256: str,
    name: str,
    only: Container[int] | None = None,
) -> Iterator[tuple[int, ReadPage]]:
    """The pages of a file with their places in it, one at a time.

    Args:
        store: where the file lies and the pictures go.
        reader: the child that decodes.
        forms: the forms that the file may hold.
        sha256: the file.
        name: what to call it in refusals.
        only: the places to read; all when None.

    Raises:
        RejectedFile: the file cannot be read.
    """
    with store.open(sha256) as source:
        for raw in reader.read(source, name=name):
            if only is None or raw.index in only:
                yield raw.index, read_and_keep(store, raw, forms)


def read_and_keep(store: FileStore, raw: RawPage, forms: Sequence[Form]) -> ReadPage:
    """Read once; the pixels are let go when the pictures are stored."""
    reading = read_page(raw, [form.template for form in forms])
    form = form_read(reading, forms)
    crop = None
    if reading.placement is not None:
        crop = store.put(code_crop(raw, reading, form.template))
    return ReadPage(
        template_id=form.template_id,
        reading=reading,
        image_sha256=store.put(upright(raw, reading, form.template)),
        code_crop_sha256=crop,
    )
