"""Compare Projects against published implementations: kappa of scikit-learn and statsmodels, alpha of krippendorff, the
assignment of scipy, distances of shapely. The data are other ones in each run; a failure names the seed."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from pathlib import Path

import krippendorff
import numpy as np
import pytest
import shapely
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa


@pytest.fixture(scope="session")
def agreement(folder: Path) -> dict:
    return json.loads((folder / "agreement.json").read_text(encoding="utf-8"))


def same(ours: float | None, theirs: float) -> bool:
    """Undefined for us is not a number for the others."""
    return np.isnan(theirs) if ours is None else ours == pytest.approx(theirs, abs=1e-9)


def cohen(pairs: list[tuple[str, str]]) -> float:
    if not pairs:
        return float("nan")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return cohen_kappa_score(*zip(*pairs, strict=True))


def alpha(units: list[list[str | None]]) -> float:
    categories = sorted({rating for unit in units for rating in unit if rating is not None})
    numbers = [[np.nan if rating is None else categories.index(rating) for rating in unit] for unit in units]
    pairable = {n for unit in numbers if np.isfinite(unit).sum() > 1 for n in unit if np.isfinite(n)}
    if len(pairable) < 2:
        # The package raises where nothing but one category can be compared.
        return float("nan")
    return krippendorff.alpha(reliability_data=np.array(numbers).T, level_of_measurement="nominal")


def test_cohens_kappa(agreement):
    cases = [case for case in agreement["ratings"] if case["raters"] == 2]
    assert cases
    for case in cases:
        both = [tuple(unit) for unit in case["units"] if None not in unit]
        assert same(case["cohenKappa"], cohen(both)), f"seed {agreement['seed']}: {case}"


def test_fleiss_kappa(agreement):
    for case in agreement["ratings"]:
        complete = [unit for unit in case["units"] if None not in unit]
        with np.errstate(all="ignore"):
            theirs = fleiss_kappa(aggregate_raters(np.array(complete))[0]) if complete else float("nan")
        assert same(case["fleissKappa"], theirs), f"seed {agreement['seed']}: {case}"


def test_krippendorffs_alpha(agreement):
    for case in agreement["ratings"]:
        assert same(case["krippendorffAlpha"], alpha(case["units"])), f"seed {agreement['seed']}: {case}"


def assigned(worth: np.ndarray) -> list[tuple[int, int]]:
    """Pairs that are worth nothing are not candidates."""
    return [(row, column) for row, column in zip(*linear_sum_assignment(worth, maximize=True)) if worth[row, column] > 0]


def test_assignments_are_worth_the_most(agreement):
    for case in agreement["assignments"]:
        worth = np.zeros((case["rows"], case["columns"]))
        for pair in case["pairs"]:
            worth[pair["row"], pair["column"]] = pair["worth"]
        ours = [(pair["row"], pair["column"]) for pair in case["assigned"]]
        assert all(count == 1 for side in zip(*ours) for count in Counter(side).values())
        assert all(worth[pair] > 0 for pair in ours)
        best = sum(worth[pair] for pair in assigned(worth))
        assert sum(worth[pair] for pair in ours) == pytest.approx(best, abs=1e-9), f"seed {agreement['seed']}"


def test_distances_of_lines(agreement):
    for case in agreement["lines"]:
        a, b = (shapely.LineString([(point["x"], point["y"]) for point in case[side]]) for side in "ab")
        means = []
        for one, other in ((a, b), (b, a)):
            stations = shapely.line_interpolate_point(one, (np.arange(64) + 0.5) / 64, normalized=True)
            means.append(shapely.distance(stations, other).mean())
        assert case["distance"] == pytest.approx(np.mean(means), abs=1e-6), f"seed {agreement['seed']}"


def iou(a: dict, b: dict) -> float:
    one, other = (shapely.box(o["x"], o["y"], o["x"] + o["width"], o["y"] + o["height"]) for o in (a, b))
    shared = shapely.area(shapely.intersection(one, other))
    return shared / (one.area + other.area - shared)


def matched(first: list[dict], second: list[dict], minimum: float) -> list[tuple[int, int, float]]:
    """Within a class, then whatever the class among the rest."""
    ious = np.array([[iou(a, b) for b in second] for a in first]).reshape(len(first), len(second))
    ious[ious < minimum] = 0
    is_same = np.array([[a["className"] == b["className"] for b in second] for a in first]).reshape(ious.shape)
    pairs = assigned(np.where(is_same, ious, 0))
    left = ious.copy()
    for row, column in pairs:
        left[row, :] = 0
        left[:, column] = 0
    pairs += assigned(left)
    return [(row, column, ious[row, column]) for row, column in pairs]


def test_labels_of_two_projects(agreement):
    for case in agreement["images"]:
        classes, ious, labels = [], [], 0
        confusion: Counter = Counter()
        for first, second in case["images"]:
            labels += len(first) + len(second)
            pairs = matched(first, second, case["minimumIou"])
            for row, column, value in pairs:
                names = first[row]["className"], second[column]["className"]
                classes.append(names)
                confusion[names] += 1
                if names[0] == names[1]:
                    ious.append(value)
            rows, columns = {row for row, *_ in pairs}, {column for _, column, _ in pairs}
            confusion.update((o["className"], None) for i, o in enumerate(first) if i not in rows)
            confusion.update((None, o["className"]) for i, o in enumerate(second) if i not in columns)
        told = f"seed {agreement['seed']}"
        nothing = float("nan")
        assert same(case["f1"], 2 * len(ious) / labels if labels else nothing), told
        assert same(case["matchedShare"], 2 * len(classes) / labels if labels else nothing), told
        assert same(case["meanIou"], np.mean(ious) if ious else nothing), told
        assert same(case["cohenKappa"], cohen(classes)), told
        assert same(case["krippendorffAlpha"], alpha([list(pair) for pair in classes])), told
        assert {(a, b): count for a, b, count in case["confusion"]} == dict(confusion), told
