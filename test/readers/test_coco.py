"""COCO: pycocotools (with its evaluation), datumaro, supervision, globox."""

import json
from pathlib import Path

import numpy as np
import pytest
from datumaro import Dataset as Datumaro
from datumaro.components.annotation import AnnotationType
from globox import AnnotationSet
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from supervision import DetectionDataset

from expected import Box, counts, painted, same_boxes

SPLITS = ["train", "val", "test"]
#: Folders of the annotations and of the images, by format.
LAYOUTS = {
    "coco": ("annotations/instances_{split}.json", "images/{split}"),
    # RF-DETR, `build_roboflow_from_coco`: annotations beside the images, val is called valid.
    "cocoRfDetr": ("{folder}/_annotations.coco.json", "{folder}"),
}


def annotation_file(folder: Path, split: str, format: str = "coco") -> Path:
    return folder / format / LAYOUTS[format][0].format(split=split, folder="valid" if split == "val" else split)


def image_folder(folder: Path, split: str, format: str = "coco") -> Path:
    return folder / format / LAYOUTS[format][1].format(split=split, folder="valid" if split == "val" else split)


@pytest.fixture(scope="module", params=SPLITS)
def split(request):
    return request.param


@pytest.fixture(scope="module", params=LAYOUTS)
def format(request):
    return request.param


@pytest.fixture(scope="module")
def coco(folder, split, format):
    return COCO(str(annotation_file(folder, split, format)))


def held(image):
    """All areas that have a part in the image."""
    return [label for label in image.labels(DISPLAYED) if label.is_area and label.inside(image.size(DISPLAYED)).area > 0]


def boxes(image):
    return [Box(label.name, *label.inside(image.size(DISPLAYED)).bounds, label) for label in held(image)]


# Some readers turn images and some do not, so the orientation is removed and coordinates are those of the stored image.
DISPLAYED = False


def test_has_the_images_of_its_split_with_their_sizes(coco, dataset, split):
    found = {image["file_name"]: (image["width"], image["height"]) for image in coco.loadImgs(coco.getImgIds())}
    assert found == {image.file_name: image.size(DISPLAYED) for image in dataset.split(split)}


def test_categories_are_the_same_in_every_split(coco, dataset):
    assert [(each["id"], each["name"]) for each in coco.loadCats(coco.getCatIds())] == [(number + 1, name) for number, name in enumerate(dataset.names)]


def test_ids_are_whole_numbers_from_1_and_unique(coco):
    ids = [each["id"] for each in coco.dataset["annotations"]]
    assert all(isinstance(id, int) and id > 0 for id in ids) and len(set(ids)) == len(ids)


def test_boxes_and_areas(coco, dataset, split):
    for image, annotations in by_image(coco, dataset, split):
        found = [box_of(coco, each) for each in annotations]
        same_boxes(found, boxes(image), 1e-6, image.name)
        polygons = sorted(each["area"] for each in annotations if isinstance(each["segmentation"], list))
        areas = sorted(label.inside(image.size(DISPLAYED)).area for label in held(image) if not has_hole(label))
        np.testing.assert_allclose(polygons, areas, atol=1e-4, err_msg=image.name)


def test_masks_cover_the_labels_pixels(coco, dataset, split):
    for image, annotations in by_image(coco, dataset, split):
        labels = held(image)
        assert len(annotations) == len(labels)
        for annotation, label in zip(annotations, labels):
            mask = coco.annToMask(annotation).astype(bool)
            truth = painted(label.inside(image.size(DISPLAYED)), *image.size(DISPLAYED))
            assert mask.shape == truth.shape
            if has_hole(label):
                # Written as run lengths: the same pixels, but for middles that lie on an edge.
                assert (mask != truth).sum() <= 2, (image.name, label.key)
                assert annotation["area"] == mask.sum()
            else:
                # pycocotools paints polygons five times larger and rounds: up to a pixel along the outline.
                assert (mask != truth).sum() <= label.area.length + 4, (image.name, label.key)


def test_nested_points_are_the_keypoints_of_every_label_of_their_category(coco, dataset, split):
    person = next(each for each in coco.loadCats(coco.getCatIds()) if each["name"] == "person")
    assert person["keypoints"] == sorted(dataset.keypoints) and person["skeleton"] == []
    assert [each["name"] for each in coco.loadCats(coco.getCatIds()) if "keypoints" in each] == ["person"]
    for image, annotations in by_image(coco, dataset, split):
        width, height = image.size(DISPLAYED)
        labels = image.labels(DISPLAYED)
        for annotation, label in zip(annotations, held(image)):
            if label.name != "person":
                assert "keypoints" not in annotation and "num_keypoints" not in annotation
                continue
            expected = []
            for key in person["keypoints"]:
                points = [point for each in labels if each.parent == label.id and each.key == key for point in each.points]
                inside = [[x, y, 2] for x, y in points if 0 <= x <= width and 0 <= y <= height]
                expected += inside[0] if inside else [0, 0, 0]
            np.testing.assert_allclose(annotation["keypoints"], expected, atol=1e-6)
            assert annotation["num_keypoints"] == sum(visible > 0 for visible in annotation["keypoints"][2::3])


def test_no_box_stops_a_detector_of_torchvision(coco):
    # generalized_rcnn.py: "All bounding boxes should have positive height and width", of corners in 32 bits.
    corners = np.array([each["bbox"] for each in coco.dataset["annotations"]], dtype=np.float32)
    corners[:, 2:] += corners[:, :2]
    assert (corners[:, 2:] > corners[:, :2]).all()
    assert all(each["area"] > 0 for each in coco.dataset["annotations"])


def test_keypoints_are_evaluated(coco):
    (person,) = [each["id"] for each in coco.loadCats(coco.getCatIds()) if each["name"] == "person"]
    results = [
        {"image_id": each["image_id"], "category_id": person, "keypoints": each["keypoints"], "score": 0.9}
        for each in coco.dataset["annotations"]
        if each["category_id"] == person and each["num_keypoints"] > 0
    ]
    evaluation = COCOeval(coco, coco.loadRes(results), "keypoints")
    evaluation.params.catIds = [person]
    evaluation.params.kpt_oks_sigmas = np.full(len(coco.loadCats(person)[0]["keypoints"]), 0.1)
    evaluation.evaluate()
    evaluation.accumulate()
    precision = evaluation.eval["precision"]
    assert precision[:, :, 0, 0, 0].min() > 0.99


def test_answers_scores_and_nesting_are_kept_beside_the_format(coco, dataset, split):
    for image, annotations in by_image(coco, dataset, split):
        labels = held(image)
        ids = {label.id: annotation["id"] for label, annotation in zip(labels, annotations)}
        for label, annotation in zip(labels, annotations):
            answers = {path: values[0] if len(values) == 1 else values for path, values in label.answers.items()}
            assert annotation.get("attributes", {}) == answers
            assert annotation.get("score") == label.score
            assert annotation.get("parent_id") == (None if label.parent is None else ids[label.parent])


def test_evaluation_of_the_labels_against_themselves_is_perfect(coco, folder, split):
    # Evaluation looks at areas, crowds and ids; what is outside of the image has no pixels and is evaluated as a box only.
    results = [{"image_id": each["image_id"], "category_id": each["category_id"], "bbox": each["bbox"], "score": 0.9} for each in coco.dataset["annotations"]]
    evaluation = COCOeval(coco, coco.loadRes(results), "bbox")
    evaluation.params.maxDets = [1, 10, 1000]
    evaluation.evaluate()
    evaluation.accumulate()
    precision = evaluation.eval["precision"][..., 0, -1]
    drawn = {each["category_id"] for each in coco.dataset["annotations"]}
    for index, category in enumerate(evaluation.params.catIds):
        if category in drawn:
            assert precision[:, :, index].min() > 0.99, coco.loadCats(category)


def test_what_is_lost_is_told(dataset, format):
    labels = [label for image in dataset.images for label in image.labels()]
    assert dataset.reported(format, "geometry-type", "lane") == sum(label.type == "line" for label in labels)
    assert dataset.reported(format, "geometry-type", "lamp") == sum(label.key == "lamp" for label in labels)
    # Keypoints, too: the noses beside the image.
    areas = sum(label.is_area for label in labels) - sum(len(held(image)) for image in dataset.images)
    assert dataset.reported(format, "outside") == areas + dataset.reported(format, "outside", "nose") > areas
    assert dataset.reported(format, "no-size") == 1


def test_datumaro(folder, dataset):
    read = Datumaro.import_from(str(folder / "coco"), "coco_instances")
    names = [label.name for label in read.categories()[AnnotationType.label]]
    assert names == dataset.names
    assert sorted(read.subsets()) == dataset.splits
    for image in dataset.images:
        item = read.get(image.stem, image.split)
        assert item is not None, image.file_name
        assert item.media.size == image.size(DISPLAYED)[::-1]
        # Parts of one annotation come as several polygons of one group.
        groups = {each.group: names[each.label] for each in item.annotations}
        assert counts(groups.values()) == counts(label.name for label in held(image)), image.name


def test_supervision(folder, dataset, split, format):
    images = image_folder(folder, split, format)
    read = DetectionDataset.from_coco(str(images), str(annotation_file(folder, split, format)))
    assert read.classes == dataset.names
    for image in dataset.split(split):
        detections = read.annotations[str(images / image.file_name)]
        found = [Box(read.classes[number], *corners) for corners, number in zip(detections.xyxy, detections.class_id)]
        same_boxes(found, boxes(image), 1e-3, image.name)


def test_globox(folder, dataset, split, format):
    read = AnnotationSet.from_coco(annotation_file(folder, split, format))
    assert set(read.image_ids) == {image.file_name for image in dataset.split(split)}
    for image in dataset.split(split):
        found = [Box(each.label, each.xmin, each.ymin, each.xmax, each.ymax) for each in read[image.file_name].boxes]
        same_boxes(found, boxes(image), 1e-6, image.name)


def test_a_split_without_labels_is_read(folder):
    # 40 images at 90/5/5, of which those of val have no label.
    for name, labels in (("train", None), ("val", 0), ("test", 2)):
        read = COCO(str(annotation_file(folder / "sparse", name)))
        assert len(read.getImgIds()) > 0 and labels in (None, len(read.getAnnIds()))
        DetectionDataset.from_coco(str(image_folder(folder / "sparse", name)), str(annotation_file(folder / "sparse", name)))


def test_is_plain_json_without_nan(folder, split):
    def refuse(constant):
        raise ValueError(constant)

    json.loads(annotation_file(folder, split).read_text(encoding="utf-8"), parse_constant=refuse)


def by_image(coco, dataset, split):
    ids = {image["file_name"]: image["id"] for image in coco.loadImgs(coco.getImgIds())}
    for image in dataset.split(split):
        yield image, coco.loadAnns(coco.getAnnIds(imgIds=ids[image.file_name]))


def box_of(coco, annotation) -> Box:
    x, y, width, height = annotation["bbox"]
    return Box(coco.loadCats(annotation["category_id"])[0]["name"], x, y, x + width, y + height)


def has_hole(label) -> bool:
    return any(len(region) > 1 for region in label.regions)
