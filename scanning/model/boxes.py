"""A handwritten digit or a mishap -> the picture a scanner would make of its box, for training."""

from __future__ import annotations

from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike
from PIL import Image, ImageDraw, ImageFont

Grey = npt.NDArray[np.uint8]
Ink = npt.NDArray[np.float32]
Points = npt.NDArray[np.float64]
Rng = np.random.Generator

LARGE_PX = 112  # a digit while it is changed
EUROPEAN = (1, 7)
BENT_PX = 2.5  # deviation of what one part of a digit is moved by: half a millimetre of 6
# Letters and signs that no careful reader takes for a digit; О, З, б, ч, в and their like are out.
SIGNS = "АБГДЕЖИЙКЛМНПРСТУФХЦШЩЭЮЯадежийклмнптуфхцшщэюяRKNMWQYFHJEGXwxymhkn?!#%&*+=№@"
FONTS = ("DejaVuSans.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSerif-Italic.ttf")


def scanned_box(digit: Grey, rng: Rng, *, label: int | None = None) -> Grey:
    """A 28 x 28 digit, written into a printed box, as scanned: any pen, tilt, place and scanner.

    With its label given, a 1 may get a flag and a 7 a bar.
    """
    canvas = _Box(rng)
    canvas.write(_handwritten(digit, rng, label=label))
    return canvas.scanned()


def spoilt_box(digits: Grey, rng: Rng) -> Grey:
    """A box that holds no digit: (n, 28, 28) digits to cross out, a blot, a letter, dust."""
    canvas = _Box(rng)
    mishap = rng.choice(["crossed", "scribble", "sign", "pair", "strokes", "dust"])
    if mishap == "crossed":
        canvas.write(_handwritten(digits[rng.integers(len(digits))], rng))
        canvas.cross_out()
    elif mishap == "sign":
        canvas.write(_sign(rng))
    elif mishap == "pair":
        canvas.write(_pair(digits, rng))
    else:
        canvas.strokes(*{"scribble": (12, 40), "strokes": (3, 7), "dust": (0, 2)}[str(mishap)])
    return canvas.scanned()


def _handwritten(digit: Grey, rng: Rng, *, label: int | None = None) -> Ink:
    """Another hand's version of a digit: slanted, turned, stretched, bent, thicker or thinner."""
    large = cv2.resize(digit, (LARGE_PX, LARGE_PX), interpolation=cv2.INTER_CUBIC)
    if label in EUROPEAN and rng.random() < 0.5:  # noqa: PLR2004
        large = _european(large, label == 1, rng)
    if rng.random() < 0.2:  # noqa: PLR2004
        large = _coarse(large, rng)
    slant, turn = rng.uniform(-0.3, 0.3), np.deg2rad(rng.uniform(-10, 10))
    stretch = rng.uniform(0.8, 1.2)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    linear = turned @ np.array([[stretch, slant], [0, 1]])
    middle = np.array([LARGE_PX / 2, LARGE_PX / 2])
    warp = np.column_stack([linear, middle - linear @ middle])
    large = cv2.warpAffine(large, warp, (LARGE_PX, LARGE_PX))
    if rng.random() < 0.5:  # noqa: PLR2004
        large = _bent(large, rng)
    width = int(rng.integers(-2, 5))
    round_pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(width) + 1, abs(width) + 1))
    thicker = cv2.dilate(large, round_pen) if width > 0 else cv2.erode(large, round_pen)
    return _cut(thicker if thicker.max() > 128 else large)  # noqa: PLR2004


def _european(large: MatLike, is_one: bool, rng: Rng) -> MatLike:  # noqa: FBT001
    """A 1 with a flag, now and then with a foot; a 7 with a bar."""
    ys, xs = np.nonzero(large > 128)  # noqa: PLR2004
    if len(ys) == 0:
        return large
    top, bottom = int(ys.min()), int(ys.max())
    height = bottom - top
    pen = max(3, round(rng.uniform(0.7, 1.1) * len(ys) / (1.8 * max(height, 1))))
    canvas = np.array(large)
    if is_one:
        start = np.array([xs[ys <= top + 4].mean(), top + pen / 2])
        reach = height * rng.uniform(0.2, 0.5)
        lean = np.deg2rad(rng.uniform(25, 70))
        _draw(canvas, start, start + reach * np.array([-np.sin(lean), np.cos(lean)]), pen)
        if rng.random() < 0.3:  # noqa: PLR2004
            foot = np.array([xs[ys >= bottom - 4].mean(), bottom])
            half = np.array([height * rng.uniform(0.12, 0.3), 0])
            _draw(canvas, foot - half, foot + half, pen)
        return canvas
    at = round(top + height * rng.uniform(0.42, 0.62))
    row = xs[np.abs(ys - at) <= 2]  # noqa: PLR2004
    if len(row):
        half = np.array([height * rng.uniform(0.15, 0.32), height * rng.uniform(-0.08, 0.08)])
        middle = np.array([row.mean(), at])
        _draw(canvas, middle - half, middle + half, pen)
    return canvas


def _draw(canvas: MatLike, start: Points, end: Points, pen_px: int) -> None:
    places = [tuple(int(v) for v in np.round(point * 16)) for point in (start, end)]
    cv2.line(canvas, places[0], places[1], 255, pen_px, cv2.LINE_AA, 4)


def _coarse(large: MatLike, rng: Rng) -> MatLike:
    """The digit as Semeion keeps its own: few pixels of one bit each."""
    across = int(rng.integers(14, 22))
    small = cv2.resize(large, (across, across), interpolation=cv2.INTER_AREA)
    _, bits = cv2.threshold(small, float(rng.uniform(50, 120)), 255, cv2.THRESH_BINARY)
    if bits.max() == 0:
        return large
    return cv2.resize(bits, (LARGE_PX, LARGE_PX), interpolation=cv2.INTER_LINEAR)


def _bent(large: MatLike, rng: Rng) -> MatLike:
    """Every part of the digit moved a little, near parts alike."""
    size = (LARGE_PX, LARGE_PX)
    moves = [
        cv2.resize(rng.normal(0, BENT_PX, (4, 4)), size, interpolation=cv2.INTER_CUBIC)
        for _ in range(2)
    ]
    y, x = np.indices(size)
    return cv2.remap(
        large,
        (x + moves[0]).astype(np.float32),
        (y + moves[1]).astype(np.float32),
        cv2.INTER_LINEAR,
    )


def _cut(image: MatLike) -> Ink:
    """The picture as ink from 0 to 1, without its empty margins."""
    ys, xs = np.nonzero(image > 64)  # noqa: PLR2004  a quarter of full ink
    piece = image[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    return np.asarray(piece, np.float32) / np.float32(255)


def _sign(rng: Rng) -> Ink:
    """A letter or a sign."""
    folder = Path(mpl.get_data_path(), "fonts", "ttf")
    font = ImageFont.truetype(str(folder / str(rng.choice(FONTS))), 90)
    image = Image.new("L", (140, 140))
    ImageDraw.Draw(image).text((25, 15), str(rng.choice(list(SIGNS))), fill=255, font=font)
    thick = cv2.dilate(np.asarray(image), np.ones((int(rng.integers(1, 6)),) * 2))
    return _cut(thick)


def _pair(digits: Grey, rng: Rng) -> Ink:
    """Two digits in one box, side by side or one over the other."""
    first, second = (_handwritten(digits[k], rng) for k in rng.integers(len(digits), size=2))
    height = max(len(first), len(second))
    gap = int(rng.integers(-10, 12)) if rng.random() < 0.7 else -first.shape[1]  # noqa: PLR2004
    width = max(first.shape[1], first.shape[1] + gap + second.shape[1])
    both = np.zeros((height, width), np.float32)
    both[: len(first), : first.shape[1]] = first
    start = first.shape[1] + gap
    place = both[: len(second), start : start + second.shape[1]]
    np.maximum(place, second[:, : place.shape[1]], out=place)
    return both


class _Box:
    """A piece of paper with a printed box, in pixels of a scanner drawn by lot."""

    def __init__(self, rng: Rng) -> None:
        self.rng = rng
        self.px_mm = float(rng.choice([150, 150, 200, 300])) / 25.4
        self.size_mm = np.array([rng.uniform(6, 8.5), rng.uniform(8, 10.5)])
        # How far the crop reaches past the box: up to a near neighbour's frame, or any.
        near = rng.random() < 0.6  # noqa: PLR2004
        self.margin_mm = rng.normal(0.4, 0.15) if near else rng.uniform(-0.2, 1.4)
        shape = np.round((self.size_mm + 2 * self.margin_mm) * self.px_mm).astype(int)
        self.ink = np.zeros((shape[1], shape[0]), np.float32)
        self._print_frame()

    def _print_frame(self) -> None:
        """The printed frame, a little beside its place and tilted; sometimes there is none."""
        rng = self.rng
        if rng.random() < 0.1:  # noqa: PLR2004
            return
        x, y = self.margin_mm + rng.normal(0, 0.3, 2)
        w, h = self.size_mm
        corners = np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])
        tilt = np.deg2rad(rng.normal(0, 1.2))
        turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
        middle = corners.mean(0)
        points = ((corners - middle) @ turn.T + middle) * self.px_mm
        width = max(1, round(rng.uniform(0.2, 0.5) * self.px_mm))
        frame = np.zeros_like(self.ink)
        shifted = np.round(points * 16).astype(np.int32)
        cv2.polylines(frame, [shifted], True, 1.0, width, cv2.LINE_AA, 4)  # noqa: FBT003
        self.ink = frame * np.float32(rng.uniform(0.4, 1.0))

    def write(self, glyph: Ink) -> None:
        """Write a glyph somewhere near the middle, 3.2 to 8 millimetres high."""
        rng = self.rng
        height = rng.uniform(3.2, 8.0) * self.px_mm
        scale = min(height / len(glyph), 1.05 * self.size_mm[0] * self.px_mm / glyph.shape[1])
        middle = (np.array(self.ink.shape)[::-1]) / 2 + rng.normal(0, 0.9, 2) * self.px_mm
        offset = middle - scale * np.array(glyph.shape)[::-1] / 2
        small = cv2.GaussianBlur(glyph, (0, 0), max(0.4 / scale - 0.4, 0.3))
        warp = np.array([[scale, 0, offset[0]], [0, scale, offset[1]]])
        written = cv2.warpAffine(small, warp, self.ink.shape[::-1])
        np.maximum(self.ink, written * self._pen(), out=self.ink)

    def cross_out(self) -> None:
        """Two to four long strokes over what stands in the box."""
        rng = self.rng
        height, width = self.ink.shape
        for _ in range(int(rng.integers(2, 5))):
            left = np.array([rng.uniform(0, 0.25) * width, rng.uniform(0.15, 0.85) * height])
            right = np.array([rng.uniform(0.75, 1) * width, rng.uniform(0.15, 0.85) * height])
            self._line(np.array([left, (left + right) / 2 + rng.normal(0, 1.5, 2), right]))

    def strokes(self, fewest: int, most: int) -> None:
        """A wandering pen with the given number of turns."""
        count = int(self.rng.integers(fewest, most))
        if count:
            shape = np.array(self.ink.shape)[::-1]
            self._line(self.rng.uniform(0.15, 0.85, (count, 2)) * shape)

    def _line(self, points: npt.NDArray[np.float64]) -> None:
        width = max(1, round(self.rng.uniform(0.25, 0.7) * self.px_mm))
        line = np.zeros_like(self.ink)
        shifted = np.round(points * 16).astype(np.int32)
        cv2.polylines(line, [shifted], False, 1.0, width, cv2.LINE_AA, 4)  # noqa: FBT003
        np.maximum(self.ink, line * self._pen(), out=self.ink)

    def _pen(self) -> np.float32:
        """How dark this pen or pencil is."""
        faint = self.rng.random() < 0.25  # noqa: PLR2004
        return np.float32(self.rng.uniform(0.3, 0.5) if faint else self.rng.uniform(0.5, 1))

    def scanned(self) -> Grey:
        """Paper, light, blur, noise, compression; one time in five a single bit a pixel."""
        rng = self.rng
        paper = rng.uniform(190, 252)
        image = paper * (1 - 0.85 * cv2.GaussianBlur(self.ink, (0, 0), rng.uniform(0.3, 1.1)))
        image += rng.normal(0, rng.uniform(0, 7), image.shape)
        image += np.linspace(0, rng.uniform(-12, 12), image.shape[1])
        grey = np.clip(image, 0, 255).astype(np.uint8)
        if rng.random() < 0.2:  # noqa: PLR2004
            return np.asarray(np.where(grey < paper * rng.uniform(0.68, 0.88), 0, 255), np.uint8)
        if rng.random() < 0.5:  # noqa: PLR2004
            quality = int(rng.integers(35, 90))
            _, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
            return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
        return np.asarray(grey, np.uint8)
