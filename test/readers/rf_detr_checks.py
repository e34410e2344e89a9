"""What RF-DETR finds in a dataset before it trains, taken alone (the package needs torch to be imported)."""

import importlib.util
import json
import logging
import sys
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from taken_alone import source_of, take

_logger = logging.getLogger("rfdetr")
_source = source_of("rfdetr", "")


def _given_sources() -> dict:
    return {"Path": Path, "Any": Any, "cast": cast, "json": json, "dataclass": dataclass, "logger": _logger}


_coco = take(
    "rfdetr",
    "datasets/coco.py",
    ["is_valid_coco_dataset", "_SUPERCATEGORY_PLACEHOLDERS", "annotated_category_ids", "_category_name", "_normalized_category_id"]
    + ["filter_parent_categories", "_train_split_cat2label"],
    _given_sources(),
)

# Its modules of schemas need no torch, but the packages that they are in do.
_packages = {name: types.ModuleType(name) for name in ("rfdetr", "rfdetr.datasets", "rfdetr.utilities", "rfdetr.utilities.logger")}
for _name, _package in _packages.items():
    _package.__path__ = [str(_source.joinpath(*_name.split(".")[1:]))]
_packages["rfdetr"].__spec__ = importlib.util.find_spec("rfdetr")
_packages["rfdetr.utilities.logger"].get_logger = lambda *_: _logger
sys.modules.update(_packages)
_schema = importlib.import_module("rfdetr.datasets._keypoint_schema")
_yaml = importlib.import_module("rfdetr.datasets._yolo_yaml")

_yolo = take(
    "rfdetr",
    "datasets/yolo.py",
    ["REQUIRED_YOLO_YAML_FILES", "_VALID_VAL_DIR_NAMES", "_ResolutionNotes", "find_yolo_data_file", "is_valid_yolo_dataset", "_within_root"]
    + ["_usable_split_dir", "_declared_split_images", "_parse_yaml_split_dirs", "_resolve_split_from_yaml", "_resolve_yolo_split_dirs"]
    + ["_resolve_yolo_split_dirs_with_notes"],
    {**_given_sources(), "_load_yaml_mapping": _yaml._load_yaml_mapping},
)


def is_coco_dataset(folder: Path) -> bool:
    return _coco["is_valid_coco_dataset"](str(folder))


def class_indices(folder: Path) -> dict[int, int]:
    """The index of each category of a COCO dataset in the model."""
    return _coco["_train_split_cat2label"](folder)


def coco_keypoints(annotations: Path):
    """Names of classes, and the number of keypoints of each."""
    return _schema.infer_coco_keypoint_schema(annotations)


def yolo_keypoints(data_yaml: Path):
    return _schema.infer_yolo_keypoint_schema(data_yaml)


def yolo_folders(folder: Path, split: str) -> tuple[Path, Path]:
    """Images and labels of a split of a YOLO dataset that RF-DETR takes."""
    assert _yolo["is_valid_yolo_dataset"](str(folder))
    return _yolo["_resolve_yolo_split_dirs"](folder, folder / "data.yaml", split)
