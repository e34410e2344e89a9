"""Ultralytics trains one epoch of each of its five tasks. What its scan counts is what was exported."""

import math
from pathlib import Path

import numpy as np
import pytest
from ultralytics import YOLO
from ultralytics.data.dataset import DATASET_CACHE_VERSION
from ultralytics.data.utils import load_dataset_cache_file

MODELS = {"yoloDetect": "yolo11n.yaml", "yoloSegment": "yolo11n-seg.yaml", "yoloPose": "yolo11n-pose.yaml", "yoloObb": "yolo11n-obb.yaml"}
SMALL = {"epochs": 1, "imgsz": 64, "batch": 4, "workers": 0, "device": "cpu", "amp": False, "pretrained": False, "plots": False, "exist_ok": True, "seed": 0}


def train(model: str, data: Path, project: Path):
    """The trainer after one epoch; the losses of each batch were finite."""
    losses = []
    yolo = YOLO(model)
    yolo.add_callback("on_train_batch_end", lambda trainer: losses.append(float(trainer.loss.detach())))
    yolo.train(data=str(data), project=str(project), **SMALL)
    assert losses and all(math.isfinite(loss) for loss in losses), losses
    return yolo.trainer


@pytest.mark.parametrize("task", list(MODELS))
def test_trains_on_every_image_and_label(folder, dataset, tmp_path, task):
    root = folder / task
    trainer = train(MODELS[task], root / "data.yaml", tmp_path)
    loaders = {"train": trainer.train_loader.dataset, "val": trainer.test_loader.dataset}
    for split, loaded in loaders.items():
        images = dataset.split(split)
        rows = {image.stem: rows_of(root / "labels" / split / f"{image.stem}.txt") for image in images}
        # Images with a label file, without one, with an empty one, broken, in all.
        found, missing, empty, corrupt, total = scan_of(root / "labels" / f"{split}.cache")
        backgrounds = sum(not each for each in rows.values())
        assert (found, missing, empty, corrupt, total) == (len(images), 0, backgrounds, 0, len(images))
        assert sorted(Path(file).name for file in loaded.im_files) == sorted(image.file_name for image in images)
        assert {Path(each["im_file"]).stem: len(each["cls"]) for each in loaded.labels} == {stem: len(each) for stem, each in rows.items()}
    assert list(trainer.data["names"].values()) == (dataset.area_names if task == "yoloPose" else dataset.names)
    instances = sum(len(each["cls"]) for loaded in loaders.values() for each in loaded.labels)
    assert instances == expected_instances(dataset, task), task


def test_trains_on_the_class_of_every_image(folder, dataset, tmp_path):
    trainer = train("yolo11n-cls.yaml", folder / "yoloClassify", tmp_path)
    assert list(trainer.data["names"].values()) == ["indoor", "outdoor"]
    for split, loaded in {"train": trainer.train_loader.dataset, "val": trainer.test_loader.dataset}.items():
        images = [image for image in dataset.split(split) if image.answers.get("scene")]
        found = {Path(file).name: trainer.data["names"][number] for file, number, *_ in loaded.samples}
        assert found == {image.file_name: image.answers["scene"][0] for image in images}


def rows_of(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def scan_of(cache: Path) -> tuple[int, ...]:
    content = load_dataset_cache_file(cache)
    assert content["version"] == DATASET_CACHE_VERSION and content["msgs"] == [], content["msgs"]
    return content["results"]


def expected_instances(dataset, task: str) -> int:
    """Labels of the model (not of the files) in train and val: an area is a box; in polygons, each of its parts is one."""
    images = [image for image in dataset.images if image.split in ("train", "val")]
    if task in ("yoloDetect", "yoloPose"):
        return sum(len({(each.name, *np.round(each.numbers, 3)) for each in image.boxes(displayed=True)}) for image in images)
    return sum(len({(each.name, each.polygon.wkt) for each in image.outlines(displayed=True)}) for image in images)
