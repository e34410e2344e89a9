"""Shapes that a slip of the mouse makes (`BROKEN_LABELS` and `BOW_TIE` in labels.ts) make no reader refuse the dataset.

The first image of the sparse dataset has nothing but them, the second one an outline that crosses itself, too."""

import json
from xml.etree import ElementTree

import numpy as np
import pytest
from datumaro import Dataset as Datumaro
from label_studio_sdk.label_interface import LabelInterface
from pycocotools.coco import COCO
from supervision import DetectionDataset
from supervision.dataset.formats.labelme import load_labelme_annotations

from labelme_reader import read_label_file
from ultralytics_checks import check_dataset, verify_labels


@pytest.fixture(scope="module")
def root(folder):
    return folder / "sparse"


@pytest.fixture(scope="module")
def pair(dataset):
    """The image of broken shapes, and the one that has an outline that crosses itself, too."""
    return dataset.images[0], dataset.images[1]


@pytest.mark.parametrize(("format", "annotations", "images"), [
    ("coco", "annotations/instances_train.json", "images/train"),
    ("cocoRfDetr", "train/_annotations.coco.json", "train"),
])  # fmt: skip
def test_coco(root, pair, format, annotations, images):
    coco = COCO(str(root / format / annotations))
    found = {image["file_name"]: coco.loadAnns(coco.getAnnIds(imgIds=image["id"])) for image in coco.loadImgs(coco.getImgIds())}
    broken, crossing = (found[image.file_name] for image in pair)
    assert broken == []
    [bow_tie] = crossing
    # Two triangles; pycocotools paints up to a pixel along the outline.
    assert abs(bow_tie["area"] - 200) < 1
    assert abs(coco.annToMask(bow_tie).sum() - 200) < 80
    corners = np.array([each["bbox"] for each in coco.dataset["annotations"]], dtype=np.float32)
    corners[:, 2:] += corners[:, :2]
    assert (corners[:, 2:] > corners[:, :2]).all()
    DetectionDataset.from_coco(str(root / format / images), str(root / format / annotations), force_masks=True)
    if format == "coco":
        Datumaro.import_from(str(root / format), "coco_instances")


def test_cvat(root, pair):
    read = Datumaro.import_from(str(root / "cvat"), "cvat")
    assert len(read) == 40
    shapes = {image.get("name"): [each.tag for each in image] for image in ElementTree.parse(root / "cvat" / "annotations.xml").getroot().iter("image")}
    # Boxes stay as they are drawn.
    assert shapes[pair[0].file_name] == ["polygon", "box", "box", "box", "points"]
    assert shapes[pair[1].file_name] == ["polygon", "polygon", "box", "box", "box", "points"]


def test_labelme(root, pair):
    for path in (root / "labelMe").rglob("*.json"):
        for shape in read_label_file(str(path)).shapes:
            # LabelMe's editor lets no polygon have less than three points, and no line less than two.
            least = {"polygon": 3, "linestrip": 2, "rectangle": 2, "point": 1}[shape["shape_type"]]
            assert len(shape["points"]) >= least, path
    for split in ("train", "val", "test"):
        load_labelme_annotations(str(root / "labelMe" / split), str(root / "labelMe" / split), force_masks=True)


def test_label_studio(root, pair):
    interface = LabelInterface((root / "labelStudio" / "label_config.xml").read_text(encoding="utf-8"))
    tasks = json.loads((root / "labelStudio" / "tasks.json").read_text(encoding="utf-8"))
    assert len(tasks) == 40
    for task in tasks:
        for annotation in task["annotations"]:
            assert interface._validate_object(annotation, return_errors=True) == []
            for result in annotation["result"]:
                # PolygonTag.to_json_schema.
                assert len(result["value"].get("points", [0] * 3)) >= 3


@pytest.mark.parametrize("task", ["yoloDetect", "yoloSegment", "yoloObb", "yoloPose"])
def test_yolo(root, pair, task):
    data = check_dataset(root / task / "data.yaml")
    for split, count in (("train", 36), ("val", 2), ("test", 2)):
        results = verify_labels(data, split, is_pose=task == "yoloPose")
        assert len(results) == count
        assert all((each.corrupt, each.missing, each.message) == (0, 0, "") for each in results.values())
    train = verify_labels(data, "train", is_pose=task == "yoloPose")
    # A box is left of the polygon along a line, but no outline.
    flat = 1 if task in ("yoloDetect", "yoloPose") else 0
    assert [len(train[image.file_name].labels) for image in pair] == [flat, flat + 1]


def test_pascal_voc(root):
    assert len(Datumaro.import_from(str(root / "pascalVoc"), "voc_detection")) == 40
