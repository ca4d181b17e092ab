"""Train the digit network, measure it, write it as ONNX: python -m scanning.model.train DATA OUT.

DATA is an .npz file with x (n, 28, 28), y (n,) and src (n,): 0 = MNIST, 1 = Semeion. OUT is a
folder for digits.onnx, figures.json and practice digits. Needs torch and onnx besides the product's
own parts; one core, about twenty minutes, in as many runs as one likes.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
ROUNDS = 32  # of a quarter of the cells each: eight times every cell
BATCHES_A_ROUND = 190
BATCH = 128
SEMEION_REPEATS = 40  # 536 digits weigh like 21,440 beside 50,000
SPOILT = 12_000
PIECES = 8  # of the material: a run that was stopped goes on after the last one
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
        (normalise_cell(scanned_box(x, rng, label=int(y) if source == MNIST else None)), int(y))
        for x, y, source in zip(digits.x, digits.y, digits.src, strict=True)
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
    """Four convolutions of 3 x 3 with pooling, one hidden layer; about 150,000 weights."""
    layers: list[nn.Module] = []
    for before, after, pooled in ((1, 24, True), (24, 48, True), (48, 64, False), (64, 64, True)):
        layers += [nn.Conv2d(before, after, 3, padding=1, bias=False)]
        layers += [nn.BatchNorm2d(after), nn.ReLU()]
        layers += [nn.MaxPool2d(2)] if pooled else []
    head = [nn.Flatten(), nn.Dropout(0.3), nn.Linear(64 * 9, 112), nn.ReLU()]
    return nn.Sequential(*layers, *head, nn.Dropout(0.3), nn.Linear(112, CLASSES))


def as_batch(cells: Grey) -> torch.Tensor:
    """Cells as the network takes them."""
    return torch.from_numpy(cells[:, None].astype(np.float32) / 255)


def shaken(batch: torch.Tensor, rng: Rng) -> torch.Tensor:
    """Every cell slanted, turned, stretched and shifted a little, brighter or darker."""
    count = len(batch)
    turn, slant = rng.normal(0, 0.06, count), rng.normal(0, 0.08, count)
    wide, high = rng.normal(1, 0.07, count), rng.normal(1, 0.07, count)
    shift = rng.normal(0, 0.06, (count, 2))  # of half a cell
    rows = [[wide, slant - turn, shift[:, 0]], [turn, high, shift[:, 1]]]
    maps = torch.from_numpy(np.moveaxis(np.array(rows), 2, 0).astype(np.float32))
    grid = nn.functional.affine_grid(maps, list(batch.shape), align_corners=False)
    moved = nn.functional.grid_sample(batch, grid, align_corners=False)
    return moved * torch.from_numpy(rng.uniform(0.8, 1.0, (count, 1, 1, 1)).astype(np.float32))


def train(cells: Grey, labels: Labels, kept: Path) -> nn.Sequential:
    """Fit with AdamW and a one-cycle rate; a run that was stopped goes on after its last round.

    Args:
        cells: what to read.
        labels: what it is.
        kept: the file that holds the state after every round.
    """
    torch.manual_seed(SEED)
    model, target = network(), torch.from_numpy(labels)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-2)
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=4e-3, total_steps=ROUNDS * BATCHES_A_ROUND
    )
    parts = {"model": model, "optimiser": optimiser, "rate": rate}
    done = 0
    if kept.exists():
        state = torch.load(kept)
        done = state.pop("rounds")
        for name, part in parts.items():
            part.load_state_dict(state[name])
    for number in range(done, ROUNDS):
        # Lots are drawn anew by the round, so that a stop changes nothing.
        torch.manual_seed(SEED + number)
        _round(parts, cells, target, np.random.default_rng([SEED, number]))
        states = {name: part.state_dict() for name, part in parts.items()}
        torch.save(states | {"rounds": number + 1}, kept)
    return model.eval()


def _round(parts: dict[str, Any], cells: Grey, target: torch.Tensor, rng: Rng) -> None:
    """A quarter of the cells or so, drawn by lot."""
    model, optimiser = parts["model"].train(), parts["optimiser"]
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.005)
    total = 0.0
    chosen = rng.permutation(len(cells))[: BATCH * BATCHES_A_ROUND]
    for places in np.array_split(chosen, BATCHES_A_ROUND):
        optimiser.zero_grad()
        loss = loss_of(model(shaken(as_batch(cells[places]), rng)), target[places])
        loss.backward()
        optimiser.step()
        parts["rate"].step()
        total += float(loss.detach()) / BATCHES_A_ROUND
    log.info("%s loss %.4f", time.strftime("%X"), total)


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


def kept_material(digits: Digits, folder: Path) -> tuple[Grey, Labels]:
    """The cells to train on, made in pieces, each of them once."""
    pieces = []
    for number in range(PIECES):
        kept = folder / f"cells-{number}.npz"
        if not kept.exists():
            lot = np.random.default_rng([SEED, PIECES, number])
            piece = digits.take(np.arange(number, len(digits.y), PIECES))
            cells, labels = material(piece, SPOILT // PIECES, SEMEION_REPEATS, lot)
            np.savez(kept, x=cells, y=labels)
        with np.load(kept) as stored:
            pieces.append((stored["x"], stored["y"]))
    return np.concatenate([x for x, _ in pieces]), np.concatenate([y for _, y in pieces])


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
    cells, labels = kept_material(parts.train, out)
    log.info("%d cells to train on", len(labels))
    model = train(cells, labels, out / "state.pt")
    rng = np.random.default_rng(SEED + 1)
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
