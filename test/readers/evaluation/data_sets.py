"""Random labels and predictions of different character, as the label model has them, and as pycocotools takes them."""

from dataclasses import dataclass, field

import numpy as np
from pycocotools import mask as masks
from pycocotools.coco import COCO

KEYPOINTS = ["nose", *(f"{side}_{part}" for part in ["eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle"] for side in ["left", "right"])]
SIGMAS = np.array([0.26, 0.25, 0.25, 0.35, 0.35, 0.79, 0.79, 0.72, 0.72, 0.62, 0.62, 1.07, 1.07, 0.87, 0.87, 0.89, 0.89]) / 10


@dataclass(eq=False)
class DataSet:
    kind: str
    classes: list[str]
    #: Per image: width, height, labels, predictions.
    images: list[tuple[int, int, list[dict], list[dict]]] = field(default_factory=list)
    keypoints: list[str] = field(default_factory=lambda: KEYPOINTS)
    sigmas: np.ndarray = field(default_factory=lambda: SIGMAS)
    overlap: float = 0.45
    score: float = 0.3

    @property
    def is_plain(self) -> bool:
        """Whether the label model can say all of it."""
        return not any({"isCrowd", "area"} & set(label) for _, _, labels, _ in self.images for label in labels)

    def as_model(self) -> dict:
        def image(width, height, objects):
            return {"imageId": "", "imageName": "", "width": width, "height": height, "objects": objects, "classifications": {}}

        options = {"kind": self.kind, "classes": self.classes, "overlap": self.overlap, "score": self.score}
        if self.kind == "keypoints":
            options["sigmas"] = dict(zip(self.keypoints, self.sigmas.tolist()))
        return {"options": options, "pairs": [{"truth": image(w, h, labels), "predicted": image(w, h, predictions)} for w, h, labels, predictions in self.images]}

    def as_coco(self) -> tuple[COCO, COCO]:
        truth, results = COCO(), []
        truth.dataset = {
            "images": [{"id": number, "width": w, "height": h} for number, (w, h, _, _) in enumerate(self.images, 1)],
            "categories": [{"id": number, "name": name} for number, name in enumerate(self.classes, 1)],
            "annotations": [],
        }
        for number, (width, height, labels, predictions) in enumerate(self.images, 1):
            for label in labels:
                annotation = {"id": len(truth.dataset["annotations"]) + 1, "iscrowd": int(label.get("isCrowd", False)), **self.annotation(label, width, height)}
                truth.dataset["annotations"].append({**annotation, "image_id": number})
            for prediction in predictions:
                results.append({**self.result(prediction, width, height), "image_id": number, "score": prediction["score"]})
        truth.createIndex()
        return truth, truth.loadRes(results)

    def annotation(self, label: dict, width: int, height: int) -> dict:
        category = self.classes.index(label["className"]) + 1
        annotation = {"category_id": category, "bbox": bounds(label["geometry"])}
        annotation["segmentation"], area = segmentation(label["geometry"], width, height)
        annotation["area"] = label.get("area", area)
        if self.kind == "keypoints":
            annotation["keypoints"] = self.points(label)
            annotation["num_keypoints"] = sum(visible > 0 for visible in annotation["keypoints"][2::3])
        return annotation

    def result(self, prediction: dict, width: int, height: int) -> dict:
        category = self.classes.index(prediction["className"]) + 1
        if self.kind == "boxes":
            return {"category_id": category, "bbox": bounds(prediction["geometry"])}
        if self.kind == "masks":
            outlines, _ = segmentation(prediction["geometry"], width, height)
            encoded = masks.merge(masks.frPyObjects(outlines, height, width)) if isinstance(outlines, list) else outlines
            return {"category_id": category, "segmentation": encoded}
        return {"category_id": category, "bbox": bounds(prediction["geometry"]), "keypoints": self.points(prediction)}

    def points(self, label: dict) -> list[float]:
        found = {child["className"]: child["geometry"] for child in label["children"]}
        return [number for name in self.keypoints for number in ([found[name]["x"], found[name]["y"], found[name].get("visibility", 2)] if name in found else [0, 0, 0])]


def rings(geometry: dict) -> list[np.ndarray]:
    if geometry["type"] == "rectangle":
        x, y, w, h = (geometry[key] for key in ["x", "y", "width", "height"])
        return [np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])]
    lists = [geometry["points"]] if geometry["type"] == "polygon" else [ring for region in geometry["regions"] for ring in region]
    return [np.array([[point["x"], point["y"]] for point in ring]) for ring in lists]


def bounds(geometry: dict) -> list[float]:
    if geometry["type"] == "rectangle":
        return [geometry[key] for key in ["x", "y", "width", "height"]]
    points = np.concatenate(rings(geometry))
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return [left, top, right - left, bottom - top]


def shoelace(ring: np.ndarray) -> float:
    (x, y), (nx, ny) = ring.T, np.roll(ring, -1, axis=0).T
    return abs(np.sum(x * ny - nx * y)) / 2


def segmentation(geometry: dict, width: int, height: int):
    """Outlines of COCO, or a mask where there are holes; and the area."""
    if geometry["type"] == "segmentation" and any(len(region) > 1 for region in geometry["regions"]):
        painted = np.zeros((height, width), dtype=bool)
        for region in geometry["regions"]:
            painted |= inside([np.array([[p["x"], p["y"]] for p in ring]) for ring in region], width, height)
        return masks.encode(np.asfortranarray(painted.astype(np.uint8))), float(painted.sum())
    if geometry["type"] == "rectangle":
        area = geometry["width"] * geometry["height"]
    else:
        area = sum(shoelace(ring) for ring in rings(geometry))
    return [ring.flatten().tolist() for ring in rings(geometry)], area


def inside(outlines: list[np.ndarray], width: int, height: int) -> np.ndarray:
    """Pixels whose center is inside of an odd number of the outlines."""
    px, py = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    odd = np.zeros((height, width), dtype=bool)
    for outline in outlines:
        for (x, y), (nx, ny) in zip(outline, np.roll(outline, -1, axis=0)):
            if x == nx:
                continue
            crosses = (x <= px) != (nx <= px)
            odd ^= crosses & (y + (ny - y) * (px - x) / (nx - x) < py)
    return odd


class Maker:
    """Makes data sets from one seed."""

    def __init__(self, seed: int):
        self.random = np.random.default_rng(seed)

    def all(self) -> dict[str, DataSet]:
        return {name: getattr(self, name)() for name in ["dense", "crowds", "many_classes", "ties", "empty", "sizes", "polygons", "crowd_masks", "people", "hands"]}

    def dense(self) -> DataSet:
        """More predictions than count, one over the other."""
        data = DataSet("boxes", ["a", "b"])
        for _ in range(6):
            labels = [self.box("ab"[self.random.random() < 0.2], 640, 480, 20, 90) for _ in range(self.random.integers(80, 160))]
            data.images.append((640, 480, labels, self.predictions(labels, data.classes, copies=2, extra=60)))
        return data

    def crowds(self) -> DataSet:
        data = DataSet("boxes", ["person", "sheep", "car"])
        for _ in range(40):
            labels = [self.box(self.random.choice(data.classes), 640, 480, 8, 200) for _ in range(self.random.integers(0, 12))]
            for label in labels:
                if self.random.random() < 0.3:
                    label["isCrowd"] = True
                label["area"] = float(self.random.uniform(0.3, 1) * label["geometry"]["width"] * label["geometry"]["height"])
            data.images.append((640, 480, labels, self.predictions(labels, data.classes, copies=3, extra=6)))
        return data

    def many_classes(self) -> DataSet:
        data = DataSet("boxes", [f"class {number}" for number in range(70)])
        for _ in range(60):
            labels = [self.box(self.random.choice(data.classes), 1000, 700, 5, 300) for _ in range(self.random.integers(1, 15))]
            data.images.append((1000, 700, labels, self.predictions(labels, data.classes, extra=8)))
        return data

    def ties(self) -> DataSet:
        """Few scores, and boxes on a grid: many overlaps are equal, or the threshold itself."""
        data = DataSet("boxes", ["a", "b", "c"])
        for _ in range(30):
            boxes = []
            for _ in range(self.random.integers(0, 60)):
                x, y, w, h = (int(number) * 10 for number in self.random.integers([0, 0, 1, 1], [12, 12, 5, 5]))
                boxes.append(labeled(self.random.choice(data.classes), {"type": "rectangle", "x": x, "y": y, "width": w, "height": h}))
            half = len(boxes) // 2
            predictions = [{**each, "score": int(self.random.integers(1, 6)) / 5} for each in boxes[half:] + boxes[: half // 3]]
            data.images.append((200, 200, boxes[:half], predictions))
        return data

    def empty(self) -> DataSet:
        """Images and classes with labels only, predictions only, or nothing."""
        data = DataSet("boxes", ["both", "labels only", "predictions only", "nothing"])
        for number in range(40):
            labels = [self.box(data.classes[self.random.integers(0, 2)], 300, 300, 10, 150) for _ in range(self.random.integers(1, 5))] if number % 3 else []
            found = [label for label in labels if label["className"] == "both"] if number % 4 else []
            predictions = self.predictions(found, ["both", "predictions only"], extra=2) if number % 5 else []
            data.images.append((300, 300, labels, predictions))
        return data

    def sizes(self) -> DataSet:
        """From parts of a pixel to whole satellite images, with areas that are the limits of small and medium exactly."""
        data = DataSet("boxes", ["thing", "other"])
        for _ in range(40):
            labels = []
            for _ in range(self.random.integers(1, 12)):
                size = float(np.exp(self.random.uniform(np.log(0.3), np.log(9000))))
                kind = self.random.integers(0, 4)
                width, height = [(size, size * self.random.uniform(0.4, 2.5)), (32, 32), (96, 96), (64, 16)][kind]
                x, y = self.random.uniform(0, 10000, 2)
                labels.append(labeled(self.random.choice(data.classes), {"type": "rectangle", "x": float(x), "y": float(y), "width": float(width), "height": float(height)}))
            data.images.append((12000, 12000, labels, self.predictions(labels, data.classes, extra=4, exact=True)))
        return data

    def polygons(self) -> DataSet:
        data = DataSet("masks", ["leaf", "ring", "pieces"])
        for _ in range(25):
            width, height = (int(number) for number in self.random.integers(40, 240, 2))
            labels = [self.shape(width, height) for _ in range(self.random.integers(0, 8))]
            predictions = [self.moved_shape(label) for label in labels for _ in range(self.random.integers(0, 3))]
            predictions += [{**self.shape(width, height), "score": self.score()} for _ in range(self.random.integers(1, 4))]
            data.images.append((width, height, labels, predictions))
        return data

    def crowd_masks(self) -> DataSet:
        data = self.polygons()
        for _, _, labels, _ in data.images:
            for label in labels:
                if self.random.random() < 0.3:
                    label["isCrowd"] = True
                label["area"] = float(np.exp(self.random.uniform(np.log(100), np.log(20000))))
        return data

    def people(self) -> DataSet:
        return self.poses(DataSet("keypoints", ["person"]))

    def hands(self) -> DataSet:
        count = int(self.random.integers(3, 22))
        names = [f"joint {number}" for number in range(count)]
        return self.poses(DataSet("keypoints", ["left hand", "right hand"], keypoints=names, sigmas=self.random.uniform(0.02, 0.15, count)), has_crowds=False)

    def poses(self, data: DataSet, has_crowds: bool = True) -> DataSet:
        for _ in range(40):
            labels = []
            for _ in range(self.random.integers(0, 8)):
                label = self.box(self.random.choice(data.classes), 640, 480, 10, 260)
                label["children"] = self.skeleton(label["geometry"], data.keypoints, self.random.choice([0, 0.4, 0.9, 1]))
                if has_crowds and self.random.random() < 0.1:
                    label["isCrowd"] = True
                if has_crowds:
                    label["area"] = float(label["geometry"]["width"] * label["geometry"]["height"] * self.random.uniform(0.3, 0.8))
                labels.append(label)
            predictions = []
            for label in labels:
                for _ in range(self.random.integers(0, 8)):
                    predictions.append(self.moved_pose(label, data))
            for _ in range(self.random.integers(1, 4)):
                stray = self.box(self.random.choice(data.classes), 640, 480, 10, 260)
                predictions.append({**stray, "children": self.skeleton(stray["geometry"], data.keypoints, 1), "score": self.score()})
            data.images.append((640, 480, labels, predictions))
        return data

    def skeleton(self, box: dict, names: list[str], share: float) -> list[dict]:
        return [
            labeled(name, {"type": "point", "x": box["x"] + float(self.random.random()) * box["width"], "y": box["y"] + float(self.random.random()) * box["height"], "visibility": int(self.random.integers(1, 3))})
            for name in names
            if self.random.random() < share
        ]

    def moved_pose(self, label: dict, data: DataSet) -> dict:
        """All keypoints, as results have them: near those of the label, anywhere in the box for those that it does not have."""
        away = float(np.exp(self.random.uniform(np.log(0.3), np.log(30))))
        known = {child["className"]: child["geometry"] for child in label["children"]}
        children = []
        for each in self.skeleton(label["geometry"], data.keypoints, 1):
            geometry = {**each["geometry"], **known.get(each["className"], {})}
            x, y = (float(geometry[axis] + self.random.normal(0, away)) for axis in "xy")
            children.append(labeled(each["className"], {"type": "point", "x": x, "y": y}))
        name = label["className"] if self.random.random() < 0.9 else self.random.choice(data.classes)
        return {**labeled(str(name), label["geometry"]), "children": children, "score": self.score()}

    def box(self, name, width: int, height: int, least: float, most: float) -> dict:
        w, h = self.random.uniform(least, most, 2)
        x, y = self.random.uniform(-10, width - least), self.random.uniform(-10, height - least)
        return labeled(str(name), {"type": "rectangle", "x": quarter(x), "y": quarter(y), "width": max(quarter(w), 0.25), "height": max(quarter(h), 0.25)})

    def predictions(self, labels: list[dict], classes: list[str], copies: int = 1, extra: int = 0, exact: bool = False) -> list[dict]:
        """Labels moved by little or much, some twice, some of another class, some not at all, and some where nothing is."""
        found = []
        for label in labels:
            for _ in range(self.random.integers(0, copies + 1) if copies > 1 else self.random.random() < 0.85):
                name = label["className"] if self.random.random() < 0.85 else str(self.random.choice(classes))
                found.append({**labeled(name, self.moved_box(label["geometry"], exact)), "score": self.score()})
        found += [{**self.box(self.random.choice(classes), 640, 480, 8, 120), "score": self.score()} for _ in range(self.random.integers(0, extra + 1))]
        return [found[place] for place in self.random.permutation(len(found))]

    def moved_box(self, box: dict, exact: bool) -> dict:
        if exact and self.random.random() < 0.3:
            return dict(box)
        away = float(np.exp(self.random.uniform(np.log(0.01), np.log(0.5))))
        dx, dy, dw, dh = self.random.normal(0, away, 4)
        moved = {
            "x": box["x"] + dx * box["width"] / 2,
            "y": box["y"] + dy * box["height"] / 2,
            "width": box["width"] * np.exp(dw / 2),
            "height": box["height"] * np.exp(dh / 2),
        }
        snap = float if exact else quarter
        least = 0.001 if exact else 0.25
        return {"type": "rectangle", "x": snap(moved["x"]), "y": snap(moved["y"]), "width": max(snap(moved["width"]), least), "height": max(snap(moved["height"]), least)}

    def score(self) -> float:
        return float(self.random.beta(2, 2))

    def ring(self, x: float, y: float, radius: float, angle: float) -> list[dict]:
        """A turned star or polygon."""
        count = int(self.random.integers(3, 12))
        turns = angle + np.arange(count) * 2 * np.pi / count
        radii = radius * self.random.uniform(0.4, 1, count)
        return [{"x": float(x + r * np.cos(turn)), "y": float(y + r * np.sin(turn))} for r, turn in zip(radii, turns)]

    def shape(self, width: int, height: int) -> dict:
        x, y = self.random.uniform(0, width), self.random.uniform(0, height)
        radius, angle = float(self.random.uniform(1, 70)), float(self.random.uniform(0, 7))
        kind = self.random.integers(0, 5)
        if kind == 0:
            geometry = {"type": "rectangle", "x": float(x - radius / 2), "y": float(y - radius / 3), "width": radius, "height": radius / 1.5}
        elif kind == 1:
            geometry = {"type": "polygon", "points": self.ring(x, y, radius, angle)}
        elif kind == 2:
            geometry = {"type": "segmentation", "regions": [[self.ring(x + shift, y - shift, radius, angle)] for shift in (0, radius)]}
        else:
            outer = self.ring(x, y, radius, angle)
            hole = [{"x": x + (p["x"] - x) * 0.3, "y": y + (p["y"] - y) * 0.3} for p in outer]
            regions = [[outer, hole]] + ([[self.ring(x + 2 * radius, y, radius / 2, angle)]] if kind == 4 else [])
            geometry = {"type": "segmentation", "regions": regions}
        return labeled(str(self.random.choice(["leaf", "ring", "pieces"])), geometry)

    def moved_shape(self, label: dict) -> dict:
        away = float(np.exp(self.random.uniform(np.log(0.05), np.log(15))))
        dx, dy = self.random.normal(0, away, 2)
        name = label["className"] if self.random.random() < 0.85 else str(self.random.choice(["leaf", "ring", "pieces"]))
        return {**labeled(name, moved(label["geometry"], float(dx), float(dy))), "score": self.score()}


def moved(geometry, dx: float, dy: float):
    if isinstance(geometry, list):
        return [moved(each, dx, dy) for each in geometry]
    if not isinstance(geometry, dict):
        return geometry
    shifts = {"x": dx, "y": dy}
    return {key: value + shifts[key] if key in shifts else moved(value, dx, dy) for key, value in geometry.items()}


def labeled(name: str, geometry: dict) -> dict:
    return {"className": str(name), "geometry": geometry, "classifications": {}, "children": []}


def quarter(number: float) -> float:
    """To quarters of a pixel, which 32 bits hold exactly: supervision computes with these."""
    return round(float(number) * 4) / 4
