"""COCO with nothing but keypoints: pycocotools, whose evaluation of keypoints takes it as it is."""

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

DISPLAYED = False


@pytest.fixture(params=["train", "val", "test"])
def split(request):
    return request.param


@pytest.fixture
def coco(folder, split):
    return COCO(folder / "cocoKeypoints" / "annotations" / f"person_keypoints_{split}.json")


def test_has_every_image_and_only_persons(coco, dataset, split):
    assert sorted(each["file_name"] for each in coco.imgs.values()) == sorted(image.file_name for image in dataset.split(split))
    assert [(each["id"], each["name"], each["keypoints"], each["skeleton"]) for each in coco.cats.values()] == [(1, "person", sorted(dataset.keypoints), [])]
    names = {number: image["file_name"] for number, image in coco.imgs.items()}
    for image in dataset.split(split):
        (number,) = (id for id, name in names.items() if name == image.file_name)
        persons = [each for each in image.boxes(DISPLAYED) if each.name == "person"]
        annotations = coco.imgToAnns[number]
        assert len(annotations) == len(persons), image.name
        for annotation in annotations:
            visible = annotation["keypoints"][2::3]
            assert len(visible) == 3 and set(visible) <= {0, 2} and annotation["num_keypoints"] == sum(each > 0 for each in visible)
            assert annotation["area"] > 0 and annotation["iscrowd"] == 0


def test_is_evaluated_without_choosing_categories(coco):
    # computeOks reads "keypoints" of every annotation of every category.
    results = [
        {"image_id": each["image_id"], "category_id": 1, "keypoints": each["keypoints"], "score": 0.9}
        for each in coco.dataset["annotations"]
        if each["num_keypoints"] > 0
    ]
    evaluation = COCOeval(coco, coco.loadRes(results), "keypoints")
    evaluation.params.kpt_oks_sigmas = np.full(3, 0.1)
    evaluation.evaluate()
    evaluation.accumulate()
    assert evaluation.eval["precision"][:, :, 0, 0, 0].min() > 0.99


def test_other_labels_are_told(dataset):
    areas = [label for image in dataset.images for label in image.labels(DISPLAYED) if label.is_area and label.name != "person"]
    assert dataset.reported("cocoKeypoints", "without-keypoints") == len(areas)
