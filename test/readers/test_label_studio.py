"""Label Studio: its SDK's labeling interface (validation) and its converters to COCO, YOLO and VOC."""

import json
from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np
import pytest
from label_studio_sdk.converter import Converter
from label_studio_sdk.label_interface import LabelInterface
from shapely.geometry import Point, box

from expected import Box, counts, same_boxes

#: Browsers apply the EXIF orientation, and Label Studio draws in browsers.
DISPLAYED = True


@pytest.fixture(scope="module")
def config(folder):
    return (folder / "labelStudio" / "label_config.xml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tasks(folder):
    return json.loads((folder / "labelStudio" / "tasks.json").read_text(encoding="utf-8"))


def held(image):
    """All labels but lines and those outside of the image."""
    frame = box(0, 0, *image.size(DISPLAYED))
    return [
        label
        for label in image.labels(DISPLAYED)
        if label.type != "line" and (label.area.intersection(frame).area > 0 if label.is_area else frame.covers(Point(label.points[0])))
    ]


def boxes_of(image):
    """Around rectangles, polygons and each part of segmentations, cut off at the edge."""
    return [Box(each.name, *each.polygon.bounds, each.label) for each in image.outlines(DISPLAYED)]


def rectangles_of(image):
    return [each for each in boxes_of(image) if each.label.type == "rectangle"]


def file_name(task):
    return unquote(task["data"]["image"]).rpartition("images/")[2]


def test_the_configuration_is_valid_and_has_all_drawn_classes(config, dataset):
    interface = LabelInterface(config)
    interface.validate()
    declared = {value for control in interface.labels for value in control}
    drawn = {label.name for image in dataset.images for label in held(image)}
    assert drawn <= declared


def test_every_region_is_valid_for_the_configuration(config, tasks):
    interface = LabelInterface(config)
    for task in tasks:
        for annotation in task["annotations"]:
            errors = interface._validate_object(annotation, return_errors=True)
            assert errors == [], file_name(task)


def test_tasks_are_the_images(tasks, folder, dataset):
    assert [file_name(task) for task in tasks] == [image.file_name for image in dataset.images]
    assert all((folder / "labelStudio" / "images" / file_name(task)).is_file() for task in tasks)
    assert [task["data"]["datagym_id"] for task in tasks] == [image.id for image in dataset.images]


def test_answers_belong_to_their_shapes_or_to_the_image(tasks, dataset):
    for task, image in zip(tasks, dataset.images):
        results = task["annotations"][0]["result"]
        shapes = {each["id"]: each for each in results if each["type"].endswith("labels")}
        answers = [each for each in results if not each["type"].endswith("labels")]
        of_image = {each["from_name"]: each["value"].get("choices", each["value"].get("text")) for each in answers if each["id"] not in shapes}
        assert of_image == image.answers, image.name
        of_shapes = [(each["from_name"], each["value"].get("choices", each["value"].get("text"))) for each in answers if each["id"] in shapes]
        expected = [(f"{label.key}/{path}", values) for label in held(image) for path, values in label.answers.items() for _ in label.regions]
        assert sorted(of_shapes) == sorted(expected), image.name
        assert {each["original_width"] for each in results} <= {image.size(DISPLAYED)[0]}


def test_nested_shapes_name_their_parent(tasks, dataset):
    for task, image in zip(tasks, dataset.images):
        results = [each for each in task["annotations"][0]["result"] if each["type"].endswith("labels")]
        labels = [label for label in held(image) for _ in label.regions]
        ids = {label.id: each["id"] for label, each in zip(labels, results)}
        for label, each in zip(labels, results):
            assert each.get("parentID") == (None if label.parent is None else ids[label.parent]), image.name
            assert each.get("score") == label.score


def converter(config, folder):
    return Converter(config, str(folder / "labelStudio"), download_resources=False)


def test_converted_to_coco(config, folder, dataset, tmp_path):
    converter(config, folder).convert_to_coco(str(folder / "labelStudio" / "tasks.json"), str(tmp_path), is_dir=False)
    coco = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    names = {each["id"]: each["name"] for each in coco["categories"]}
    sizes = {each["id"]: (each["width"], each["height"]) for each in coco["images"]}
    # One annotation has all keypoints of an image, the other ones a label each. Images without labels are left out there.
    numbers = {unquote(each["file_name"]).rpartition("images/")[2]: each["id"] for each in coco["images"]}
    labeled = [image for image in dataset.images if held(image)]
    assert set(numbers) >= {image.file_name for image in labeled}
    for image in labeled:
        number = numbers[image.file_name]
        assert sizes[number] == image.size(DISPLAYED), image.name
        found = [box_of(each, names) for each in coco["annotations"] if each["image_id"] == number and "keypoints" not in each]
        same_boxes(found, boxes_of(image), 1e-6, image.name)
        points = next((each["num_keypoints"] for each in coco["annotations"] if each["image_id"] == number and "keypoints" in each), 0)
        assert points == len({label.name for label in held(image) if label.type == "point"}), image.name


def test_converted_to_voc(config, folder, dataset, tmp_path):
    converter(config, folder).convert_to_voc(str(folder / "labelStudio" / "tasks.json"), str(tmp_path), is_dir=False)
    found = [each.findtext("name") for path in tmp_path.rglob("*.xml") for each in ElementTree.parse(path).getroot().iter("object")]
    # It converts rectangles only.
    assert counts(found) == counts(each.name for image in dataset.images for each in rectangles_of(image))


def test_converted_to_yolo(config, folder, dataset, tmp_path):
    converter(config, folder).convert_to_yolo(str(folder / "labelStudio" / "tasks.json"), str(tmp_path), is_dir=False)
    names = json.loads((tmp_path / "notes.json").read_text(encoding="utf-8"))["categories"]
    by_id = {each["id"]: each["name"] for each in names}
    found = [by_id[int(row.split()[0])] for path in (tmp_path / "labels").iterdir() for row in path.read_text().splitlines()]
    # Where a configuration has keypoints, it writes pose: rectangles only.
    assert counts(found) == counts(each.name for image in dataset.images for each in rectangles_of(image))


def test_what_is_lost_is_told(dataset):
    labels = [label for image in dataset.images for label in image.labels()]
    assert dataset.reported("labelStudio", "geometry-type", "lane") == sum(label.type == "line" for label in labels)
    assert dataset.reported("labelStudio", "split-into-parts") == sum(len(label.regions) > 1 for label in labels)
    assert dataset.reported("labelStudio", "outside") == sum(label.type != "line" for label in labels) - sum(len(held(image)) for image in dataset.images)
    assert dataset.reported("labelStudio", "no-size") == 1


def box_of(annotation, names):
    x, y, width, height = np.array(annotation["bbox"], dtype=float)
    return Box(names[annotation["category_id"]], x, y, x + width, y + height)
