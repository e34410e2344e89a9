"""What a reader must find, computed from the label model (expected.json) by other means than the writers under test:
geometry by shapely, EXIF by Pillow, pixels by point-in-polygon."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import shapely
from PIL import Image, ImageOps
from shapely.geometry import MultiPolygon, Polygon, box


def written_formats() -> dict[str, dict]:
    """What the index of formats says of each that is written, by its key; nothing before datasets are written."""
    if "DATASETS" not in os.environ:
        return {}
    return json.loads((Path(os.environ["DATASETS"]) / "expected.json").read_text(encoding="utf-8"))["formats"]


class Dataset:
    def __init__(self, path: Path):
        raw = json.loads(path.read_text(encoding="utf-8"))
        self.names: list[str] = raw["names"]
        #: Where only areas have classes.
        self.area_names: list[str] = raw["areaNames"]
        self.keypoints: list[str] = raw["keypoints"]
        self.sizeless: str = raw["sizeless"]
        self.conversions: dict[str, list[dict]] = raw["conversions"]
        self.images = [ExpectedImage(image) for image in raw["images"]]

    def split(self, name: str) -> list[ExpectedImage]:
        return [image for image in self.images if image.split == name]

    @property
    def splits(self) -> list[str]:
        return sorted({image.split for image in self.images})

    def reported(self, format: str, reason: str, class_key: str | None = None) -> int:
        """How many skipped or converted labels of a kind the writer reported."""
        return sum(
            kind["count"]
            for kind in self.conversions[format]
            if kind["reason"] == reason and class_key in (None, kind.get("className"))
        )


@dataclass
class Label:
    """A label in pixels of one frame (the displayed image, in which people draw, or the stored one)."""

    name: str
    key: str
    type: str
    id: int
    parent: int | None
    regions: list[list[np.ndarray]]
    score: float | None
    answers: dict[str, list[str]]

    @property
    def points(self) -> np.ndarray:
        return np.concatenate([ring for region in self.regions for ring in region])

    @cached_property
    def area(self) -> Polygon | MultiPolygon:
        return MultiPolygon([Polygon(outline, holes) for outline, *holes in self.regions])

    @property
    def is_area(self) -> bool:
        return self.type in ("rectangle", "polygon", "segmentation")

    def inside(self, size: tuple[int, int]) -> Polygon | MultiPolygon:
        """The part of an area in an image of that size, which may be empty. Crossing outlines are filled even-odd."""
        return self.area.intersection(box(0, 0, *size))

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        (left, top), (right, bottom) = self.points.min(axis=0), self.points.max(axis=0)
        return left, top, right, bottom


class ExpectedImage:
    def __init__(self, raw: dict):
        self.id: str = raw["id"]
        self.name: str = raw["name"]
        self.file_name: str = raw["fileName"]
        self.sha256: str = raw["sha256"]
        self.split: str = raw["split"]
        # As the file stores them.
        self.width: int = raw["width"]
        self.height: int = raw["height"]
        self.orientation: int = raw["orientation"]
        self.answers: dict[str, list[str]] = raw["answers"]
        self.raw_objects: list[dict] = raw["objects"]

    @property
    def stem(self) -> str:
        return self.file_name.rpartition(".")[0]

    @property
    def displayed_size(self) -> tuple[int, int]:
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)

    def size(self, displayed: bool) -> tuple[int, int]:
        return self.displayed_size if displayed else (self.width, self.height)

    def labels(self, displayed: bool = False) -> list[Label]:
        """All labels that have a class in the dataset; nested ones after what they are in."""
        move = (lambda points: points) if displayed else to_stored(self.width, self.height, self.orientation)
        return [
            Label(
                name=raw["class"],
                key=raw["key"],
                type=raw["type"],
                id=raw["id"],
                parent=raw["parent"],
                regions=[[move(np.array(ring, dtype=float)) for ring in region] for region in raw["regions"]],
                score=raw["score"],
                answers=raw["answers"],
            )
            for raw in self.raw_objects
            if raw["class"] is not None
        ]

    def boxes(self, displayed: bool = False, clipped: bool = True) -> list[Box]:
        """Boxes around all areas; when cut off, without those outside of the image."""
        width, height = self.size(displayed)
        boxes = []
        for label in self.labels(displayed):
            if not label.is_area:
                continue
            left, top, right, bottom = label.box
            if clipped:
                left, right = np.clip([left, right], 0, width)
                top, bottom = np.clip([top, bottom], 0, height)
                if right <= left or bottom <= top:
                    continue
            boxes.append(Box(label.name, left, top, right, bottom, label))
        return boxes

    def outlines(self, displayed: bool = False) -> list[Outline]:
        """The outlines of all areas without their holes, one for each part, cut off at the edge."""
        frame = box(0, 0, *self.size(displayed))
        outlines = []
        for label in self.labels(displayed):
            if not label.is_area:
                continue
            for outline, *_ in label.regions:
                inside = Polygon(outline).intersection(frame)
                if inside.area > 0:
                    outlines.append(Outline(label.name, inside, label, is_cut=inside.area < Polygon(outline).area - 1e-9))
        return outlines


@dataclass
class Box:
    name: str
    left: float
    top: float
    right: float
    bottom: float
    label: Label = field(repr=False, default=None)

    @property
    def numbers(self) -> np.ndarray:
        return np.array([self.left, self.top, self.right, self.bottom])


@dataclass
class Outline:
    name: str
    polygon: Polygon
    label: Label = field(repr=False)
    is_cut: bool = False


def to_stored(width: int, height: int, orientation: int):
    """Moves points of the displayed image to where they are in the stored one, from which Pillow makes it by the orientation."""

    def where(x: int, y: int) -> np.ndarray:
        image = Image.new("L", (width, height))
        image.putpixel((x, y), 255)
        image.getexif()[0x0112] = orientation
        shown = np.asarray(ImageOps.exif_transpose(image))
        row, column = np.argwhere(shown == 255)[0]
        return np.array([column, row], dtype=float)

    origin, right, down = where(0, 0), where(1, 0), where(0, 1)
    # Pixels are told by their corners in Pillow, their middles are half a pixel further.
    axes = np.stack([right - origin, down - origin])
    return lambda points: (points - (origin + 0.5)) @ axes.T + 0.5


def painted(area: Polygon | MultiPolygon, width: int, height: int) -> np.ndarray:
    """The pixels whose middle is in the area, as a mask of [row, column]."""
    xs, ys = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    shapely.prepare(area)
    return shapely.contains_xy(area, xs, ys)


def counts(names) -> dict[str, int]:
    return dict(Counter(names))


def same_boxes(found: list[Box], expected: list[Box], tolerance: float, where: str) -> None:
    """The same classes in the same numbers, and each expected box among the found ones, each used once."""
    assert counts(each.name for each in found) == counts(each.name for each in expected), where
    rest = list(found)
    for each in expected:
        distances = [np.abs(other.numbers - each.numbers).max() if other.name == each.name else np.inf for other in rest]
        best = int(np.argmin(distances))
        assert distances[best] <= tolerance, f"{where}: no {each} within {tolerance}, but {[other for other in rest if other.name == each.name]}"
        rest.pop(best)
