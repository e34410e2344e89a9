"""TensorFlow's CSV: Python's csv, and pandas, which most scripts for TFRecords use."""

import csv

import numpy as np
import pandas
import pytest

from expected import Box, same_boxes

COLUMNS = ["filename", "width", "height", "class", "xmin", "ymin", "xmax", "ymax"]


@pytest.fixture(scope="module", params=["train", "val", "test"])
def split(request):
    return request.param


def safe(text: str) -> str:
    """A text that a spreadsheet would run stands behind an apostrophe."""
    return f"'{text}" if text[0] in "=+-@\t\r" else text


def whole_pixels(image):
    boxes = [Box(safe(each.name), *np.floor(each.numbers + 0.5)) for each in image.boxes()]
    return [each for each in boxes if each.right > each.left and each.bottom > each.top]


def test_rows_are_the_boxes(folder, dataset, split):
    with open(folder / "csv" / f"{split}.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert all(list(row) == COLUMNS for row in rows)
    names = {safe(image.file_name): image for image in dataset.split(split)}
    assert {row["filename"] for row in rows} <= set(names)
    for name, image in names.items():
        own = [row for row in rows if row["filename"] == name]
        assert all((int(row["width"]), int(row["height"])) == (image.width, image.height) for row in own)
        found = [Box(row["class"], *(int(row[column]) for column in COLUMNS[4:])) for row in own]
        same_boxes(found, whole_pixels(image), 0, image.name)


def test_pandas_reads_the_same(folder, dataset, split):
    table = pandas.read_csv(folder / "csv" / f"{split}.csv")
    assert list(table.columns) == COLUMNS
    assert len(table) == sum(len(whole_pixels(image)) for image in dataset.split(split))
    assert (table.xmax > table.xmin).all() and (table.ymax > table.ymin).all()


def test_no_cell_is_a_formula(folder, split):
    with open(folder / "csv" / f"{split}.csv", newline="", encoding="utf-8") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_what_is_lost_is_told(dataset):
    empty = sum(not whole_pixels(image) for image in dataset.images)
    assert dataset.reported("csv", "without-labels") == empty
    assert dataset.reported("csv", "too-small") == sum(len(image.boxes()) - len(whole_pixels(image)) for image in dataset.images)
    assert dataset.reported("csv", "no-size") == 1
