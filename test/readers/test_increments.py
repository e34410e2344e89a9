"""Datasets that were kept by increments, as their readers open them: nothing is missing, nothing left over."""

import csv
import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from datasets import load_dataset
from datumaro import Dataset as Datumaro
from PIL import Image
from pycocotools.coco import COCO
from supervision import DetectionDataset
from supervision.dataset.formats.createml import load_createml_annotations

from ultralytics_checks import check_classification, check_dataset, verify_labels

ROOT = Path(__file__).resolve().parents[2]
SPLITS = ["train", "val"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("increments")
    subprocess.run(["npx", "tsx", "test/readers/increments/generate.ts", str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="module")
def expected(kept):
    return json.loads((kept / "expected.json").read_text())


def found(counts):
    return {name: count for name, count in counts.items() if count > 0}


def labels_of(expected, form, split, *names):
    counts = expected[form]["splits"][split]["labels"]
    return found({name: counts[name] for name in names})


def test_both_splits_have_images(expected):
    for form in expected.values():
        assert set(form["splits"]) == set(SPLITS)


@pytest.mark.parametrize("form", ["yoloDetect", "yoloSegment", "yoloObb", "yoloPose"])
def test_ultralytics(kept, expected, form):
    data = check_dataset(kept / form / "data.yaml")
    assert {name: number for number, name in data["names"].items()} == expected[form]["classes"]
    for split in SPLITS:
        assert Path(data[split]) == kept / form / "images" / split
        results = verify_labels(data, split, is_pose=form == "yoloPose")
        assert len(results) == expected[form]["splits"][split]["images"]
        assert [(each.corrupt, each.missing, each.message) for each in results.values()] == [(0, 0, "")] * len(results)
        counts = Counter(data["names"][int(row[0])] for each in results.values() for row in each.labels)
        # A format of other shapes has no lamps, which are points; one of polygons or turned boxes has boxes, too.
        assert {**found(counts), "lamp": 0} == {**labels_of(expected, form, split, "bike", "car", "road"), "lamp": 0}
        labels = {path.stem for path in (kept / form / "labels" / split).iterdir()}
        assert labels == {Path(name).stem for name in results}


def test_ultralytics_classification(kept, expected):
    data, warnings = check_classification(kept / "yoloClassify")
    # The project also has the option "Sun", which would share the folder of "sun" where a disk ignores case.
    sun, = set(data["names"].values()) - {"rain"}
    assert len(data["names"]) == 2 and re.fullmatch(r"sun_[0-9a-f]{8}", sun)
    assert warnings == []
    for split in SPLITS:
        images = [path for path in (kept / "yoloClassify" / split).rglob("*") if path.is_file()]
        assert len(images) == expected["yoloClassify"]["splits"][split]["images"]


def test_pycocotools_and_supervision(kept, expected):
    categories = None
    for split in SPLITS:
        path = kept / "coco" / "annotations" / f"instances_{split}.json"
        coco = COCO(str(path))
        names = {category["id"]: category["name"] for category in coco.loadCats(coco.getCatIds())}
        assert {name: number - 1 for number, name in names.items()} == expected["coco"]["classes"]
        assert categories in (None, names)
        categories = names
        files = {each["file_name"] for each in coco.loadImgs(coco.getImgIds())}
        assert files == {path.name for path in (kept / "coco" / "images" / split).iterdir()}
        assert len(files) == expected["coco"]["splits"][split]["images"]
        counts = Counter(names[each["category_id"]] for each in coco.loadAnns(coco.getAnnIds()))
        assert found(counts) == labels_of(expected, "coco", split, "bike", "car", "road")
        # The lamps are points in the cars, and so their keypoints.
        keypoints = sum(each.get("num_keypoints", 0) for each in coco.loadAnns(coco.getAnnIds()))
        assert keypoints == expected["coco"]["splits"][split]["labels"]["lamp"]
        loaded = DetectionDataset.from_coco(str(kept / "coco" / "images" / split), str(path))
        assert len(loaded) == len(files)


def test_datumaro_reads_pascal_voc(kept, expected):
    loaded = Datumaro.import_from(str(kept / "pascalVoc"), "voc")
    names = [label.name for label in loaded.categories()[next(key for key in loaded.categories() if key.name == "label")]]
    for split in SPLITS:
        items = list(loaded.get_subset(split))
        assert len(items) == expected["pascalVoc"]["splits"][split]["images"]
        assert all(item.media is not None and item.media.data is not None for item in items)
        counts = Counter(names[each.label] for item in items for each in item.annotations if each.type.name == "bbox")
        assert found(counts) == labels_of(expected, "pascalVoc", split, "bike", "car", "road")
    total = sum(split["images"] for split in expected["pascalVoc"]["splits"].values())
    assert len(list((kept / "pascalVoc" / "JPEGImages").iterdir())) == total
    assert len(list((kept / "pascalVoc" / "Annotations").iterdir())) == total


def test_hugging_face(kept, expected, tmp_path):
    loaded = load_dataset("imagefolder", data_dir=str(kept / "imageFolder"), cache_dir=str(tmp_path))
    for split, name in [("train", "train"), ("val", "validation")]:
        rows = loaded[name]
        assert len(rows) == expected["imageFolder"]["splits"][split]["images"]
        counts = Counter(each for row in rows for each in row["objects"]["category_names"])
        assert found(counts) == labels_of(expected, "imageFolder", split, "bike", "car", "road")


def test_csv_names_files_that_there_are(kept, expected):
    for split in SPLITS:
        rows = list(csv.DictReader((kept / "csv" / f"{split}.csv").open(newline="", encoding="utf-8")))
        files = {path.name for path in (kept / "csv" / "images" / split).iterdir()}
        assert {row["filename"] for row in rows} <= files
        assert len(files) == expected["csv"]["splits"][split]["images"]
        assert found(Counter(row["class"] for row in rows)) == labels_of(expected, "csv", split, "bike", "car", "road")


def test_supervision_reads_createml(kept, expected):
    for split in SPLITS:
        root = kept / "createMl" / split
        classes, paths, annotations = load_createml_annotations(str(root), str(root / "annotations.createml.json"))
        assert len(paths) == expected["createMl"]["splits"][split]["images"]
        counts = Counter(classes[number] for each in annotations.values() for number in each.class_id)
        assert found(counts) == labels_of(expected, "createMl", split, "bike", "car", "road")


def test_datumaro_reads_cvat(kept, expected):
    loaded = Datumaro.import_from(str(kept / "cvat"), "cvat")
    splits = expected["cvat"]["splits"].values()
    assert len(list(loaded)) == sum(split["images"] for split in splits)
    assert all(item.media.data is not None for item in loaded)
    shapes = sum(len(item.annotations) for item in loaded)
    assert shapes == sum(sum(split["labels"].values()) for split in splits)


def test_each_image_has_its_mask(kept, expected):
    for split in SPLITS:
        images = {path.stem: path for path in (kept / "masks" / "images" / split).iterdir()}
        masks = {path.stem: path for path in (kept / "masks" / "masks" / split).iterdir()}
        assert set(images) == set(masks) and len(images) == expected["masks"]["splits"][split]["images"]
        for stem, path in images.items():
            assert Image.open(path).size == Image.open(masks[stem]).size
