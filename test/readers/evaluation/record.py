"""Writes test/labels/fixtures/pycocotools.json, by which `npm test` knows pycocotools without Python: python record.py

Run it with the Python of `npm run test:formats` when data_sets.py changes.
"""

import contextlib
import io
import json
from pathlib import Path

import numpy as np
from data_sets import Maker
from pycocotools.cocoeval import COCOeval

IOU_TYPES = {"boxes": "bbox", "masks": "segm", "keypoints": "keypoints"}
#: How many images of each are enough: results of poses are long.
IMAGES = {"ties": 4, "crowds": 5, "sizes": 5, "polygons": 4, "crowd_masks": 4, "people": 2}
TARGET = Path(__file__).resolve().parents[2] / "labels" / "fixtures" / "pycocotools.json"


def shortened(value):
    """Two decimals are enough of a place in an image."""
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, dict):
        return {key: shortened(each) for key, each in value.items()}
    return [shortened(each) for each in value] if isinstance(value, list) else value


recorded = {}
for name, count in IMAGES.items():
    data = getattr(Maker(2026), name)()
    data.images = [(width, height, shortened(labels), shortened(predictions)) for width, height, labels, predictions in data.images[:count]]
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(*data.as_coco(), IOU_TYPES[data.kind])
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    precision, recall = (evaluation.eval[key] for key in ["precision", "recall"])
    recorded[name] = {
        **data.as_model(),
        "stats": [round(float(number), 9) for number in evaluation.stats],
        # Sums over thresholds and recalls tell when one number is another one.
        "precisions": np.round(precision.sum(axis=(0, 1)), 9).tolist(),
        "recalls": np.round(recall.sum(axis=0), 9).tolist(),
    }
TARGET.write_text(json.dumps(recorded, separators=(",", ":")) + "\n")
