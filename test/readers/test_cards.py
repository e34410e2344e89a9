"""Dataset cards: huggingface_hub, PyYAML, and datasets, which follows the card of a folder."""

import json
import tarfile
from collections import Counter

import pyarrow.parquet
import pytest
import yaml
from datasets import load_dataset
from huggingface_hub import DatasetCard
from markdown_it import MarkdownIt

SPLITS = {"train": "train", "val": "validation", "test": "test"}
#: Of huggingface.js, packages/tasks.
TASKS = {"object-detection", "image-segmentation", "image-classification", "keypoint-detection", "image-text-to-text"}


@pytest.fixture(scope="module")
def cards(folder):
    return {path.parent.name: path for path in (folder / "cards").glob("*/README.md")}


@pytest.fixture(scope="module")
def told(folder):
    return json.loads((folder / "expected.json").read_text())


def tables(text):
    """Rows of the tables by their headings, as a reader of GitHub's Markdown sees them."""
    found, heading = {}, None
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = tokens[index + 1].content
        elif token.type == "tr_open":
            found.setdefault(heading, []).append([])
        elif token.type == "inline" and tokens[index - 1].type in ("td_open", "th_open"):
            found[heading][-1].append("".join(child.content for child in token.children))
    return found


def test_the_hub_reads_the_metadata_of_every_format(cards, told):
    assert set(cards) == set(told["formats"])
    for name, path in cards.items():
        card = DatasetCard.load(path)
        data = card.data.to_dict()
        assert data["pretty_name"] == told["card"]["name"]
        assert data["license"] == "cc-by-4.0"
        assert data["size_categories"] == ["n<1K"]
        assert data["tags"] == ["datagym", name]
        assert set(data["task_categories"]) <= TASKS
        assert data == yaml.safe_load(path.read_text().split("---")[1])
        assert told["card"]["description"] in card.text


def test_the_tasks_are_those_of_the_labels(cards):
    tasks = {name: DatasetCard.load(path).data.task_categories for name, path in cards.items()}
    assert tasks["yoloClassify"] == ["image-classification"]
    assert tasks["imageFolder"] == tasks["yoloDetect"] == ["object-detection"]
    assert tasks["yoloPose"] == ["object-detection", "keypoint-detection"]
    assert "image-segmentation" in tasks["coco"] and "object-detection" in tasks["coco"]


def test_the_page_has_the_numbers_of_the_dataset(cards, dataset):
    found = tables(DatasetCard.load(cards["imageFolder"]).text)
    splits = {row[0]: int(row[1]) for row in found["Splits"][1:]}
    assert splits == {split: len(dataset.split(split)) for split in dataset.splits}
    assert [row[1] for row in found["Classes"][1:]] == [" ".join(name.split()) for name in dataset.names]
    assert [int(row[0]) for row in found["Classes"][1:]] == list(range(len(dataset.names)))


def test_texts_are_shown_as_they_are(cards, told):
    html = MarkdownIt("commonmark").render(DatasetCard.load(cards["coco"]).text)
    assert "<b>" not in html and "<em>*bold" not in html and "*bold*" in html


def images_in(folder, format, split):
    """Counted in the files, without `datasets`."""
    if format == "huggingFaceParquet":
        return sum(pyarrow.parquet.ParquetFile(path).metadata.num_rows for path in folder.glob(f"data/{SPLITS[split]}-*.parquet"))
    if format == "webDataset":
        return sum(name.endswith(".json") for path in folder.glob(f"{split}-*.tar") for name in tarfile.open(path).getnames())
    return sum(path.is_file() for path in (folder / split).glob("*/*"))


@pytest.mark.parametrize("format", ["huggingFaceParquet", "webDataset", "cropsByClass"])
def test_datasets_finds_the_splits_of_the_card(folder, format, tmp_path):
    card = DatasetCard.load(folder / format / "README.md").data.to_dict()
    [config] = card["configs"]
    assert [each["split"] for each in config["data_files"]] == list(SPLITS.values())
    loaded = load_dataset(str(folder / format), cache_dir=str(tmp_path))
    assert {name: len(split) for name, split in loaded.items()} == {name: images_in(folder / format, format, split) for split, name in SPLITS.items()}
    assert all(len(split) > 0 for split in loaded.values())


def test_datasets_loads_the_folder_by_its_card(folder, dataset, tmp_path):
    loaded = load_dataset(str(folder / "imageFolder"), cache_dir=str(tmp_path))
    assert {name: len(split) for name, split in loaded.items()} == {SPLITS[split]: len(dataset.split(split)) for split in dataset.splits}
    boxes = Counter(name for split in loaded.values() for row in split.remove_columns("image") for name in row["objects"]["category_names"])
    assert set(boxes) <= set(dataset.names) and sum(boxes.values()) > 0
