import cv2
import numpy as np

from scanning.work import FAR, far_px, prepared


def page_with_lines():
    page = np.full((600, 420), 235, np.uint8)
    page[:, 180:300] = np.linspace(235, 175, 120).astype(np.uint8)  # the shadow of a fold
    page[:, 300:] = 175
    cv2.rectangle(page, (60, 80), (140, 150), 30, 2)
    cv2.line(page, (0, 400), (419, 437), 60, 3)
    cv2.circle(page, (419, 599), 4, 0, -1)
    return page


def test_the_way_to_the_nearest_dark_pixel_is_the_one_measured_pixel_by_pixel():
    work = prepared(page_with_lines(), px_per_mm=5.0)
    ys, xs = np.nonzero(work.dark)
    told = far_px(work.rings)

    for y in range(0, 600, 7):
        for x in range(0, 420, 3):
            nearest = np.sqrt(((ys - y) ** 2 + (xs - x) ** 2).min())
            assert told[y, x] == (np.float32(nearest) if nearest < 2.3 else FAR)


def test_print_is_dark_and_a_shadow_on_the_paper_is_not():
    work = prepared(page_with_lines(), px_per_mm=5.0)

    assert work.dark[80, 100]
    assert work.dark[418, 200]
    assert not work.dark[160:390, 150:400].any()
