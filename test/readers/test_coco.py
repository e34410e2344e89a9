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


def annotation_file(folder: Path, split: str) -> Path:
    return folder / "coco" / "annotations" / f"instances_{split}.json"


@pytest.fixture(scope="module", params=SPLITS)
def split(request):
    return request.param


@pytest.fixture(scope="module")
def coco(folder, split):
    return COCO(str(annotation_file(folder, split)))


def held(image):
    """All labels but lines."""
    return [label for label in image.labels(DISPLAYED) if label.type != "line"]


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
        expected = [Box(label.name, *label.box, label) for label in held(image)]
        same_boxes(found, expected, 1e-6, image.name)
        polygons = sorted(each["area"] for each in annotations if isinstance(each["segmentation"], list))
        areas = sorted(label.area.area if label.is_area else 0 for label in held(image) if not has_hole(label))
        np.testing.assert_allclose(polygons, areas, atol=1e-4, err_msg=image.name)


def test_masks_cover_the_labels_pixels(coco, dataset, split):
    for image, annotations in by_image(coco, dataset, split):
        labels = held(image)
        assert len(annotations) == len(labels)
        for annotation, label in zip(annotations, labels):
            if not label.is_area:
                continue
            mask = coco.annToMask(annotation).astype(bool)
            truth = painted(label.area, *image.size(DISPLAYED))
            assert mask.shape == truth.shape
            if has_hole(label):
                # Written as run lengths: the same pixels, but for middles that lie on an edge.
                assert (mask != truth).sum() <= 2, (image.name, label.key)
                assert annotation["area"] == mask.sum()
            else:
                # pycocotools paints polygons five times larger and rounds: up to a pixel along the outline.
                assert (mask != truth).sum() <= label.area.length + 4, (image.name, label.key)


def test_points_are_keypoints(coco, dataset, split):
    for image, annotations in by_image(coco, dataset, split):
        found = sorted([round(number, 6) for number in each["keypoints"]] for each in annotations if "keypoints" in each)
        expected = sorted([round(float(x), 6), round(float(y), 6), 2] for label in held(image) if label.type == "point" for x, y in label.points)
        assert found == expected
        for each in annotations:
            assert each.get("num_keypoints", 1) == 1
            assert ("keypoints" in each) <= (coco.loadCats(each["category_id"])[0].get("keypoints") == [coco.loadCats(each["category_id"])[0]["name"]])


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
    drawn = {each["category_id"] for each in coco.dataset["annotations"] if each["area"] > 0}
    for index, category in enumerate(evaluation.params.catIds):
        if category in drawn:
            assert precision[:, :, index].min() > 0.99, coco.loadCats(category)


def test_lines_are_told_as_lost(dataset):
    assert dataset.reported("coco", "geometry-type", "lane") == sum(label.type == "line" for image in dataset.images for label in image.labels())
    assert dataset.reported("coco", "no-size") == 1


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
        assert counts(groups.values()) == counts(label.name for label in held(image) if label.is_area or label.type == "point"), image.name


def test_supervision(folder, dataset, split):
    read = DetectionDataset.from_coco(str(folder / "coco" / "images" / split), str(annotation_file(folder, split)))
    assert read.classes == dataset.names
    for image in dataset.split(split):
        detections = read.annotations[str(folder / "coco" / "images" / split / image.file_name)]
        found = [Box(read.classes[number], *corners) for corners, number in zip(detections.xyxy, detections.class_id)]
        same_boxes(found, [Box(label.name, *label.box) for label in held(image)], 1e-3, image.name)


def test_globox(folder, dataset, split):
    read = AnnotationSet.from_coco(annotation_file(folder, split))
    assert set(read.image_ids) == {image.file_name for image in dataset.split(split)}
    for image in dataset.split(split):
        found = [Box(each.label, each.xmin, each.ymin, each.xmax, each.ymax) for each in read[image.file_name].boxes]
        same_boxes(found, [Box(label.name, *label.box) for label in held(image)], 1e-6, image.name)


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
