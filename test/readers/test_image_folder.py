"""Hugging Face's imagefolder: the library datasets itself."""

import numpy as np
import pytest
from datasets import load_dataset

from expected import Box, same_boxes

#: Images are turned by their EXIF orientation when they are opened.
DISPLAYED = True
SPLITS = {"train": "train", "val": "validation", "test": "test"}


@pytest.fixture(scope="module")
def loaded(folder, tmp_path_factory):
    return load_dataset("imagefolder", data_dir=str(folder / "imageFolder"), cache_dir=str(tmp_path_factory.mktemp("huggingface")))


def test_has_the_splits_and_columns(loaded, dataset):
    assert {name: len(split) for name, split in loaded.items()} == {SPLITS[split]: len(dataset.split(split)) for split in dataset.splits}
    for split in loaded.values():
        assert set(split.column_names) == {"image", "image_id", "width", "height", "objects"}


def test_boxes_lie_in_the_image_that_it_opens(loaded, dataset):
    for split in dataset.splits:
        rows = {row["image_id"]: row for row in loaded[SPLITS[split]]}
        for image in dataset.split(split):
            row = rows[image.id]
            assert row["image"].size == (row["width"], row["height"]) == image.size(DISPLAYED), image.name
            objects = row["objects"]
            assert [dataset.names[number] for number in objects["categories"]] == objects["category_names"]
            found = [Box(name, x, y, x + width, y + height) for name, (x, y, width, height) in zip(objects["category_names"], objects["bbox"])]
            same_boxes(found, image.boxes(DISPLAYED), 1e-3, image.name)
            np.testing.assert_allclose(objects["area"], [width * height for _, _, width, height in objects["bbox"]], rtol=1e-6)


def test_types_do_not_depend_on_the_values(folder, loaded, tmp_path):
    # 40 images at 90/5/5: decimals in train, no label in val, whole numbers in test.
    sparse = load_dataset("imagefolder", data_dir=str(folder / "sparse" / "imageFolder"), cache_dir=str(tmp_path))
    assert {name: len(split) for name, split in sparse.items()} == {"train": 36, "validation": 2, "test": 2}
    assert all(split.features == loaded["train"].features for split in sparse.values())
    assert [row["objects"]["bbox"] for row in sparse["validation"].remove_columns("image")] == [[], []]
    assert [row["objects"]["bbox"] for row in sparse["test"].remove_columns("image")] == [[[4, 6, 20, 10]]] * 2
    for name in sparse:
        alone = load_dataset("imagefolder", data_dir=str(folder / "sparse" / "imageFolder"), split=name, cache_dir=str(tmp_path / name))
        assert alone.features == loaded["train"].features


def test_ids_are_unique_in_a_split(loaded):
    for split in loaded.values():
        ids = [id for row in split.remove_columns("image") for id in row["objects"]["id"]]
        assert len(set(ids)) == len(ids)


def test_what_is_lost_is_told(dataset):
    clipped = sum(len(image.boxes()) for image in dataset.images)
    assert dataset.reported("imageFolder", "outside") == sum(len(image.boxes(clipped=False)) for image in dataset.images) - clipped
    assert dataset.reported("imageFolder", "no-size") == 1
