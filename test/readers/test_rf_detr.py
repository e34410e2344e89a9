"""RF-DETR: its own search for a dataset, its class indices and its keypoints, of "cocoRfDetr" and of YOLO."""

import pytest

from rf_detr_checks import class_indices, coco_keypoints, is_coco_dataset, yolo_folders, yolo_keypoints


def test_finds_coco_in_its_layout_and_not_in_the_other_one(folder):
    assert is_coco_dataset(folder / "cocoRfDetr")
    assert not is_coco_dataset(folder / "coco")
    # build_roboflow_from_coco: root / "train" | "valid" | "test" has images and annotations.
    assert sorted(path.name for path in (folder / "cocoRfDetr").iterdir()) == ["test", "train", "valid"]


def test_class_indices_are_the_class_ids(folder, dataset):
    # No category is taken for a group of others, so none is left out and no index is shifted.
    assert class_indices(folder / "cocoRfDetr") == {number + 1: number for number in range(len(dataset.names))}


@pytest.mark.parametrize("split", ["train", "valid", "test"])
def test_keypoints_are_those_of_persons_in_every_split(folder, dataset, split):
    schema = coco_keypoints(folder / "cocoRfDetr" / split / "_annotations.coco.json")
    assert schema.class_names == dataset.names
    assert schema.num_keypoints_per_class == [len(dataset.keypoints) if name == "person" else 0 for name in dataset.names]
    # left_hand, nose, right_hand: the hands are a pair.
    assert schema.keypoint_flip_pairs == [0, 2]


@pytest.mark.parametrize("task", ["yoloDetect", "yoloSegment", "yoloPose"])
def test_finds_the_folders_of_yolo(folder, task):
    for split in ("train", "val", "test"):
        root = folder / task
        assert yolo_folders(root, split) == (root / "images" / split, root / "labels" / split)


def test_keypoints_of_yolo(folder, dataset):
    schema = yolo_keypoints(folder / "yoloPose" / "data.yaml")
    assert (schema.class_names, schema.keypoint_names, schema.keypoint_dim) == (dataset.area_names, dataset.keypoints, 3)
    assert schema.flip_idx == [0, 2, 1] and schema.keypoint_flip_pairs == [1, 2]
