"""What `npm start` wrote for a training: independent readers find as many labels as came back from DataGym."""

import json
import subprocess
import zipfile
from collections import Counter
from pathlib import Path

import pytest
import supervision
from pycocotools.coco import COCO

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "out"


@pytest.fixture(scope="module")
def labels():
    """Labels by class and kind of shape, from the file that the sample workflow saved."""
    subprocess.run(["npm", "start"], cwd=ROOT, check=True, capture_output=True)
    images = json.loads((OUT / "labels.json").read_text())
    return Counter((label["className"], label["geometry"]["type"]) for image in images for label in image["labels"])


def by_class(labels, *kinds):
    counts = Counter()
    for (name, kind), count in labels.items():
        if kind in kinds:
            counts[name] += count
    return counts


def test_pycocotools_finds_all_areas(labels):
    coco = COCO(str(OUT / "instances_train.json"))
    names = {category["id"]: category["name"] for category in coco.loadCats(coco.getCatIds())}
    found = Counter(names[annotation["category_id"]] for annotation in coco.loadAnns(coco.getAnnIds()))
    assert found == by_class(labels, "rectangle", "polygon")


def test_supervision_finds_all_boxes_and_outlines_in_the_yolo_archive(labels, tmp_path):
    with zipfile.ZipFile(OUT / "photographs_yolo.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    found = Counter()
    for split in ("train", "val"):
        folder = tmp_path / "images" / split
        if not folder.exists():
            continue
        dataset = supervision.DetectionDataset.from_yolo(
            images_directory_path=str(folder),
            annotations_directory_path=str(tmp_path / "labels" / split),
            data_yaml_path=str(tmp_path / "data.yaml"),
        )
        for _, _, detections in dataset:
            found.update(dataset.classes[number] for number in detections.class_id)
    assert found == by_class(labels, "rectangle", "polygon")
