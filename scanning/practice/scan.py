"""A sheet of paper through a scanner: tilt, light, blur, noise, dust -> pixels and their place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

from scanning.practice.spec import MILLIMETRES_PER_INCH, Colour, Scanner

Grey = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]
Rng = np.random.Generator

LID = 62  # grey of the scanner's lid beside a tilted page
PAPER = 232  # grey of white paper
BLACK_BELOW = 172  # of a one-bit scan
PEN_GREY = 0.85
SHOW_THROUGH = 0.05  # of the other side's ink
PEN_RGB = (0.92, 0.85, 0.42)  # how much of red, green, blue a blue pen takes away
PAPER_RGB = (1.0, 0.99, 0.96)
NOISE = 4.0  # grey levels of deviation in a school's office
NOISE_ROOM = 64  # how far the piece of noise can be moved
QUARTERS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """The picture of one page, (h, w) or (h, w, 3), and the way from millimetres to its pixels."""

    image: Grey
    mm_to_px: Matrix


def scan(
    printed: Grey, ink: Grey, *, px_mm: float, scanner: Scanner, rotation: int, rng: Rng
) -> Scan:
    """Scan an upright sheet: print (255 = white) and ink coverage (255 = full), of one size."""
    place = _tilt(printed.shape, scanner, rng)
    size = printed.shape[::-1]
    paper = cv2.warpAffine(printed, place[:2], size, borderValue=LID)
    pen = cv2.warpAffine(ink, place[:2], size)
    light = _light(printed.shape, round(float(rng.uniform(-1, 1)), 1), scanner.wear)
    paper = cv2.multiply(paper, light, scale=1 / 255)
    image = _worn(_with_pen(paper, pen, scanner.colour), scanner, rng)
    if scanner.colour is Colour.BILEVEL:
        image = cv2.threshold(image, BLACK_BELOW, 255, cv2.THRESH_BINARY)[1]
    return _turned(image, place @ np.diag([px_mm, px_mm, 1.0]), rotation)


def back_of(printed: Grey, ink: Grey) -> Grey:
    """The other side of a sheet: white, with the front showing through, mirrored."""
    front = cv2.min(printed, 255 - ink)
    soft = cv2.blur(cv2.flip(front, 1), (5, 5))
    return np.asarray(
        cv2.addWeighted(soft, SHOW_THROUGH, soft, 0, 255 * (1 - SHOW_THROUGH)), np.uint8
    )


def _tilt(shape: tuple[int, ...], scanner: Scanner, rng: Rng) -> Matrix:
    """How the page lies on the glass: turned about its middle, shifted a little, as 3 x 3."""
    degrees = rng.uniform(-scanner.skew_degrees, scanner.skew_degrees)
    height, width = shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    affine = np.asarray(turn, np.float64)
    affine[:, 2] += rng.normal(0, 0.004 * min(scanner.wear, 1.0), 2) * width
    return np.vstack([affine, [0, 0, 1]])


def _with_pen(paper: MatLike, pen: MatLike, colour: Colour) -> MatLike:
    """Ink on lit paper: one channel, or three for a blue pen on cream paper."""
    if colour is not Colour.COLOUR:
        return _multiplied(paper, pen, PEN_GREY)
    tints = zip(PEN_RGB, PAPER_RGB, strict=True)
    return cv2.merge([_multiplied(paper, pen, dark, white) for dark, white in tints])


def _multiplied(paper: MatLike, pen: MatLike, dark: float, white: float = 1.0) -> MatLike:
    """Paper of a brightness seen through ink that takes away a share of `dark` of the light."""
    return cv2.multiply(paper, cv2.convertScaleAbs(pen, alpha=-dark, beta=255), scale=white / 255)


@lru_cache(maxsize=32)
def _light(shape: tuple[int, ...], slope: float, wear: float) -> Grey:
    """Brightness over the glass: a slope and a darker edge; 255 is full."""
    height, width = shape
    across = np.linspace(-0.5, 0.5, width) * slope
    down = np.linspace(-0.5, 0.5, height)[:, None] * (1 - abs(slope))
    fall = 0.10 * wear * (across + down) - 0.05 * wear * (across**2 + down**2)
    return np.asarray(np.clip(PAPER * (1 + fall), 0, 255), np.uint8)


def _worn(image: MatLike, scanner: Scanner, rng: Rng) -> MatLike:
    """Soft optics, the sensor's noise, dust on the glass."""
    wear = scanner.wear
    image = cv2.GaussianBlur(_faded(image, scanner), (3, 3), 0.3 + 0.3 * wear)
    for _ in range(int(rng.poisson(12 * wear))):
        x, y = (int(rng.integers(length)) for length in image.shape[1::-1])
        cv2.circle(image, (x, y), int(rng.integers(1, 3)), (int(rng.integers(20, 140)),) * 3, -1)
    if wear <= 0:
        return image
    height, width = image.shape[:2]
    noise = _noise(height, width, 1 if image.ndim == 2 else 3)  # noqa: PLR2004
    top, left = (int(step) for step in rng.integers(0, NOISE_ROOM, 2))
    piece = noise[top : top + height, left : left + width]
    return cv2.addWeighted(image, 1, piece, NOISE * wear / 16, -128 * NOISE * wear / 16)


def _faded(image: MatLike, scanner: Scanner) -> MatLike:
    """The picture through an unsharp lens, with a share of its contrast left."""
    if scanner.blur_mm > 0:
        spread = scanner.blur_mm * scanner.dpi / MILLIMETRES_PER_INCH
        image = cv2.GaussianBlur(image, (0, 0), spread)
    if scanner.contrast < 1:
        image = cv2.convertScaleAbs(
            image, alpha=scanner.contrast, beta=PAPER * (1 - scanner.contrast)
        )
    return image


@lru_cache(maxsize=8)
def _noise(height: int, width: int, channels: int) -> MatLike:
    """Noise of deviation 16 about 128, a little larger than the page, of which a piece is used."""
    lot = np.random.default_rng(height * width)
    shape = (height + NOISE_ROOM, width + NOISE_ROOM)
    plain = lot.normal(128, 16, shape).clip(0, 255).astype(np.uint8)
    return plain if channels == 1 else cv2.merge([plain] * channels)


def _turned(image: MatLike, mm_to_px: Matrix, rotation: int) -> Scan:
    """The picture turned clockwise by quarters, and the way to its pixels turned with it."""
    if rotation == 0:
        return Scan(image=np.asarray(image, np.uint8), mm_to_px=mm_to_px[:2])
    height, width = image.shape[:2]
    turns = {
        90: [[0, -1, height - 1], [1, 0, 0]],
        180: [[-1, 0, width - 1], [0, -1, height - 1]],
        270: [[0, 1, 0], [-1, 0, width - 1]],
    }
    turned = np.asarray(cv2.rotate(image, QUARTERS[rotation]), np.uint8)
    return Scan(image=turned, mm_to_px=np.array(turns[rotation], np.float64) @ mm_to_px)
