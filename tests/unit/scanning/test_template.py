"""A layout is read whole or refused with the place, the value and what was expected."""

import pytest

from scanning import CodeBox, LayoutError, PageTemplate, Rect, VisibleArea

LAYOUT = {
    "page_mm": [210, 297],
    "code_box": {"x": 138, "y": 16, "w": 7, "h": 9, "pitch": 8.5, "n": 5},
    "name_field": {"x": 20, "y": 30, "w": 110, "h": 8},
    "sticker": None,
    "fiducials_mm": [[8, 8], [202, 8]],
    "fiducial_size": 4,
}


def test_a_template_written_as_a_layout_is_read_back_the_same():
    area = VisibleArea(rect=Rect(x=10, y=50, w=100, h=40), page=2, task="9.1")
    template = PageTemplate.from_layout(LAYOUT)
    whole = PageTemplate.from_layout(
        {
            **LAYOUT,
            "pages": 3,
            "visible": [{"rect": {"x": 10, "y": 50, "w": 100, "h": 40}, "page": 2, "task": "9.1"}],
        }
    )
    assert whole.areas == (area,)
    assert PageTemplate.from_layout(whole.to_layout()) == whole
    assert PageTemplate.from_layout(template.to_layout()) == template


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"page_mm": [210]}, "layout.page_mm"),
        ({"page_mm": [210, "a"]}, "layout.page_mm[1]"),
        ({"page_mm": "A4"}, "layout.page_mm"),
        ({"code_box": None}, "layout.code_box"),
        ({"code_box": {**LAYOUT["code_box"], "n": 0}}, "layout.code_box.n"),
        ({"code_box": {**LAYOUT["code_box"], "w": float("nan")}}, "layout.code_box.w"),
        ({"code_box": {**LAYOUT["code_box"], "pitch": 3}}, "code_box.pitch"),
        ({"code_box": {**LAYOUT["code_box"], "x": 190}}, "code_box.x"),
        ({"code_box": {**LAYOUT["code_box"], "y": 296}}, "code_box.y"),
        ({"code_box": {**LAYOUT["code_box"], "turn": 3}}, "layout.code_box.turn"),
        ({"name_field": {"x": 1, "y": 1, "w": 0, "h": 3}}, "layout.name_field.w"),
        ({"visible": [{"rect": None}]}, "layout.visible[0].rect"),
        ({"visible": 5}, "layout.visible"),
        (
            {"visible": [{"rect": {"x": 1, "y": 1, "w": 2, "h": 3}, "task": 9}]},
            "layout.visible[0].task",
        ),
        ({"pages": 0}, "layout.pages"),
        ({"colour": "red"}, "layout.colour"),
    ],
)
def test_an_impossible_value_is_refused_with_its_path(change, path):
    with pytest.raises(LayoutError) as refusal:
        PageTemplate.from_layout({**LAYOUT, **change})
    assert refusal.value.path == path
    assert path in str(refusal.value)


def test_a_layout_that_is_no_object_is_refused():
    with pytest.raises(LayoutError, match="объект"):
        PageTemplate.from_layout([])


def test_a_refused_layout_inside_a_list_names_its_place():
    error = LayoutError(path="layout.code_box.n", value=0, expected="число")
    assert error.inside("layouts[1]").path == "layouts[1].code_box.n"


def test_a_rectangle_without_area_cannot_exist():
    with pytest.raises(LayoutError):
        Rect(x=0, y=0, w=0, h=1)


def test_a_box_without_height_cannot_exist():
    with pytest.raises(LayoutError):
        CodeBox(x=0, y=0, w=1, h=0, pitch=2, n=3)


def test_a_turned_row_runs_down_the_page():
    row = CodeBox(x=50, y=20, w=7, h=9, pitch=8, n=3, angle=90)
    (x, y), (end_x, end_y), *_ = row.corners()
    assert (x, y) == (50, 20)
    assert (round(end_x, 6), round(end_y, 6)) == (50, 20 + row.length)


def test_without_areas_experts_see_all_but_the_bands_of_private_fields():
    template = PageTemplate.from_layout(LAYOUT)
    shown = [area.rect for area in template.visible_areas(None)]
    assert shown
    for private in template.private_fields():
        assert not any(area.overlaps(private) for area in shown)
    assert max(area.bottom for area in shown) == 297


def test_areas_of_another_page_are_not_shown():
    areas = (
        VisibleArea(rect=Rect(x=0, y=50, w=10, h=10)),
        VisibleArea(rect=Rect(x=0, y=70, w=10, h=10), page=2),
    )
    template = PageTemplate(
        page_mm=(210, 297), code_box=CodeBox(x=1, y=1, w=7, h=9, pitch=8, n=3), areas=areas
    )
    assert template.visible_areas(2) == areas
    assert template.visible_areas(1) == areas[:1]
    assert template.visible_areas(None) == areas[:1]
