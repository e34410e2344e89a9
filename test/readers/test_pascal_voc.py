"""Pascal VOC: the schema, datumaro, supervision, globox."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import xmlschema
from datumaro import Dataset as Datumaro
from datumaro.components.annotation import AnnotationType
from globox import Annotation
from supervision import DetectionDataset

from expected import Box, same_boxes


def voc_name(name: str) -> str:
    """labelmap.txt cannot hold colons and line ends."""
    return name.replace(":", "_").replace("\n", "_")


def whole_pixels(image):
    """Boxes of the stored image cut off at its edge and rounded half up, without those that have no pixel left."""
    boxes = [Box(voc_name(each.name), *np.floor(each.numbers + 0.5), each.label) for each in image.boxes()]
    return [each for each in boxes if each.right > each.left and each.bottom > each.top]


def xml_files(folder):
    return {path.stem: path for path in (folder / "pascalVoc" / "Annotations").iterdir()}


def test_every_file_follows_the_schema(folder, dataset):
    schema = xmlschema.XMLSchema(str(Path(__file__).parent / "pascal_voc.xsd"))
    files = xml_files(folder)
    assert set(files) == {image.stem for image in dataset.images}
    for path in files.values():
        # By its content: a path with % in it is no address to xmlschema.
        schema.validate(path.read_text(encoding="utf-8"))


def test_names_and_sizes_of_images(folder, dataset):
    files = xml_files(folder)
    for image in dataset.images:
        root = ElementTree.parse(files[image.stem]).getroot()
        assert root.findtext("filename") == image.file_name
        assert (folder / "pascalVoc" / root.findtext("folder") / root.findtext("filename")).is_file()
        assert (int(root.findtext("size/width")), int(root.findtext("size/height"))) == (image.width, image.height)


def test_truncated_are_those_cut_off_at_the_edge(folder, dataset):
    files = xml_files(folder)
    for image in dataset.images:
        truncated = [each.findtext("name") for each in ElementTree.parse(files[image.stem]).getroot().iter("object") if each.findtext("truncated") == "1"]
        expected = [each.name for each in whole_pixels(image) if not np.allclose(each.label.box, np.clip(each.label.box, 0, [image.width, image.height] * 2))]
        assert sorted(truncated) == sorted(expected), image.name


def test_datumaro(folder, dataset):
    read = Datumaro.import_from(str(folder / "pascalVoc"), "voc_detection")
    names = [label.name for label in read.categories()[AnnotationType.label]]
    assert names == ["background", *dict.fromkeys(map(voc_name, dataset.names))]
    for image in dataset.images:
        item = read.get(image.stem, image.split)
        assert item is not None, image.file_name
        found = [Box(names[each.label], *each.points) for each in item.annotations]
        same_boxes(found, whole_pixels(image), 0, image.name)


def test_supervision(folder, dataset):
    root = folder / "pascalVoc"
    read = DetectionDataset.from_pascal_voc(str(root / "JPEGImages"), str(root / "Annotations"))
    for image in dataset.images:
        detections = read.annotations[str(root / "JPEGImages" / image.file_name)]
        found = [Box(read.classes[number], *corners) for corners, number in zip(detections.xyxy, detections.class_id)]
        # It takes the first pixel for 1, as in the challenge's own files; ours are from 0 by default (firstPixel).
        shifted = [Box(each.name, *(each.numbers - [1, 1, 0, 0])) for each in whole_pixels(image)]
        same_boxes(found, shifted, 0, image.name)


def test_globox(folder, dataset):
    files = xml_files(folder)
    for image in dataset.images:
        read = Annotation.from_pascal_voc(files[image.stem])
        assert (read.image_id, read.image_size) == (image.file_name, (image.width, image.height))
        found = [Box(each.label, each.xmin, each.ymin, each.xmax, each.ymax) for each in read.boxes]
        same_boxes(found, whole_pixels(image), 0, image.name)


def test_what_is_lost_is_told(dataset):
    boxes = sum(len(image.boxes()) for image in dataset.images)
    assert dataset.reported("pascalVoc", "too-small") == boxes - sum(len(whole_pixels(image)) for image in dataset.images)
    assert dataset.reported("pascalVoc", "geometry-type") == sum(not label.is_area for image in dataset.images for label in image.labels())
    assert dataset.reported("pascalVoc", "no-size") == 1
