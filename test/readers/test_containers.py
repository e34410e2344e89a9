"""Datasets whose files hold the images: "huggingFaceParquet" by datasets and pyarrow, "webDataset" by webdataset, datasets, tarfile and GNU tar."""

import io
import json
import re
import subprocess
import tarfile

import numpy as np
import pyarrow.parquet as parquet
import pytest
import webdataset
from datasets import ClassLabel, Features, Image, List, Value, load_dataset
from PIL import Image as Pillow, ImageOps

from expected import Box, same_boxes

SPLITS = {"train": "train", "val": "validation", "test": "test"}
#: As generate.ts asks for.
IMAGES_PER_SHARD = 10
SCENES = ["indoor", "outdoor"]


def features(dataset) -> Features:
    return Features(
        {
            "image": Image(),
            "image_id": Value("string"),
            "width": Value("int64"),
            "height": Value("int64"),
            "label": ClassLabel(names=SCENES),
            "objects": {
                "bbox": List(List(Value("float64"))),
                "categories": List(ClassLabel(names=dataset.names)),
                "category_names": List(Value("string")),
                "id": List(Value("int64")),
                "area": List(Value("float64")),
            },
        }
    )


def with_scene(dataset, split):
    """The images with a class, since one is asked for."""
    return [image for image in dataset.split(split) if image.answers.get("scene")]


def original(folder, image, displayed):
    """The pixels of an image's file, which the format ImageFolder has unchanged, upright or as they are stored."""
    with Pillow.open(folder / "imageFolder" / image.split / image.file_name) as picture:
        return np.asarray((ImageOps.exif_transpose(picture) if displayed else picture).convert("RGB"))


def check_objects(objects, image, names, displayed):
    found = [Box(names[number], x, y, x + width, y + height) for number, (x, y, width, height) in zip(objects["categories"], objects["bbox"])]
    same_boxes(found, image.boxes(displayed), 1e-3, image.name)
    assert [names[number] for number in objects["categories"]] == objects["category_names"]
    np.testing.assert_allclose(objects["area"], [width * height for _, _, width, height in objects["bbox"]], rtol=1e-6)


@pytest.fixture(scope="module", params=[False, True], ids=["downloaded", "streaming"])
def loaded(request, folder, tmp_path_factory):
    return load_dataset(str(folder / "huggingFaceParquet"), streaming=request.param, cache_dir=str(tmp_path_factory.mktemp("huggingface")))


def test_parquet_has_the_declared_features_in_every_split(loaded, dataset):
    assert set(loaded) == {SPLITS[split] for split in dataset.splits}
    for split in loaded.values():
        assert split.features == features(dataset)


def test_parquet_has_the_images_with_their_boxes_and_classes(loaded, folder, dataset):
    for split in dataset.splits:
        rows = {row["image_id"]: row for row in loaded[SPLITS[split]]}
        assert set(rows) == {image.id for image in with_scene(dataset, split)}
        for image in with_scene(dataset, split):
            row = rows[image.id]
            assert row["image"].size == (row["width"], row["height"]) == image.size(True), image.name
            np.testing.assert_array_equal(np.asarray(row["image"].convert("RGB")), original(folder, image, True), image.name)
            assert SCENES[row["label"]] == image.answers["scene"][0]
            check_objects(row["objects"], image, dataset.names, True)


def test_parquet_shards_are_named_and_sized_as_on_the_hub(folder, dataset):
    files = sorted((folder / "huggingFaceParquet" / "data").iterdir())
    for split in dataset.splits:
        shards = [file for file in files if file.name.startswith(f"{SPLITS[split]}-")]
        count = -(-len(with_scene(dataset, split)) // IMAGES_PER_SHARD)
        assert [file.name for file in shards] == [f"{SPLITS[split]}-{number:05}-of-{count:05}.parquet" for number in range(count)]
        ids = []
        for file in shards:
            table = parquet.ParquetFile(file)
            assert 0 < table.metadata.num_rows <= IMAGES_PER_SHARD
            ids += [id for row in table.read(columns=["objects"]).to_pylist() for id in row["objects"]["id"]]
        assert len(set(ids)) == len(ids)


def test_pyarrow_reads_the_image_struct_with_a_page_index(folder):
    for file in (folder / "huggingFaceParquet" / "data").iterdir():
        table = parquet.ParquetFile(file)
        image = table.schema_arrow.field("image").type
        assert {(field.name, str(field.type)) for field in image} == {("bytes", "binary"), ("path", "string")}
        assert json.loads(table.schema_arrow.metadata[b"huggingface"])["info"]["features"]["image"] == {"_type": "Image"}
        for number in range(table.metadata.num_row_groups):
            group = table.metadata.row_group(number)
            columns = {group.column(index).path_in_schema: group.column(index) for index in range(group.num_columns)}
            assert columns["image.bytes"].compression == "UNCOMPRESSED"
            assert columns["image_id"].compression == "SNAPPY"
            # Datasets' own limit; the viewer's is 300 MB.
            assert group.total_byte_size < 100e6
            assert group.num_rows == 1 or columns["image.bytes"].has_offset_index


def test_parquet_types_do_not_depend_on_the_values(folder, dataset, tmp_path):
    sparse = load_dataset(str(folder / "sparse" / "huggingFaceParquet"), cache_dir=str(tmp_path))
    assert all(split.features == features(dataset) for split in sparse.values())
    assert [row["objects"]["bbox"] for row in sparse["validation"].remove_columns("image")] == [[], []]


def shards(folder):
    return sorted(str(path) for path in (folder / "webDataset").glob("*.tar"))


def test_webdataset_reads_the_images_with_their_boxes_and_classes(folder, dataset):
    classes = (folder / "webDataset" / "image_classes.txt").read_text().splitlines()
    assert classes == SCENES
    for split in dataset.splits:
        paths = [path for path in shards(folder) if path.rsplit("/", 1)[1].startswith(f"{split}-")]
        samples = list(webdataset.WebDataset(paths, shardshuffle=False).decode("pil"))
        found = {sample["json"]["image_id"]: sample for sample in samples}
        assert len(found) == len(samples)
        assert set(found) == {image.id for image in with_scene(dataset, split)}
        for image in with_scene(dataset, split):
            sample = found[image.id]
            labels = sample["json"]
            assert labels["file_name"] == image.name
            assert sample["jpg"].size == (labels["width"], labels["height"]) == image.size(False), image.name
            np.testing.assert_array_equal(np.asarray(sample["jpg"].convert("RGB")), original(folder, image, False), image.name)
            assert classes[sample["cls"]] == image.answers["scene"][0]
            assert {key: text.split(", ") for key, text in labels["classifications"].items() if text} == image.answers
            check_objects(labels["objects"], image, dataset.names, False)


@pytest.mark.parametrize("streaming", [False, True])
def test_datasets_reads_the_shards_of_webdataset(folder, dataset, tmp_path, streaming):
    loaded = load_dataset("webdataset", data_dir=str(folder / "webDataset"), streaming=streaming, cache_dir=str(tmp_path))
    assert set(loaded) == {SPLITS[split] for split in dataset.splits}
    for split in dataset.splits:
        rows = {row["json"]["image_id"]: row for row in loaded[SPLITS[split]]}
        for image in with_scene(dataset, split):
            assert rows[image.id]["jpg"].size == image.size(False)
            check_objects(rows[image.id]["json"]["objects"], image, dataset.names, False)


def test_tar_and_tarfile_list_the_same_files(folder, dataset):
    for path in shards(folder):
        listed = subprocess.run(["tar", "--quoting-style=literal", "-tf", path], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})
        assert listed.stderr == b""
        with tarfile.open(path) as archive:
            names = archive.getnames()
            assert listed.stdout.decode().splitlines() == names
            # A key for three files, one after the other, without a dot.
            keys = [name.split(".", 1) for name in names]
            assert [end for _, end in keys] == ["jpg", "cls", "json"] * (len(names) // 3)
            assert all(keys[start][0] == keys[start + 1][0] == keys[start + 2][0] for start in range(0, len(keys), 3))
            assert len({key for key, _ in keys}) * 3 == len(keys)
            for member in archive.getmembers()[:3]:
                assert member.isfile() and member.mtime == 0
            with Pillow.open(io.BytesIO(archive.extractfile(names[0]).read())) as picture:
                picture.load()
    assert re.fullmatch(r"test-000000\.tar", shards(folder)[0].rsplit("/", 1)[1])
