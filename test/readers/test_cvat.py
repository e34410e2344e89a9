"""CVAT for images 1.1: datumaro, globox, and the XML itself."""

from xml.etree import ElementTree

import numpy as np
import pytest
from datumaro import Dataset as Datumaro
from datumaro.components.annotation import AnnotationType
from globox import AnnotationSet

from expected import Box, counts, painted, same_boxes

TYPES = {"rectangle": AnnotationType.bbox, "polygon": AnnotationType.polygon, "line": AnnotationType.polyline, "point": AnnotationType.points, "segmentation": AnnotationType.mask}
#: CVAT turns images by their EXIF orientation before it shows them (cvat-ai/cvat, pull request 4529).
DISPLAYED = True


@pytest.fixture(scope="module")
def root(folder):
    return ElementTree.parse(folder / "cvat" / "annotations.xml").getroot()


@pytest.fixture(scope="module")
def read(folder):
    return Datumaro.import_from(str(folder / "cvat"), "cvat")


def test_states_its_version_and_all_labels(root, dataset):
    assert (root.tag, root.findtext("version")) == ("annotations", "1.1")
    assert [each.findtext("name") for each in root.findall("meta/task/labels/label")] == dataset.names
    declared = {label.findtext("name"): {each.findtext("name") for each in label.iter("attribute")} for label in root.findall("meta/task/labels/label")}
    for image in root.findall("image"):
        for shape in image:
            assert {each.get("name") for each in shape.iter("attribute")} <= declared[shape.get("label")]
            assert shape.get("occluded") == "0" and shape.get("z_order") == "0"


def test_images_have_the_size_that_cvat_shows(root, dataset):
    found = {each.get("name"): (int(each.get("width")), int(each.get("height"))) for each in root.findall("image")}
    assert found == {image.file_name: image.size(DISPLAYED) for image in dataset.images}
    assert [int(each.get("id")) for each in root.findall("image")] == list(range(len(dataset.images)))


def test_datumaro_finds_every_shape(read, dataset):
    names = [label.name for label in read.categories()[AnnotationType.label]]
    assert names == dataset.names
    items = {item.id: item for item in read}
    for image in dataset.images:
        annotations = items[image.stem].annotations
        labels = image.labels(DISPLAYED)
        assert len(annotations) == len(labels), image.name
        for annotation, label in zip(annotations, labels):
            assert (names[annotation.label], annotation.type) == (label.name, TYPES[label.type]), image.name
            if label.type == "rectangle":
                np.testing.assert_allclose(annotation.points, label.box, atol=0.006)
            elif label.type != "segmentation":
                np.testing.assert_allclose(np.reshape(annotation.points, (-1, 2)), label.points, atol=0.006)
            else:
                assert (annotation.image.astype(bool) != painted(label.area, *image.size(DISPLAYED))).sum() <= 2, image.name


def test_datumaro_finds_every_answer(read, dataset):
    items = {item.id: item for item in read}
    for image in dataset.images:
        for annotation, label in zip(items[image.stem].annotations, image.labels()):
            found = {name: value for name, value in annotation.attributes.items() if name != "occluded"}
            assert found == {path: ", ".join(values) for path, values in label.answers.items()}, image.name


def test_globox_finds_every_rectangle(folder, dataset):
    read = AnnotationSet.from_cvat(folder / "cvat" / "annotations.xml")
    for image in dataset.images:
        found = [Box(each.label, each.xmin, each.ymin, each.xmax, each.ymax) for each in read[image.file_name].boxes]
        same_boxes(found, [Box(label.name, *label.box) for label in image.labels(DISPLAYED) if label.type == "rectangle"], 1e-6, image.name)


def test_what_is_lost_is_told(dataset):
    labels = [label for image in dataset.images for label in image.labels()]
    assert dataset.reported("cvat", "nesting") == sum(label.parent is not None for label in labels)
    assert dataset.reported("cvat", "score") == sum(label.score is not None for label in labels)
    assert dataset.reported("cvat", "no-size") == 1
    assert counts(label.type for label in labels).keys() == TYPES.keys()
