"""Train the digit network, measure it, write it as ONNX: python -m scanning.model.train DATA OUT.

DATA is an .npz file with x (n, 28, 28), y (n,) and src (n,): 0 = MNIST, 1 = Semeion. OUT is a
folder for digits.onnx, figures.json and practice digits. Needs torch and onnx besides the product's
own parts; one core, about ten minutes.
"""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from scanning.digits import CELL_PX, CLASSES, NOT_A_DIGIT, normalise_cell
from scanning.model.boxes import scanned_box, spoilt_box

log = logging.getLogger(__name__)

SEED = 20260901
MNIST, SEMEION = 0, 1
EPOCHS = 8
BATCH = 128
SEMEION_REPEATS = 20  # 536 digits weigh like 10,720 beside 50,000
SPOILT = 14_000
CERTAIN = 0.99  # the probability at which "certain" answers are counted

Grey = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]
Rng = np.random.Generator


@dataclass(frozen=True, kw_only=True, slots=True)
class Digits:
    """Digits (n, 28, 28) with labels and source."""

    x: Grey
    y: Labels
    src: npt.NDArray[np.int8]

    def take(self, chosen: Labels) -> Digits:
        """The chosen ones, in that order."""
        return Digits(x=self.x[chosen], y=self.y[chosen], src=self.src[chosen])

    def of(self, source: int) -> Digits:
        """Those of one source."""
        return self.take(np.flatnonzero(self.src == source))


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """Three parts without a digit in common; practice scans use digits of `test` alone."""

    train: Digits
    calibration: Digits
    test: Digits


def split(digits: Digits, rng: Rng) -> Split:
    """Balanced over the classes: 500 + 500 of MNIST and 6 + 20 of Semeion a class are held out."""
    parts: tuple[list[Labels], ...] = ([], [], [])
    for source, calibration, test in ((MNIST, 500, 500), (SEMEION, 6, 20)):
        for label in range(10):
            places = rng.permutation(np.flatnonzero((digits.src == source) & (digits.y == label)))
            parts[2].append(places[:test])
            parts[1].append(places[test : test + calibration])
            parts[0].append(places[test + calibration :])
    train, calibrate, tested = (digits.take(np.concatenate(part)) for part in parts)
    return Split(train=train, calibration=calibrate, test=tested)


def read_cells(digits: Digits, rng: Rng) -> tuple[Grey, Labels]:
    """Every digit written into a box, scanned and cleaned; what the cleaning loses is left out."""
    found = [
        (normalise_cell(scanned_box(x, rng)), int(y))
        for x, y in zip(digits.x, digits.y, strict=True)
    ]
    kept = [(cell, label) for cell, label in found if cell is not None]
    return np.stack([cell for cell, _ in kept]), np.array([label for _, label in kept])


def spoilt_cells(digits: Digits, count: int, rng: Rng) -> tuple[Grey, Labels]:
    """Boxes without a digit; one in sixteen is black, the cell of an empty box."""
    cells = [np.zeros((CELL_PX, CELL_PX), np.uint8)] * (count // 16)
    while len(cells) < count:
        cell = normalise_cell(spoilt_box(digits.x, rng))
        if cell is not None:
            cells.append(cell)
    return np.stack(cells), np.full(count, NOT_A_DIGIT)


def material(digits: Digits, spoilt: int, repeats: int, rng: Rng) -> tuple[Grey, Labels]:
    """Cells to train or calibrate on: scanned, as they are in the sources, and spoilt."""
    semeion = digits.of(SEMEION)
    parts = [read_cells(digits, rng), spoilt_cells(digits, spoilt, rng)]
    parts += [read_cells(semeion, rng) for _ in range(repeats)]
    plain = digits.take(rng.permutation(len(digits.y))[: len(digits.y) // 4])
    parts.append((plain.x, plain.y))
    return np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])


def network() -> nn.Sequential:
    """Three convolutions of 3 x 3 with pooling, one hidden layer; about 100,000 weights."""
    layers: list[nn.Module] = []
    for before, after in ((1, 24), (24, 48), (48, 64)):
        layers += [nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after)]
        layers += [nn.ReLU(), nn.MaxPool2d(2)]
    head = [nn.Flatten(), nn.Dropout(0.3), nn.Linear(64 * 9, 112), nn.ReLU()]
    return nn.Sequential(*layers, *head, nn.Dropout(0.3), nn.Linear(112, CLASSES))


def as_batch(cells: Grey) -> torch.Tensor:
    """Cells as the network takes them."""
    return torch.from_numpy(cells[:, None].astype(np.float32) / 255)


def shaken(batch: torch.Tensor, rng: Rng) -> torch.Tensor:
    """The batch shifted by up to two pixels, a little brighter or darker."""
    shifts = [int(step) for step in rng.integers(-2, 3, 2)]
    return torch.roll(batch, shifts, (2, 3)).clamp(0, 1) * float(rng.uniform(0.8, 1.0))


def train(cells: Grey, labels: Labels, rng: Rng) -> nn.Sequential:
    """Fit with AdamW and a one-cycle rate."""
    model, target = network(), torch.from_numpy(labels)
    steps = EPOCHS * (len(labels) // BATCH + 1)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-2)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=4e-3, total_steps=steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.02)
    for epoch in range(EPOCHS):
        total = 0.0
        for places in np.array_split(rng.permutation(len(labels)), len(labels) // BATCH + 1):
            optimiser.zero_grad()
            loss = loss_of(model(shaken(as_batch(cells[places]), rng)), target[places])
            loss.backward()
            optimiser.step()
            rate.step()
            total += float(loss.detach()) * len(places)
        log.info("epoch %d: loss %.4f", epoch + 1, total / len(labels))
    return model.eval()


def logits_of(model: nn.Sequential, cells: Grey) -> torch.Tensor:
    """The network's raw answers."""
    with torch.no_grad():
        return torch.cat(
            [model(as_batch(part)) for part in np.array_split(cells, 1 + len(cells) // 512)]
        )


def temperature(model: nn.Sequential, cells: Grey, labels: Labels) -> float:
    """The divisor of the logits with the least cross-entropy on held-out cells."""
    logits, target = logits_of(model, cells), torch.from_numpy(labels)
    tried = np.geomspace(0.3, 3.0, 200)
    losses = [float(nn.functional.cross_entropy(logits / t, target)) for t in tried]
    return float(tried[int(np.argmin(losses))])


def figures(probabilities: npt.NDArray[np.float32], labels: Labels) -> dict[str, float]:
    """Accuracy, expected calibration error (15 bins), and how sure right answers are."""
    sure, named = probabilities.max(1), probabilities.argmax(1)
    right = named == labels
    bins = np.minimum((sure * 15).astype(int), 14)
    gaps = [
        abs(right[bins == b].mean() - sure[bins == b].mean()) * (bins == b).mean()
        for b in range(15)
        if (bins == b).any()
    ]
    certain = sure >= CERTAIN
    return {
        "cells": len(labels),
        "accuracy": float(right.mean()),
        "expected_calibration_error": float(sum(gaps)),
        "share_at_0.99": float(certain.mean()),
        "errors_at_0.99": float((~right[certain]).mean()) if certain.any() else 0.0,
    }


def measured(model: nn.Sequential, parts: Split, rng: Rng) -> dict[str, dict[str, float]]:
    """Figures on the test part: sources as they are, scanned in boxes, and spoilt boxes."""
    test = parts.test
    sets = {
        "MNIST, as it is": (test.of(MNIST).x, test.of(MNIST).y),
        "Semeion, as it is": (test.of(SEMEION).x, test.of(SEMEION).y),
        "MNIST, in scanned boxes": read_cells(test.of(MNIST), rng),
        "Semeion, in scanned boxes": read_cells(test.of(SEMEION), rng),
        "spoilt boxes": spoilt_cells(test, 2_000, rng),
    }
    return {
        name: figures(torch.softmax(logits_of(model, x), 1).numpy(), y)
        for name, (x, y) in sets.items()
    }


def export(model: nn.Sequential, path: Path) -> None:
    """Write the network with its softmax as one ONNX file with a free batch size."""
    whole = nn.Sequential(*model, nn.Softmax(dim=1)).eval()
    torch.onnx.export(
        whole,
        (torch.zeros(1, 1, CELL_PX, CELL_PX),),
        path,
        dynamo=False,
        opset_version=17,
        input_names=["cells"],
        output_names=["probabilities"],
        dynamic_axes={"cells": {0: "n"}, "probabilities": {0: "n"}},
    )


def practice_digits(test: Digits) -> Digits:
    """100 digits of MNIST and 20 of Semeion a class, none of which the network has seen."""
    places = [
        np.flatnonzero((test.src == source) & (test.y == label))[:count]
        for source, count in ((MNIST, 100), (SEMEION, 20))
        for label in range(10)
    ]
    return test.take(np.concatenate(places))


def main(data: Path, out: Path) -> None:
    """Train on `data`, print the figures, write the network and the practice digits to `out`."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    with np.load(data) as stored:
        digits = Digits(x=stored["x"], y=stored["y"].astype(np.int64), src=stored["src"])
    parts = split(digits, rng)
    held = practice_digits(parts.test)
    np.savez_compressed(
        out / "practice_digits.npz", x=held.x, y=held.y.astype(np.uint8), src=held.src
    )
    cells, labels = material(parts.train, SPOILT, SEMEION_REPEATS, rng)
    log.info("%d cells to train on", len(labels))
    model = train(cells, labels, rng)
    divisor = temperature(model, *material(parts.calibration, 1_000, 8, rng))
    with torch.no_grad():
        model[-1].weight /= divisor
        model[-1].bias /= divisor
    found = {"temperature": divisor, "weights": sum(p.numel() for p in model.parameters())}
    found |= measured(model, parts, rng)
    written = json.dumps(found, indent=1, ensure_ascii=False)
    log.info(written)
    (out / "figures.json").write_text(written)
    export(model, out / "digits.onnx")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
