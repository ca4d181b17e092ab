"""A pupil's hand: real handwritten digits, pen strokes and a made-up name, as ink on a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from scanning.practice.form import font

Grey = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]
Rng = np.random.Generator

# Nonsense, so that it can be searched for and is nobody's name.
NAME_WORDS = (
    "Бурлыка", "Вжумра", "Гнефта", "Дзюхра", "Ежвопль", "Жмыкса", "Зюзлепа", "Кварзюк",
    "Лупсерда", "Мряпка", "Нюхвост", "Охлюмба", "Пфырька", "Рдюква", "Смурзява", "Тюфряка",
    "Фыкладь", "Хрюмза", "Цвындра", "Шмурлыга",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """How one pupil writes: whose digits (0 MNIST, 1 Semeion), slant, size, pen, darkness 0-1.

    `stray_mm` is how far, on average, a digit lies beside the middle of its box.
    """

    source: int
    slant: float
    digit_mm: float
    pen_mm: float
    darkness: float
    stray_mm: float


def draw_hand(rng: Rng, *, pencil: float) -> Hand:
    """A pupil by lot; a share of `pencil` writes faintly."""
    faint = rng.random() < pencil
    return Hand(
        source=int(rng.integers(2)),
        slant=float(rng.normal(0, 0.08)),
        digit_mm=float(rng.uniform(4.6, 6.8)),
        pen_mm=float(rng.uniform(0.3, 0.6)),
        darkness=float(rng.uniform(0.38, 0.55) if faint else rng.uniform(0.75, 1.0)),
        stray_mm=float(rng.uniform(0.2, 0.8)),
    )


class InkSheet:
    """The ink on one sheet: coverage 0-255 at `px_mm` pixels a millimetre, written by one hand."""

    def __init__(self, *, page_mm: tuple[float, float], px_mm: float, hand: Hand, rng: Rng) -> None:
        self.px_mm = px_mm
        self.hand = hand
        self.rng = rng
        self.ink = np.zeros((round(page_mm[1] * px_mm), round(page_mm[0] * px_mm)), np.uint8)

    def digit(self, digit: str, *, at_mm: tuple[float, float], size: float = 1.0) -> None:
        """A handwritten digit with its middle near `at_mm`."""
        glyphs = _glyphs(self.hand.source, int(digit))
        glyph = glyphs[self.rng.integers(len(glyphs))]
        height = self.hand.digit_mm * size * self.rng.uniform(0.9, 1.1) * self.px_mm
        scale = height / 20  # the digits are 20 pixels high in their 28
        slant = self.hand.slant + self.rng.normal(0, 0.03)
        linear = scale * np.array([[1.0, -slant], [0.0, 1.0]])
        reach = int(np.ceil(20 * scale))
        middle = np.array(at_mm) * self.px_mm
        corner = np.floor(middle).astype(int) - reach
        shift = middle - corner - linear @ np.array([14.0, 14.0])
        warp = np.column_stack([linear, shift])
        patch = cv2.warpAffine(glyph, warp, (2 * reach, 2 * reach), flags=cv2.INTER_CUBIC)
        self._lay(np.asarray(patch, np.uint8), corner)

    def stroke(self, points_mm: Points, *, pen: float = 1.0) -> None:
        """One stroke of the pen through the points."""
        width = max(1, round(self.hand.pen_mm * pen * self.px_mm))
        points = np.round(points_mm * self.px_mm * 16).astype(np.int32)
        darkness = int(255 * self.hand.darkness)
        cv2.polylines(self.ink, [points], False, darkness, width, cv2.LINE_AA, 4)  # noqa: FBT003

    def scribble(self, *, x: float, y: float, w: float, h: float) -> None:
        """Ink to and fro over a rectangle until nothing can be read."""
        turns = int(self.rng.integers(18, 40))
        across = np.where(np.arange(turns) % 2 == 0, x, x + w) + self.rng.normal(0, 0.6, turns)
        down = y + h * self.rng.uniform(0, 1, turns)
        self.stroke(np.column_stack([across, down]), pen=1.8)

    def cross_out(self, *, at_mm: tuple[float, float]) -> None:
        """Two strokes through what stands at a place."""
        for side in (-1, 1):
            ends = np.array([[-3.0, -2.5 * side], [3.0, 2.5 * side]])
            self.stroke(np.array(at_mm) + ends + self.rng.normal(0, 0.3, (2, 2)))

    def line(self, *, x: float, until: float, y: float) -> None:
        """A line of joined-up writing on a ruled line, from `x` at most to `until`."""
        end = x + (until - x) * self.rng.uniform(0.4, 1.0)
        while x + 4 < end:
            width = self.rng.uniform(4, 14)
            self.stroke(_word(x, y, min(width, end - x), self.rng))
            x += width + self.rng.uniform(1.8, 3.0)

    def name(self, word: str, *, x: float, y: float, h: float) -> None:
        """A made-up name on the name line."""
        patch = _lettering(word, round(h * self.px_mm))
        corner = np.round(np.array([x + self.rng.uniform(1, 5), y]) * self.px_mm).astype(int)
        self._lay(patch, corner)

    def _lay(self, patch: Grey, corner: npt.NDArray[np.int_]) -> None:
        """Ink over ink: the darker one stays; what falls off the sheet is lost."""
        low = np.maximum(corner, 0)
        high = np.minimum(corner + patch.shape[::-1], self.ink.shape[::-1])
        if (high <= low).any():
            return
        place = self.ink[low[1] : high[1], low[0] : high[0]]
        (left, top), (right, bottom) = low - corner, high - corner
        darker = patch[top:bottom, left:right] * np.float32(self.hand.darkness)
        np.maximum(place, darker.astype(np.uint8), out=place)


def _word(x: float, y: float, width: float, rng: Rng) -> Points:
    """Points of a joined-up word: loops and arches of the height of small letters."""
    letters = max(1, int(width / 2.2))
    t = np.linspace(0, 2 * np.pi * letters, 9 * letters)
    tall = np.repeat(rng.choice([1.0, 1.0, 1.0, 1.9, -1.4], letters), 9)
    height = rng.uniform(1.0, 1.4)
    up = height * (1 - np.cos(t)) / 2 * np.abs(tall)
    loops = np.where(tall < 0, up * 0.9, -up)
    along = x + np.linspace(0, width, len(t)) - 0.5 * np.sin(t) + 0.25 * up
    return np.column_stack([along, y - 0.6 + loops + rng.normal(0, 0.06, len(t))])


@lru_cache(maxsize=64)
def _lettering(word: str, height_px: int) -> Grey:
    """A word in sloping letters, wavering a little, as ink coverage."""
    letters = font("DejaVuSans-Oblique.ttf", round(height_px * 0.72))
    image = Image.new("L", (int(letters.getlength(word)) + height_px, round(height_px * 1.3)))
    ImageDraw.Draw(image).text((height_px // 4, 0), word, fill=255, font=letters)
    grid_y, grid_x = np.indices((image.height, image.width)).astype(np.float32)
    waver = grid_y + 0.05 * height_px * np.sin(grid_x / (0.35 * height_px))
    wavy = cv2.remap(np.asarray(image), grid_x, waver.astype(np.float32), cv2.INTER_LINEAR)
    return np.asarray(wavy, np.uint8)


@lru_cache(maxsize=32)
def _glyphs(source: int, digit: int) -> Grey:
    """The kept digits of one source and value, (n, 28, 28), ink bright on black."""
    with resources.files("scanning").joinpath("practice", "digits.npz").open("rb") as file:
        stored = np.load(file)
        chosen = (stored["src"] == source) & (stored["y"] == digit)
        return np.asarray(stored["x"][chosen], np.uint8)
