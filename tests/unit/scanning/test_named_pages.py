"""Whole stacks with every trap: no page gets another pupil's code, most get their own."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from scanning import IssuedCodes, PageTemplate, identify, read_page
from scanning.practice import (
    BundleFormat,
    CodeBoxes,
    CodeScheme,
    FormLayout,
    PracticeSpec,
    Scanner,
    make_practice_set,
)

from .scenes import raw

SLANTED = FormLayout(
    page_mm=(148, 210),
    code_box=CodeBoxes(x=40, y=150, w=7.5, h=9, pitch=8.5, n=6, angle=-3),
    name_field=None,
    sticker=None,
)


def decided(scheme, layout, *, seed):
    """The truth of every page beside the verdict."""
    spec = PracticeSpec(
        layout=layout,
        pupils=9,
        scheme=scheme,
        scanner=Scanner(dpi=150, skew_degrees=3),
        bundle=BundleFormat.PNG,
    )
    practice = make_practice_set(spec, seed=seed)
    template = PageTemplate.from_layout(layout.as_roster_layout())
    readings = [
        read_page(raw(np.asarray(Image.open(BytesIO(file.content))), dpi=150), [template])
        for file in practice.files
    ]
    issued = IssuedCodes.of(practice.issued)
    return list(zip(practice.pages, identify(readings, issued, pages_expected=3), strict=True))


@pytest.mark.parametrize(
    ("scheme", "layout", "seed", "least"),
    [
        (CodeScheme.CONSECUTIVE, FormLayout(), 90210, 0.85),
        (CodeScheme.RANDOM, SLANTED, 90211, 0.95),
    ],
)
def test_no_page_of_a_stack_with_every_trap_gets_a_wrong_code(scheme, layout, seed, least):
    pages = decided(scheme, layout, seed=seed)
    wrong = [(truth, verdict) for truth, verdict in pages if verdict.code not in (None, truth.code)]
    assert wrong == []
    named = [verdict.code is not None for truth, verdict in pages if truth.expect == "identify"]
    assert np.mean(named) >= least
