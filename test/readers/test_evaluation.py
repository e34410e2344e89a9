"""The evaluation of predictions: pycocotools for average precision and recall, supervision for the confusion matrix."""

import contextlib
import functools
import io
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as masks
from pycocotools.cocoeval import COCOeval
from supervision import ConfusionMatrix, Detections
from supervision.metrics.core import MetricTarget

from evaluation.data_sets import Maker, rings, segmentation

ROOT = Path(__file__).resolve().parents[2]

#: `EVALUATION_SEEDS=7,8 npm run test:formats -- -k evaluation` takes others.
SEEDS = [int(seed) for seed in os.environ.get("EVALUATION_SEEDS", "1,2").split(",")]
NAMES = ["dense", "crowds", "many_classes", "ties", "empty", "sizes", "polygons", "crowd_masks", "people", "hands"]
IOU_TYPES = {"boxes": "bbox", "masks": "segm", "keypoints": "keypoints"}
STATS = {
    "boxes": ["ap", "ap50", "ap75", "apSmall", "apMedium", "apLarge", "ar1", "ar10", "ar", "arSmall", "arMedium", "arLarge"],
    "keypoints": ["ap", "ap50", "ap75", "apMedium", "apLarge", "ar", "ar50", "ar75", "arMedium", "arLarge"],
}
STATS["masks"] = STATS["boxes"]


@pytest.fixture(scope="module")
def data_sets():
    return {(seed, name): data for seed in SEEDS for name, data in Maker(seed).all().items()}


@pytest.fixture(scope="module")
def evaluations(data_sets, tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluation")
    source, target = folder / "data_sets.json", folder / "evaluations.json"
    source.write_text(json.dumps({f"{seed} {name}": data.as_model() for (seed, name), data in data_sets.items()}))
    subprocess.run(["npx", "tsx", "test/readers/evaluation/evaluate.ts", str(source), str(target)], cwd=ROOT, check=True)
    return json.loads(target.read_text())


@pytest.fixture(params=[(seed, name) for seed in SEEDS for name in NAMES], ids=lambda each: f"{each[1]}-{each[0]}")
def case(request, data_sets, evaluations):
    seed, name = request.param
    return data_sets[request.param], evaluations[f"{seed} {name}"]


@functools.cache
def default_evaluation(data):
    return coco_evaluation(data)


def coco_evaluation(data, **parameters):
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(*data.as_coco(), IOU_TYPES[data.kind])
        if data.kind == "keypoints":
            evaluation.params.kpt_oks_sigmas = data.sigmas
        for key, value in parameters.items():
            setattr(evaluation.params, key, value)
        evaluation.evaluate()
        evaluation.accumulate()
        if not parameters:
            evaluation.summarize()
    return evaluation


def test_summary_is_that_of_pycocotools(case):
    data, ours = case
    stats = default_evaluation(data).stats
    ways = ["byModel", "byInstances"] if data.is_plain else ["byInstances"]
    for way in ways:
        found = [ours[way]["summary"].get(key, -1) for key in STATS[data.kind]]
        np.testing.assert_allclose(found, stats, rtol=0, atol=1e-6)


def test_precision_and_recall_are_those_of_pycocotools(case):
    data, ours = case
    expected = default_evaluation(data).eval
    thresholds, recalls, classes, areas, limits = expected["counts"]
    # Ours are by class, area and limit.
    precisions = np.array([[[each["precisions"] for each in area] for area in name] for name in ours["arrays"]])
    shaped = precisions.reshape(classes, areas, limits, thresholds, recalls).transpose(3, 4, 0, 1, 2)
    np.testing.assert_allclose(shaped, expected["precision"], rtol=0, atol=1e-6)
    found = np.array([[[each["recalls"] for each in area] for area in name] for name in ours["arrays"]])
    np.testing.assert_allclose(found.transpose(3, 0, 1, 2), expected["recall"], rtol=0, atol=1e-6)


def test_curves_are_those_of_pycocotools_without_a_limit(case):
    data, ours = case
    limit = 10**6
    evaluation = coco_evaluation(data, iouThrs=np.array([data.overlap]), maxDets=[limit], areaRng=[[0, 1e10]], areaRngLbl=["all"])
    precision = evaluation.eval["precision"][0, :, :, 0, 0]
    for number, each in enumerate(ours["byInstances"]["classes"]):
        expected = [] if precision[0, number] < 0 else precision[:, number]
        np.testing.assert_allclose(each["curve"]["precisions"], expected, rtol=0, atol=1e-6)
        same_best(each["curve"].get("best"), *scored(evaluation, [number]))
    same_best(ours["byInstances"]["curve"].get("best"), *scored(evaluation, range(len(data.classes))))


def scored(evaluation, classes):
    """Scores of all predictions of some classes, which of them are right, and the number of labels."""
    images = len(evaluation.params.imgIds)
    found = [each for number in classes for each in evaluation.evalImgs[number * images : (number + 1) * images] if each is not None]
    if not found:
        return np.zeros(0), np.zeros(0, dtype=bool), 0
    counted = ~np.concatenate([each["dtIgnore"][0] for each in found]).astype(bool)
    scores = np.concatenate([each["dtScores"] for each in found])[counted]
    right = np.concatenate([each["dtMatches"][0] for each in found])[counted] > 0
    return scores, right, sum(int((each["gtIgnore"] == 0).sum()) for each in found)


def same_best(found, scores, right, labels):
    candidates = []
    for score in np.unique(scores)[::-1]:
        matched, predicted = right[scores >= score].sum(), (scores >= score).sum()
        candidates.append((2 * matched / (predicted + labels), score, matched / predicted, matched / labels if labels else 0))
    best = max(candidates, key=lambda each: each[0], default=(0,))
    if best[0] == 0:
        assert found is None
        return
    np.testing.assert_allclose([found[key] for key in ["f1", "score", "precision", "recall"]], best, rtol=0, atol=1e-9)


def test_confusion_matrix_is_that_of_supervision(case):
    data, ours = case
    if data.kind == "keypoints" or not data.is_plain:
        pytest.skip("supervision knows no keypoints and no crowds")
    pairs = [(detections(data, predictions, size), detections(data, labels, size)) for *size, labels, predictions in data.images]
    expected = ConfusionMatrix.from_detections(
        predictions=[prediction for prediction, _ in pairs],
        targets=[label for _, label in pairs],
        classes=data.classes,
        conf_threshold=data.score,
        iou_threshold=data.overlap,
        metric_target=MetricTarget.MASKS if data.kind == "masks" else MetricTarget.BOXES,
    )
    found = ours["byModel"]
    assert found["confusion"]["classNames"] == data.classes
    np.testing.assert_array_equal(found["confusion"]["counts"], expected.matrix)
    for number, each in enumerate(found["classes"]):
        matched, labels, predicted = expected.matrix[number, number], expected.matrix[number].sum(), expected.matrix[:, number].sum()
        assert (each["rates"]["matched"], each["rates"]["labels"], each["rates"]["predicted"]) == (matched, labels, predicted)
        assert each["rates"].get("precision") == (pytest.approx(matched / predicted) if predicted else None)
        assert each["rates"].get("recall") == (pytest.approx(matched / labels) if labels else None)


def test_outlines_are_painted_as_by_pycocotools(tmp_path):
    random = np.random.default_rng(SEEDS[0])
    outlines = []
    for number in range(5000):
        width, height = (int(each) for each in random.integers(1, 90, 2))
        points = random.uniform(-60, 150, (random.integers(3, 9), 2))
        # On halves and whole pixels; narrow ones, whose edges are nearly upright; some points twice.
        points = [points, np.round(points * 2) / 2, np.round(points), points * [0.05, 1] + [20, 0]][number % 4]
        points = np.repeat(points, random.integers(1, 3, len(points)), axis=0)
        outlines.append({"size": {"width": width, "height": height}, "points": [{"x": x, "y": y} for x, y in points.tolist()]})
    (tmp_path / "outlines.json").write_text(json.dumps(outlines))
    subprocess.run(["npx", "tsx", "test/readers/evaluation/paint.ts", tmp_path / "outlines.json", tmp_path / "masks.json"], cwd=ROOT, check=True)
    for outline, ours in zip(outlines, json.loads((tmp_path / "masks.json").read_text())):
        width, height = outline["size"]["width"], outline["size"]["height"]
        (encoded,) = masks.frPyObjects([[each[axis] for each in outline["points"] for axis in "xy"]], height, width)
        painted_by_us = np.zeros(width * height, dtype=np.uint8)
        for start, end in zip(ours["edges"][::2], ours["edges"][1::2]):
            painted_by_us[start:end] = 1
        np.testing.assert_array_equal(painted_by_us.reshape((height, width), order="F"), masks.decode(encoded), str(outline))
        assert ours["area"] == masks.area(encoded)
        assert [ours["box"][key] for key in ["x", "y", "width", "height"]] == masks.toBbox(encoded).tolist()


def detections(data, objects, size):
    if not objects:
        return Detections(xyxy=np.zeros((0, 4)), class_id=np.zeros(0, dtype=int), confidence=np.zeros(0))
    corners = [[x, y, x + w, y + h] for x, y, w, h in (bounds_of(each) for each in objects)]
    given = {"mask": np.array([painted(each, *size) for each in objects])} if data.kind == "masks" else {}
    numbers = np.array([data.classes.index(each["className"]) for each in objects])
    return Detections(xyxy=np.array(corners), class_id=numbers, confidence=np.array([each.get("score", 1) for each in objects]), **given)


def bounds_of(each):
    points = np.concatenate(rings(each["geometry"]))
    return [*points.min(axis=0), *(points.max(axis=0) - points.min(axis=0))]


def painted(each, width, height):
    outlines, _ = segmentation(each["geometry"], width, height)
    encoded = masks.merge(masks.frPyObjects(outlines, height, width)) if isinstance(outlines, list) else outlines
    return masks.decode(encoded).astype(bool)
