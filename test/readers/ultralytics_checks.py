"""The checks that Ultralytics runs on a dataset before it trains, taken alone (the package needs torch to be imported)."""

import glob
import os
import random
import re
import zipfile
from itertools import repeat
from pathlib import Path
from tarfile import is_tarfile
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import cv2
import numpy as np
from PIL import Image, ImageOps

from taken_alone import take

_problems: list[str] = []


class _Logger:
    def info(self, text):
        pass

    def warning(self, text):
        _problems.append(str(text))

    error = warning


_given = {
    **{"os": os, "re": re, "np": np, "cv2": cv2, "Image": Image, "ImageOps": ImageOps, "Path": Path, "Any": Any, "random": random},
    **{"uuid4": uuid4, "zipfile": zipfile, "is_tarfile": is_tarfile, "glob": glob},
    "torch": SimpleNamespace(Tensor=type("Tensor", (), {})),
    "LOGGER": _Logger(),
    "DATASETS_DIR": Path("/nonexistent"),
    "SETTINGS_FILE": "",
    "HELP_URL": "",
    "emojis": str,
    "colorstr": lambda *parts: parts[-1],
    "clean_url": str,
    "is_ascii": lambda text: True,
    # Fonts are for plots, and files are here.
    "check_font": lambda *_: None,
    "check_file": lambda file, hard=True: str(file),
    "check_file_speeds": lambda *_, **__: None,
}
take("ultralytics", "utils/__init__.py", ["YAML"], _given)
take("ultralytics", "utils/ops.py", ["empty_like", "xyxy2xywh", "segments2boxes"], _given)
take("ultralytics", "nn/autobackend.py", ["check_class_names"], _given)
take(
    "ultralytics",
    "data/utils.py",
    ["IMG_FORMATS", "VID_FORMATS", "FORMATS_HELP_MSG", "DATASET_KEY_TYPES", "img2label_paths", "exif_size", "check_image", "_exif_jpeg"]
    + ["_replace_image", "verify_image", "verify_image_label", "find_dataset_yaml", "check_det_dataset", "check_cls_dataset"],
    _given,
)


def check_dataset(data_yaml: Path) -> dict:
    """What `yolo train data=data.yaml` reads out of the file, with the paths of its splits."""
    return _given["check_det_dataset"](str(data_yaml), autodownload=False)


def check_classification(folder: Path) -> tuple[dict, list[str]]:
    """The classes and splits of a classification dataset, and what was warned of."""
    _problems.clear()
    return _given["check_cls_dataset"](str(folder)), list(_problems)


def image_files(folder: str) -> list[str]:
    """The files that `BaseDataset.get_img_files` takes."""
    files = glob.glob(str(Path(glob.escape(folder)) / "**" / "*.*"), recursive=True)
    return sorted(file for file in files if file.rpartition(".")[-1].lower() in _given["IMG_FORMATS"])


def verify_labels(data: dict, split: str, is_pose: bool = False) -> dict[str, SimpleNamespace]:
    """What `YOLODataset.cache_labels` finds in a split, by the name of the image's file."""
    images = image_files(data[split])
    nkpt, ndim = data.get("kpt_shape", (0, 0))
    arguments = zip(images, _given["img2label_paths"](images), repeat(""), repeat(is_pose), repeat(len(data["names"])), repeat(nkpt), repeat(ndim), repeat(False))
    fields = ["file", "labels", "shape", "segments", "keypoints", "missing", "found", "empty", "corrupt", "message"]
    results = [_given["verify_image_label"](each) for each in arguments]
    return {Path(image).name: SimpleNamespace(**dict(zip(fields, result))) for image, result in zip(images, results)}


def verify_images(files: list[Path]) -> list[str]:
    """What is wrong with images of a classification dataset."""
    return [message for _, _, _, message in (_given["verify_image"](((str(file), 0), "")) for file in files) if message]
