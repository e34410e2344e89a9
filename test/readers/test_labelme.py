"""LabelMe: its own reader, supervision, globox. (datumaro's "label_me" is the XML of the older tool of that name.)"""

import io
import warnings

import numpy as np
import pytest
from globox import Annotation
from PIL import Image
from supervision.dataset.formats.labelme import load_labelme_annotations

from expected import Box, same_boxes
from labelme_reader import read_label_file

SHAPES = {"rectangle": "rectangle", "polygon": "polygon", "line": "linestrip", "point": "point", "segmentation": "polygon"}
#: LabelMe shows images turned by their EXIF orientation, and refuses a file that tells another size than that.
DISPLAYED = True


def file_of(folder, image):
    return folder / "labelMe" / image.split / f"{image.stem}.json"


def flags(answers):
    return {f"{path}={value}": True for path, values in answers.items() for value in values}


def test_labelme_reads_every_file_and_its_image(folder, dataset):
    for image in dataset.images:
        read = read_label_file(str(file_of(folder, image)))
        assert read.image_path == image.file_name
        assert Image.open(io.BytesIO(read.image_data)).size == image.size(DISPLAYED)
        assert read.flags == flags(image.answers)


def test_labelme_finds_every_shape(folder, dataset):
    for image in dataset.images:
        shapes = read_label_file(str(file_of(folder, image))).shapes
        expected = [(label, region[0]) for label in image.labels(DISPLAYED) for region in label.regions]
        assert [(each["label"], each["shape_type"]) for each in shapes] == [(label.name, SHAPES[label.type]) for label, _ in expected], image.name
        for shape, (label, outline) in zip(shapes, expected):
            points = np.array(shape["points"])
            if label.type == "rectangle":
                np.testing.assert_allclose([*points.min(axis=0), *points.max(axis=0)], label.box, atol=1e-9)
            else:
                np.testing.assert_allclose(points, outline, atol=1e-9)
            assert shape["flags"] == flags(label.answers)


def test_parts_of_one_label_are_one_group(folder, dataset):
    for image in dataset.images:
        shapes = read_label_file(str(file_of(folder, image))).shapes
        groups = {}
        for shape, label in zip(shapes, [label for label in image.labels() for _ in label.regions]):
            if label.type == "segmentation":
                groups.setdefault(label.id, set()).add(shape["group_id"])
            else:
                assert shape["group_id"] is None
        assert all(len(group) == 1 for group in groups.values()), image.name
        assert len(set.union(set(), *groups.values())) == len(groups), image.name


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_supervision(folder, dataset, split):
    root = str(folder / "labelMe" / split)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Skipped unsupported LabelMe shape")
        classes, paths, annotations = load_labelme_annotations(root, root)
    assert len(paths) == len(dataset.split(split))
    for image in dataset.split(split):
        detections = annotations[f"{root}/{image.file_name}"]
        numbers = zip(detections.xyxy, detections.class_id) if len(detections) else []
        found = [Box(classes[number], *corners) for corners, number in numbers]
        same_boxes(found, image.boxes(DISPLAYED, clipped=False), 1e-3, image.name)


def test_globox_finds_every_rectangle(folder, dataset):
    for image in dataset.images:
        read = Annotation.from_labelme(file_of(folder, image))
        assert (read.image_id, read.image_size) == (image.file_name, image.size(DISPLAYED))
        found = [Box(each.label, each.xmin, each.ymin, each.xmax, each.ymax) for each in read.boxes]
        same_boxes(found, [Box(label.name, *label.box) for label in image.labels(DISPLAYED) if label.type == "rectangle"], 1e-6, image.name)


def test_what_is_lost_is_told(dataset):
    labels = [label for image in dataset.images for label in image.labels()]
    assert dataset.reported("labelMe", "nesting") == sum(label.parent is not None for label in labels)
    assert dataset.reported("labelMe", "score") == sum(label.score is not None for label in labels)
    assert dataset.reported("labelMe", "reduced-to-polygon") == sum(any(len(region) > 1 for region in label.regions) for label in labels)
    assert dataset.reported("labelMe", "no-size") == 1
