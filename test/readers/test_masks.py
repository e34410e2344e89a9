"""Masks: Pillow, and Ultralytics' check of semantic masks."""

import numpy as np
from PIL import Image

from expected import painted


def mask_files(folder):
    return {path.stem: path for path in (folder / "masks" / "masks").rglob("*.png")}


def test_are_palette_images_of_the_stored_size(folder, dataset):
    files = mask_files(folder)
    assert set(files) == {image.stem for image in dataset.images}
    for image in dataset.images:
        with Image.open(files[image.stem]) as mask:
            mask.verify()
        with Image.open(files[image.stem]) as mask:
            assert (mask.mode, mask.size) == ("P", (image.width, image.height)), image.name
            assert files[image.stem].parent.name == image.split
            palette = np.reshape(mask.getpalette(), (-1, 3))
            assert len({tuple(color) for color in palette[: len(dataset.names) + 1]}) == len(dataset.names) + 1


def test_pixels_are_the_number_of_the_last_label_that_covers_their_middle(folder, dataset):
    files = mask_files(folder)
    for image in dataset.images:
        expected = np.zeros((image.height, image.width), dtype=np.uint8)
        areas = [label for label in image.labels() if label.is_area]
        for label in areas:
            expected[painted(label.area, image.width, image.height)] = dataset.names.index(label.name) + 1
        with Image.open(files[image.stem]) as mask:
            # Middles that lie on an edge exactly may fall to either side.
            assert (np.asarray(mask) != expected).sum() <= sum(on_edge(label, image) for label in areas), image.name


def on_edge(label, image) -> float:
    """Pixels whose middle an edge of whole and half numbers can meet, few of decimals."""
    halves = (label.points * 2 % 2 == 1).any()
    return label.area.length if halves else 2


def test_classes_are_listed_by_their_number(folder, dataset):
    lines = (folder / "masks" / "classes.txt").read_text(encoding="utf-8").split("\n")
    assert lines == ["background", *(" ".join(name.split()) for name in dataset.names), ""]


def test_what_is_lost_is_told(dataset):
    assert dataset.reported("masks", "geometry-type") == sum(not label.is_area for image in dataset.images for label in image.labels())
    assert dataset.reported("masks", "no-size") == 1
