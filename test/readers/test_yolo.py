"""YOLO: the checks of Ultralytics, datumaro, supervision, globox."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from datumaro import Dataset as Datumaro
from datumaro.components.annotation import AnnotationType
from globox import AnnotationSet
from shapely.geometry import Polygon
from supervision import DetectionDataset

from expected import Box, counts, same_boxes
from ultralytics_checks import check_classification, check_dataset, verify_images, verify_labels

SPLITS = ["train", "val", "test"]
#: Six decimals of an image of 640 pixels, twice (middle and half the size).
TOLERANCE = 0.002


@pytest.fixture(params=["yoloDetect", "yoloSegment", "yoloObb", "yoloPose"])
def task(request):
    return request.param


def verified(folder: Path, task: str, split: str):
    return verify_labels(check_dataset(folder / task / "data.yaml"), split, is_pose=task == "yoloPose")


def test_data_yaml_names_classes_and_folders(folder, dataset, task):
    data = check_dataset(folder / task / "data.yaml")
    names = names_of(dataset, task)
    assert list(data["names"].values()) == names
    assert list(data["names"]) == list(range(len(names)))
    for split in SPLITS:
        assert Path(data[split]) == folder / task / "images" / split
    if task == "yoloPose":
        assert data["kpt_shape"] == [len(dataset.keypoints), 3]
        # As PoseTrainer.set_model_attributes has them: names of the keypoints of each class.
        assert data["kpt_names"] == {number: dataset.keypoints for number in range(len(names))}
        # nose, left_hand, right_hand: the hands change places when an image is mirrored.
        assert data["flip_idx"] == [0, 2, 1]


def names_of(dataset, task):
    """Points are keypoints in pose, and lines are nothing: neither is a class that can be trained."""
    return dataset.area_names if task == "yoloPose" else dataset.names


def test_data_yaml_says_the_same_to_every_reader_of_yaml(folder, task):
    text = (folder / task / "data.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text) == yaml.load(text, Loader=yaml.CSafeLoader)


@pytest.mark.parametrize("split", SPLITS)
def test_ultralytics_ignores_no_image_and_removes_no_label(folder, dataset, task, split):
    results = verified(folder, task, split)
    assert set(results) == {image.file_name for image in dataset.split(split)}
    for name, result in results.items():
        assert (result.corrupt, result.missing, result.message) == (0, 0, ""), name
    for image in dataset.split(split):
        assert results[image.file_name].shape == image.displayed_size[::-1], image.name


def without_duplicates(boxes):
    """Equal rows stand once, which is told as lost."""
    return list({(each.name, *np.round(each.numbers, 3)): each for each in boxes}.values())


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("task", ["yoloDetect", "yoloPose"])
def test_boxes_of_the_displayed_image(folder, dataset, task, split):
    results = verified(folder, task, split)
    for image in dataset.split(split):
        found = pixel_boxes(results[image.file_name].labels, image, names_of(dataset, task))
        same_boxes(found, without_duplicates(image.boxes(displayed=True)), TOLERANCE, image.name)


@pytest.mark.parametrize("split", SPLITS)
def test_segments_are_the_outlines_cut_off_at_the_edge(folder, dataset, split):
    results = verified(folder, "yoloSegment", split)
    for image in dataset.split(split):
        found = outlines(results[image.file_name], image, dataset)
        same_areas(found, different_outlines(image), image)


@pytest.mark.parametrize("split", SPLITS)
def test_turned_boxes_lie_around_the_outline(folder, dataset, split):
    results = verified(folder, "yoloObb", split)
    for image in dataset.split(split):
        rest = outlines(results[image.file_name], image, dataset)
        assert all(len(segment) == 4 for segment in results[image.file_name].segments)
        expected = different_outlines(image)
        assert counts(name for name, _ in rest) == counts(each.name for each in expected), image.name
        for each in expected:
            gaps = [each.polygon.symmetric_difference(polygon.buffer(0)).area if name == each.name else np.inf for name, polygon in rest]
            _, found = rest.pop(int(np.argmin(gaps)))
            uncovered = each.polygon.difference(found.buffer(0)).area
            if len(each.polygon.exterior.coords) - 1 == 4:
                assert min(gaps) < 1, image.name
            elif touches_edge(found, image.displayed_size):
                # Corners outside of the image are moved onto its edge, which costs a part of the outline.
                assert uncovered < 0.15 * each.polygon.area, (image.name, uncovered, each.polygon.area)
            else:
                # Of several smallest boxes (those of a triangle) any will do.
                assert abs(found.area - each.polygon.minimum_rotated_rectangle.area) < 1 and uncovered < 1, image.name


def touches_edge(polygon, size) -> bool:
    corners = np.array(polygon.exterior.coords)
    return bool(((corners < 0.01) | (corners > np.array(size) - 0.01)).any())


def different_outlines(image):
    return list({(each.name, each.polygon.wkt): each for each in image.outlines(displayed=True)}.values())


def same_areas(found, expected, image):
    assert counts(name for name, _ in found) == counts(each.name for each in expected), image.name
    rest = list(found)
    for each in expected:
        gaps = [polygon.buffer(0).symmetric_difference(each.polygon).area if name == each.name else np.inf for name, polygon in rest]
        best = int(np.argmin(gaps))
        assert gaps[best] <= 0.01 * each.polygon.length + 0.01, (image.name, each.name, gaps[best])
        rest.pop(best)


@pytest.mark.parametrize("split", SPLITS)
def test_pose_has_the_points_nested_in_each_box(folder, dataset, split):
    results = verified(folder, "yoloPose", split)
    for image in dataset.split(split):
        width, height = image.displayed_size
        result = results[image.file_name]
        rows = [(points * [width, height, 1]).ravel() for points in result.keypoints]
        found = sorted(tuple(np.round(row, 2)) for row in rows if row.any())
        labels = image.labels(displayed=True)
        expected = []
        for person in (label for label in labels if label.name == "person"):
            row = []
            for key in dataset.keypoints:
                points = [label.points[0] for label in labels if label.parent == person.id and label.key == key]
                inside = [point for point in points if 0 <= point[0] <= width and 0 <= point[1] <= height]
                row += [*inside[0], 2] if inside else [0, 0, 0]
            if any(row):
                expected.append(row)
        assert len(found) == len(expected), image.name
        for one, other in zip(found, sorted(expected, key=lambda row: tuple(np.round(row, 2)))):
            np.testing.assert_allclose(one, other, atol=0.02, err_msg=image.name)


def test_what_is_lost_is_told(dataset):
    clipped = [box for image in dataset.images for box in image.boxes(displayed=True)]
    whole = [box for image in dataset.images for box in image.boxes(displayed=True, clipped=False)]
    assert dataset.reported("yoloDetect", "outside") == len(whole) - len(clipped)
    assert dataset.reported("yoloDetect", "duplicate") == len(clipped) - sum(len(without_duplicates(image.boxes(displayed=True))) for image in dataset.images)
    points = [label for image in dataset.images for label in image.labels() if not label.is_area]
    assert dataset.reported("yoloDetect", "geometry-type") == len(points)
    outside = [outline for image in dataset.images for outline in image.outlines(displayed=True)]
    assert dataset.reported("yoloSegment", "clipped") == sum(outline.is_cut for outline in outside)
    assert all(dataset.reported(task, "no-size") == 1 for task in ("yoloDetect", "yoloSegment", "yoloObb", "yoloPose"))


def test_datumaro(folder, dataset):
    read = Datumaro.import_from(str(folder / "yoloDetect"), "yolo")
    names = [label.name for label in read.categories()[AnnotationType.label]]
    assert names == dataset.names
    for image in dataset.images:
        item = read.get(image.stem, image.split)
        assert item is not None, image.file_name
        if image.orientation >= 5 and image.file_name.endswith(".png"):
            # Its size of a PNG is the stored one, though that of a JPEG is the displayed one.
            continue
        found = [Box(names[each.label], *each.points) for each in item.annotations]
        # It rounds to two decimals.
        same_boxes(found, without_duplicates(image.boxes(displayed=True)), 0.01 + TOLERANCE, image.name)


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("task", ["yoloDetect", "yoloSegment", "yoloObb"])
def test_supervision(folder, dataset, task, split):
    root = folder / task
    read = DetectionDataset.from_yolo(str(root / "images" / split), str(root / "labels" / split), str(root / "data.yaml"), is_obb=task == "yoloObb")
    assert read.classes == dataset.names
    for image in dataset.split(split):
        detections = read.annotations[str(root / "images" / split / image.file_name)]
        found = [Box(read.classes[number], *corners) for corners, number in zip(detections.xyxy, detections.class_id)]
        if task == "yoloDetect":
            same_boxes(found, without_duplicates(image.boxes(displayed=True)), TOLERANCE, image.name)
        else:
            assert counts(each.name for each in found) == counts(each.name for each in different_outlines(image)), image.name


@pytest.mark.parametrize("split", SPLITS)
def test_globox(folder, dataset, split, tmp_path):
    # It reads folders of one extension and does not turn images, so it gets those that are .jpg and not turned.
    fitting = [image for image in dataset.split(split) if image.file_name.endswith(".jpg") and image.orientation < 5]
    assert fitting
    for image in fitting:
        path = folder / "yoloDetect" / "labels" / split / f"{image.stem}.txt"
        (tmp_path / path.name).write_bytes(path.read_bytes())
    read = AnnotationSet.from_yolo_v5(tmp_path, image_folder=folder / "yoloDetect" / "images" / split)
    for image in fitting:
        found = [Box(dataset.names[int(each.label)], each.xmin, each.ymin, each.xmax, each.ymax) for each in read[image.file_name].boxes]
        same_boxes(found, without_duplicates(image.boxes(displayed=True)), TOLERANCE, image.name)


def test_classification_folders(folder, dataset):
    data, warnings = check_classification(folder / "yoloClassify")
    assert list(data["names"].values()) == ["indoor", "outdoor"]
    assert warnings == []
    files = [path for path in (folder / "yoloClassify").rglob("*") if path.is_file()]
    assert verify_images(files) == []
    found = {path.name: path.relative_to(folder / "yoloClassify").parts[:2] for path in files}
    assert found == {image.file_name: (image.split, image.answers["scene"][0]) for image in dataset.images if "scene" in image.answers}
    # The image without a size is not answered either.
    assert dataset.reported("yoloClassify", "without-class") == sum("scene" not in image.answers for image in dataset.images) + 1


def pixel_boxes(rows, image, names):
    width, height = image.displayed_size
    boxes = []
    for number, x, y, w, h in np.asarray(rows, dtype=float):
        boxes.append(Box(names[int(number)], (x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height))
    return boxes


def outlines(result, image, dataset):
    return [(dataset.names[int(row[0])], Polygon(np.asarray(segment, dtype=float) * image.displayed_size)) for row, segment in zip(result.labels, result.segments)]
