"""CreateML: Apple's definition, and supervision."""

import json

import pytest
from supervision.dataset.formats.createml import load_createml_annotations

from expected import Box, same_boxes


@pytest.fixture(scope="module", params=["train", "val", "test"])
def split(request):
    return request.param


def annotation_file(folder, split):
    return folder / "createMl" / split / "annotations.createml.json"


def test_follows_the_definition(folder, dataset, split):
    """developer.apple.com/documentation/createml/building-an-object-detector-data-source: center and size in pixels."""
    elements = json.loads(annotation_file(folder, split).read_text(encoding="utf-8"))
    # The format has no sizes, so that the image whose size nobody knows is there, too.
    elements = [element for element in elements if element["image"] != dataset.sizeless]
    assert [element["image"] for element in elements] == [image.file_name for image in dataset.split(split)]
    for element, image in zip(elements, dataset.split(split)):
        assert set(element) == {"image", "annotations"}
        for annotation in element["annotations"]:
            assert set(annotation) == {"label", "coordinates"} and isinstance(annotation["label"], str)
            assert set(annotation["coordinates"]) == {"x", "y", "width", "height"}
            assert all(isinstance(number, (int, float)) for number in annotation["coordinates"].values())
        found = [box(annotation) for annotation in element["annotations"]]
        same_boxes(found, image.boxes(), 1e-6, image.name)


def test_supervision(folder, dataset, split):
    root = folder / "createMl" / split
    classes, _, annotations = load_createml_annotations(str(root), str(annotation_file(folder, split)))
    for image in dataset.split(split):
        detections = annotations[str((root / image.file_name).resolve())]
        numbers = zip(detections.xyxy, detections.class_id) if len(detections) else []
        same_boxes([Box(classes[number], *corners) for corners, number in numbers], image.boxes(), 1e-3, image.name)


def test_no_image_is_lost_for_its_size(folder, dataset):
    elements = [each for split in dataset.splits for each in json.loads(annotation_file(folder, split).read_text(encoding="utf-8"))]
    [sizeless] = [element for element in elements if element["image"] == dataset.sizeless]
    assert sizeless["annotations"] == [{"label": "car", "coordinates": {"x": 2.5, "y": 4, "width": 3, "height": 4}}]
    assert dataset.reported("createMl", "no-size") == 0


def box(annotation):
    x, y, width, height = (annotation["coordinates"][name] for name in ("x", "y", "width", "height"))
    return Box(annotation["label"], x - width / 2, y - height / 2, x + width / 2, y + height / 2)
