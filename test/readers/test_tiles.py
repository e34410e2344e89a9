"""Tiles and crops, cut a second time: the pixels with Pillow, the labels with shapely."""

import io
import json
import math
import re
from collections import Counter

import cv2
import numpy as np
import pytest
from datasets import load_dataset
from PIL import Image, ImageOps
from pycocotools.coco import COCO
from shapely import Polygon, box, make_valid, unary_union

from ultralytics_checks import check_dataset, verify_labels

#: A share this near to the minimum can be rounded to either side.
NEARLY = 1e-6


@pytest.fixture(scope="module")
def given(folder):
    return json.loads((folder / "tiles" / "tiles.json").read_text())


@pytest.fixture(scope="module")
def coco(folder):
    return COCO(str(folder / "tiles" / "coco" / "annotations" / "instances_train.json"))


def begins(length, size, overlap):
    """Evenly from the start, and the last one ends with the image."""
    step = size - math.floor(size * overlap)
    return [0] if length <= size else [at for at in range(0, length, step) if at + size < length] + [length - size]


def tiles_of(image, tiling):
    """Where each tile begins, and its size, by its file name."""
    stem, _, ending = image["imageName"].rpartition(".")
    size = tiling["size"]
    places = [(x, y) for y in begins(image["height"], size, tiling["overlap"]) for x in begins(image["width"], size, tiling["overlap"])]
    return {f"{stem}_{x}_{y}.{ending}": (x, y, x + min(size, image["width"]), y + min(size, image["height"])) for x, y in places}


def shape_of(geometry):
    if geometry["type"] == "rectangle":
        return box(geometry["x"], geometry["y"], geometry["x"] + geometry["width"], geometry["y"] + geometry["height"])
    rings = [[(each["x"], each["y"]) for each in ring] for ring in (geometry["regions"][0] if geometry["type"] == "segmentation" else [geometry["points"]])]
    whole, *holes = [filled(ring) for ring in rings]
    # Even-odd, where a hole reaches out of what it is in.
    return whole.symmetric_difference(unary_union(holes))


def filled(ring):
    """Where the image ends, sides of a random star can lie on each other."""
    parts = make_valid(Polygon(ring))
    return unary_union([each for each in getattr(parts, "geoms", [parts]) if each.area > 0])


def visible(image, tile, minimum):
    """What a tile shows of each label that it shows enough of, by the number of the label; those on the limit apart."""
    found, undecided = {}, set()
    whole = box(0, 0, image["width"], image["height"])
    for label in image["objects"]:
        number = round(label["score"] * 1000)
        shape = shape_of(label["geometry"]).intersection(whole)
        part = shape.intersection(box(*tile))
        share = part.area / shape.area if shape.area > 0 else 0
        if abs(share - minimum) < NEARLY:
            undecided.add(number)
        elif share >= minimum:
            found[number] = (part, label)
    return found, undecided


def encoded_loss(pixels):
    """What Pillow loses at quality 95, and a little more."""
    file = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(file, "JPEG", quality=95)
    return 1.3 * np.abs(np.asarray(Image.open(file), dtype=int) - pixels).mean() + 0.3


def test_pixels(folder, given):
    for image in given["images"]:
        with Image.open(folder / "tiles" / image["imageName"]) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGB")
        tiles = tiles_of(image, given["tiling"])
        assert len(tiles) > 4
        for name, tile in tiles.items():
            with Image.open(folder / "tiles" / "coco" / "images" / "train" / name) as opened:
                assert opened.getexif().get(0x0112, 1) == 1
                assert opened.format == ("PNG" if name.endswith(".png") else "JPEG")
                found = np.asarray(opened.convert("RGB"), dtype=int)
            right = np.asarray(upright.crop(tile), dtype=int)
            assert found.shape == right.shape
            if name.endswith(".png"):
                np.testing.assert_array_equal(found, right)
            else:
                assert np.abs(found - right).mean() < encoded_loss(right), name


def test_files_are_those_tiles_in_every_format(folder, given):
    names = sorted(name for image in given["images"] for name in tiles_of(image, given["tiling"]))
    for format in ("coco", "masks", "yoloSegment"):
        assert sorted(path.name for path in (folder / "tiles" / format / "images" / "train").iterdir()) == names


def test_labels(given, coco):
    tiles = {each["file_name"]: each for each in coco.loadImgs(coco.getImgIds())}
    cut = parts = 0
    for image in given["images"]:
        for name, tile in tiles_of(image, given["tiling"]).items():
            left, top, right, bottom = tile
            assert (tiles[name]["width"], tiles[name]["height"]) == (right - left, bottom - top)
            annotations = {round(each["score"] * 1000): each for each in coco.loadAnns(coco.getAnnIds(imgIds=[tiles[name]["id"]]))}
            right_ones, undecided = visible(image, tile, given["tiling"]["visibleShare"])
            assert set(annotations) - undecided == set(right_ones), name
            for number, (part, label) in right_ones.items():
                found = annotations[number]
                x, y, width, height = found["bbox"]
                assert x >= 0 and y >= 0 and x + width <= right - left + 1e-9 and y + height <= bottom - top + 1e-9
                if isinstance(found["segmentation"], list):
                    same_area(found, part, (left, top))
                    np.testing.assert_allclose((x + left, y + top, x + left + width, y + top + height), part.bounds, atol=1e-6)
                    parts += len(found["segmentation"]) > 1
                else:
                    # Run lengths have the pixels whose centers are inside.
                    assert abs(found["area"] - part.area) <= part.length + 4, name
                cut += part.area < shape_of(label["geometry"]).area - NEARLY
                if label["children"]:
                    nose = label["children"][0]["geometry"]
                    inside = left <= nose["x"] < right and top <= nose["y"] < bottom
                    assert found["num_keypoints"] == inside
                    if inside:
                        np.testing.assert_allclose(found["keypoints"], (nose["x"] - left, nose["y"] - top, 2), atol=1e-9)
    # It is about something.
    assert cut > 500 and parts > 20


def same_area(annotation, part, origin):
    rings = [np.reshape(ring, (-1, 2)) + origin for ring in annotation["segmentation"]]
    found = unary_union([filled(ring) for ring in rings])
    assert found.symmetric_difference(part).area < 1e-6 * max(1, part.area)
    assert abs(annotation["area"] - part.area) < 1e-3 * max(1, part.area)


def test_masks(folder, given):
    for image in given["images"]:
        for name, (left, top, right, bottom) in tiles_of(image, given["tiling"]).items():
            with Image.open(folder / "tiles" / "masks" / "masks" / "train" / f"{name.rpartition('.')[0]}.png") as opened:
                mask = np.asarray(opened)
            shown, _ = visible(image, (left, top, right, bottom), given["tiling"]["visibleShare"])
            area = unary_union([part for part, _ in shown.values()]) if shown else Polygon()
            assert abs(np.count_nonzero(mask) - area.area) <= area.length + 4, name


def test_ultralytics(folder, given):
    data = check_dataset(folder / "tiles" / "yoloSegment" / "data.yaml")
    results = verify_labels(data, "train")
    assert [(each.corrupt, each.message) for each in results.values()] == [(0, "")] * len(results)
    assert len(results) == sum(len(tiles_of(image, given["tiling"])) for image in given["images"])


def crops_in(folder):
    return [path for path in (folder / "cropsByClass").glob("*/*/*") if path.is_file()]


def pixels_of(found):
    """The whole pixels that a box touches."""
    left, top, right, bottom = found.numbers
    return math.floor(left + NEARLY), math.floor(top + NEARLY), math.ceil(right - NEARLY), math.ceil(bottom - NEARLY)


def folder_of(name):
    """Without what disks do not take."""
    return re.sub(r'[<>:"|?*/\\\t\r\n]', "_", name).lstrip(". ")


def test_crops_by_class_are_the_boxes(folder, dataset):
    originals = {path.name: path for path in (folder / "labelMe").rglob("*") if path.suffix.lower() in (".jpg", ".png")}
    files = {}
    for path in crops_in(folder):
        files.setdefault(path.stem.rpartition("_")[0], []).append(path)
    for image in dataset.images:
        boxes = [each for each in image.boxes(displayed=True) if min(each.right - each.left, each.bottom - each.top) >= 1]
        with Image.open(originals[image.file_name]) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGB")
        right = [(folder_of(each.name), np.asarray(upright.crop(pixels_of(each)), dtype=int)) for each in boxes]
        found = []
        for path in files.get(image.stem, []):
            assert path.relative_to(folder / "cropsByClass").parts[0] == image.split
            with Image.open(path) as opened:
                found.append((re.sub("_[0-9a-f]{8}$", "", path.parent.name), np.asarray(ImageOps.exif_transpose(opened).convert("RGB"), dtype=int)))
        assert Counter((name, pixels.shape) for name, pixels in found) == Counter((name, pixels.shape) for name, pixels in right), image.name
        for name, pixels in found:
            same = [other for each, other in right if (each, other.shape) == (name, pixels.shape)]
            nearest = min(same, key=lambda other: np.abs(pixels - other).mean())
            most = 1e-9 if image.file_name.endswith(".png") else encoded_loss(nearest)
            assert np.abs(pixels - nearest).mean() < most, image.name


def test_crops_by_class_load_as_an_image_folder(folder, tmp_path):
    loaded = load_dataset("imagefolder", data_dir=str(folder / "cropsByClass"), cache_dir=str(tmp_path))
    assert sum(len(split) for split in loaded.values()) == len(crops_in(folder))
    for path in crops_in(folder)[:50]:
        assert cv2.imread(str(path)) is not None
