"""The files of the datasets: all images are there, unchanged but for the orientation, under names that clash nowhere."""

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from expected import written_formats

# Their files hold the images: test_containers.py, test_instructions.py.
CONTAINERS = ("huggingFaceParquet", "openAiJsonl", "webDataset")
WRITTEN = {key: each for key, each in written_formats().items() if key not in CONTAINERS}
# All formats with coordinates; in the others the images are the labels.
FORMATS = [key for key, each in WRITTEN.items() if each["frame"] != "none"]
# Those whose readers do not agree on the orientation, so that it is removed.
NEUTRAL = [key for key, each in WRITTEN.items() if each["frame"] == "stored"]
WITHOUT_SPLIT_FOLDERS = ("cvat", "dataGym", "labelStudio", "pascalVoc")
SPLIT_FORMATS = [each for each in FORMATS if each not in WITHOUT_SPLIT_FOLDERS]


def name_in(format: str, image) -> str:
    """In CSV no name is a formula, and the files have the names of the rows."""
    return f"'{image.file_name}" if format == "csv" and image.file_name[0] in "=+-@" else image.file_name


def images_in(folder: Path) -> list[Path]:
    masks = folder / "masks"
    return [path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".png") and masks not in path.parents]


def test_model_sizes_are_those_that_pillow_reads(folder, dataset):
    files = {path.name: path for path in images_in(folder / "labelMe")}
    for image in dataset.images:
        with Image.open(files[image.file_name]) as opened:
            assert opened.size == (image.width, image.height), image.name
            assert opened.getexif().get(0x0112, 1) == image.orientation, image.name
            assert ImageOps.exif_transpose(opened).size == image.displayed_size, image.name


@pytest.mark.parametrize("format", FORMATS)
def test_every_image_is_there_unchanged_and_nothing_else(folder, dataset, format):
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in images_in(folder / format)}
    assert set(found) == {name_in(format, image) for image in dataset.images}
    same = {name_in(format, image): image.sha256 for image in dataset.images if format not in NEUTRAL or image.orientation == 1}
    assert {name: found[name] for name in same} == same


@pytest.mark.parametrize("format", NEUTRAL)
def test_turned_images_are_the_same_pixels_and_no_reader_turns_them(folder, dataset, format):
    kept = {path.name: path for path in images_in(folder / "labelMe")}
    for image in dataset.images:
        if image.orientation == 1:
            continue
        [path] = [path for path in images_in(folder / format) if path.name == image.file_name]
        with Image.open(path) as opened, Image.open(kept[image.file_name]) as original:
            assert opened.getexif().get(0x0112, 1) == 1, path
            np.testing.assert_array_equal(np.asarray(opened), np.asarray(original))
            np.testing.assert_array_equal(np.asarray(ImageOps.exif_transpose(opened)), np.asarray(original))
        np.testing.assert_array_equal(cv2.imread(str(path)), cv2.imread(str(path), cv2.IMREAD_UNCHANGED))


def test_two_images_never_share_a_stem_whatever_the_case(dataset):
    stems = [image.stem.lower() for image in dataset.images]
    assert len(set(stems)) == len(stems)


def test_no_name_leads_out_of_its_folder(dataset):
    for image in dataset.images:
        assert not set(image.file_name) & set('/\\\0\n<>:"|?*'), image.file_name
        assert image.file_name not in (".", "..")


ROBOFLOWS = ["cocoRfDetr", "florence2Jsonl", "paliGemmaJsonl", "qwen25VlJsonl", "qwen3VlJsonl"]


@pytest.mark.parametrize("format", SPLIT_FORMATS)
def test_each_image_is_on_its_side(folder, dataset, format):
    for image in dataset.images:
        [path] = [path for path in images_in(folder / format) if path.name == name_in(format, image)]
        # RF-DETR and maestro call it valid.
        split = "valid" if format in ROBOFLOWS and image.split == "val" else image.split
        assert split in path.relative_to(folder / format).parts, path
