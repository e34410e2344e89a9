"""LabelMe's own reader and writer of its files, without the Qt that the package needs to be imported."""

import base64
import io
import sys
import types

import numpy as np
import PIL.ExifTags
import PIL.Image
import PIL.ImageOps

from taken_alone import source_of, take

_package = types.ModuleType("labelme")
_package.__path__ = [str(source_of("labelme", ""))]
_package.__version__ = "taken alone"
_package.utils = types.ModuleType("labelme.utils")
vars(_package.utils).update(
    take(
        "labelme",
        "utils/image.py",
        ["img_data_to_pil", "img_data_to_arr", "img_b64_to_arr", "apply_exif_orientation"],
        {"np": np, "PIL": PIL, "io": io, "base64": base64},
    )
)
sys.modules.update({"labelme": _package, "labelme.utils": _package.utils})

from labelme._label_file import read_label_file, write_label_file  # noqa: E402

__all__ = ["read_label_file", "write_label_file"]
