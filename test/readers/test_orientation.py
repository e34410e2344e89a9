"""The law of the coordinate frame, judged by pixels: each format's readers open the photographs as they open them, and the
label lies on the block that was painted into the stored pixels, in all EXIF orientations, as JPEG and PNG. The datasets
went through n8n's engine (painted.ts); nothing here knows how coordinates are moved."""

import csv
import io
import json
import zipfile
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from datasets import load_dataset
from datumaro import Dataset as Datumaro
from PIL import Image, ImageOps
from pyarrow.parquet import read_table
from pycocotools.coco import COCO
from supervision import DetectionDataset
from supervision.dataset.formats.createml import load_createml_annotations
from supervision.dataset.formats.labelme import load_labelme_annotations

from labelme_reader import read_label_file
from ultralytics_checks import check_dataset, verify_labels

NAMES = {f"painted {orientation} {type}.{ending}" for orientation in range(1, 9) for type, ending in (("jpeg", "jpg"), ("png", "png"))}


def plain(path):
    """torchvision's datasets, RF-DETR, Keras: Image.open(path).convert("RGB")."""
    return np.asarray(Image.open(path).convert("RGB"))


def upright(path):
    """detectron2, Hugging Face, CVAT, LabelMe, and browsers, in which Label Studio and DataGym draw."""
    return np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))


def opencv(path):
    """Ultralytics, mmcv, supervision."""
    return cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1]


def as_stored(path):
    """Readers of OpenCV that ignore the orientation."""
    return cv2.imread(str(path), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)[..., ::-1]


ALL = [plain, upright, opencv, as_stored]


def unpacked(folder, tmp_path, name):
    with zipfile.ZipFile(folder / "painted" / f"{name}.zip") as archive:
        archive.extractall(tmp_path)
    return tmp_path


def lies_on_the_block(pixels, box, where):
    """What is in the box is red but for the edge, which JPEG blurs, and nothing else is."""
    left, top, right, bottom = (int(round(float(number))) for number in box)
    red = (pixels[..., 0] > 150) & (pixels[..., 1] < 90)
    assert red.sum() > 2000, where
    inside = red[top + 2 : bottom - 2, left + 2 : right - 2]
    assert inside.size > 1500 and inside.mean() > 0.99, (where, box)
    outside = red.copy()
    outside[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = False
    assert outside.sum() == 0, (where, box)


def files(root):
    masks = root / "masks"
    return {path.name: path for path in root.rglob("*") if path.suffix in (".jpg", ".png") and masks not in path.parents}


def check(root, boxes, openers):
    """Boxes by file name, each in the image as each reader opens it."""
    assert set(boxes) == NAMES
    paths = files(root)
    for name, box in boxes.items():
        for opener in openers:
            lies_on_the_block(opener(paths[name]), box, (name, opener.__name__))


def corners(x, y, width, height):
    return x, y, x + width, y + height


def of_supervision(read):
    """What a training with supervision sees: its boxes in the image as it opens it."""
    found = {}
    for path, image, detections in read:
        [box] = [xyxy for xyxy, area in zip(detections.xyxy, detections.area) if area > 10]
        found[path.rpartition("/")[2]] = box
        lies_on_the_block(image[..., ::-1], box, path)
    assert set(found) == NAMES


def coco_boxes(root, annotations="annotations/instances_train.json"):
    coco = COCO(str(root / annotations))
    sizes = {image["file_name"]: (image["width"], image["height"]) for image in coco.loadImgs(coco.getImgIds())}
    boxes = {}
    for image in coco.loadImgs(coco.getImgIds()):
        [car] = coco.loadAnns(coco.getAnnIds(imgIds=image["id"]))
        boxes[image["file_name"]] = corners(*car["bbox"])
        # The lamp was put into the middle of the car: its keypoint is moved with the box. The server's export has whole pixels.
        x, y, width, height = car["bbox"]
        np.testing.assert_allclose(car["keypoints"], [x + width / 2, y + height / 2, 2], atol=1)
    return boxes, sizes


def test_coco(folder, tmp_path):
    root = unpacked(folder, tmp_path, "coco")
    boxes, sizes = coco_boxes(root)
    check(root, boxes, ALL)
    for name, path in files(root).items():
        # detectron2 refuses another size than that of what it opens.
        assert sizes[name] == upright(path).shape[1::-1] == plain(path).shape[1::-1]
    of_supervision(DetectionDataset.from_coco(str(root / "images" / "train"), str(root / "annotations" / "instances_train.json")))


def test_coco_for_rf_detr(folder, tmp_path):
    root = unpacked(folder, tmp_path, "cocoRfDetr")
    boxes, _ = coco_boxes(root, "train/_annotations.coco.json")
    check(root, boxes, ALL)
    assert all((root / "train" / name).is_file() for name in boxes)


@pytest.mark.parametrize("name", ["coco.kept", "coco.tagRemoved", "coco.upright"])
def test_coco_as_the_user_chooses(folder, tmp_path, name):
    root = unpacked(folder, tmp_path, name)
    boxes, sizes = coco_boxes(root)
    openers = [upright, opencv] if name == "coco.kept" else ALL
    check(root, boxes, openers)
    for path in files(root).values():
        assert all(sizes[path.name] == opener(path).shape[1::-1] for opener in openers)


def test_pascal_voc(folder, tmp_path):
    root = unpacked(folder, tmp_path, "pascalVoc")
    boxes = {}
    for path in (root / "Annotations").iterdir():
        xml = ElementTree.parse(path).getroot()
        boxes[xml.findtext("filename")] = [int(xml.findtext(f"object/bndbox/{name}")) for name in ("xmin", "ymin", "xmax", "ymax")]
    check(root, boxes, ALL)
    of_supervision(DetectionDataset.from_pascal_voc(str(root / "JPEGImages"), str(root / "Annotations")))


def test_csv(folder, tmp_path):
    root = unpacked(folder, tmp_path, "csv")
    with open(root / "train.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    check(root, {row["filename"]: [int(row[name]) for name in ("xmin", "ymin", "xmax", "ymax")] for row in rows}, ALL)


def test_create_ml(folder, tmp_path):
    root = unpacked(folder, tmp_path, "createMl")
    _, _, annotations = load_createml_annotations(str(root / "train"), str(root / "train" / "annotations.createml.json"))
    check(root, {path.rpartition("/")[2]: detections.xyxy[0] for path, detections in annotations.items()}, ALL)


def test_masks(folder, tmp_path):
    root = unpacked(folder, tmp_path, "masks")
    masks = {path.stem: path for path in (root / "masks").rglob("*.png")}
    boxes = {}
    for path in files(root).values():
        for opener in (plain, opencv):
            drawn = np.asarray(Image.open(masks[path.stem])) > 0
            assert (cv2.imread(str(masks[path.stem]), cv2.IMREAD_UNCHANGED).shape[:2]) == drawn.shape == opener(path).shape[:2]
            rows, columns = np.nonzero(drawn)
            boxes[path.name] = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    check(root, boxes, ALL)


@pytest.mark.parametrize("task", ["yoloDetect", "yoloSegment", "yoloObb", "yoloPose"])
def test_yolo(folder, tmp_path, task):
    root = unpacked(folder, tmp_path, task)
    results = verify_labels(check_dataset(root / "data.yaml"), "train", is_pose=task == "yoloPose")
    boxes = {}
    for name, result in results.items():
        assert (result.corrupt, result.message) == (0, ""), name
        height, width = result.shape
        [(_, x, y, w, h)] = result.labels
        boxes[name] = ((x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height)
        if task == "yoloPose":
            (x, y, _), *_ = result.keypoints[0]
            left, top, right, bottom = boxes[name]
            np.testing.assert_allclose([x * width, y * height], [(left + right) / 2, (top + bottom) / 2], atol=1)
    check(root, boxes, [opencv])
    if task == "yoloDetect":
        of_supervision(DetectionDataset.from_yolo(str(root / "images" / "train"), str(root / "labels" / "train"), str(root / "data.yaml")))


@pytest.mark.parametrize("name", ["yoloDetect.tagRemoved", "yoloDetect.upright"])
def test_yolo_without_the_tag_is_seen_alike_by_readers_that_do_not_turn_images(folder, tmp_path, name):
    root = unpacked(folder, tmp_path, name)
    images = root / "images" / "train"
    boxes = {}
    for path in images.iterdir():
        _, x, y, w, h = map(float, (root / "labels" / "train" / f"{path.stem}.txt").read_text().split())
        width, height = Image.open(path).size
        boxes[path.name] = ((x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height)
    check(root, boxes, ALL)


def test_image_folder(folder, tmp_path, tmp_path_factory):
    root = unpacked(folder, tmp_path, "imageFolder")
    names = {row["image_id"]: row["file_name"] for row in read_table(root / "train" / "metadata.parquet").to_pylist()}
    loaded = load_dataset("imagefolder", data_dir=str(root), cache_dir=str(tmp_path_factory.mktemp("huggingface")))["train"]
    assert {names[row["image_id"]] for row in loaded} == NAMES
    for row in loaded:
        assert row["image"].size == (row["width"], row["height"])
        lies_on_the_block(np.asarray(row["image"].convert("RGB")), corners(*row["objects"]["bbox"][0]), names[row["image_id"]])


def test_labelme(folder, tmp_path):
    root = unpacked(folder, tmp_path, "labelMe")
    found = set()
    for path in (root / "train").glob("*.json"):
        read = read_label_file(str(path))
        [shape] = [each for each in read.shapes if each["shape_type"] == "rectangle"]
        points = np.array(shape["points"])
        lies_on_the_block(np.asarray(Image.open(io.BytesIO(read.image_data)).convert("RGB")), [*points.min(axis=0), *points.max(axis=0)], path.name)
        found.add(read.image_path)
    assert found == NAMES
    _, _, annotations = load_labelme_annotations(str(root / "train"), str(root / "train"))
    check(root, {path.rpartition("/")[2]: detections.xyxy[0] for path, detections in annotations.items()}, [upright, opencv])


def test_label_studio(folder, tmp_path):
    root = unpacked(folder, tmp_path, "labelStudio")
    paths = files(root)
    found = set()
    for task in json.loads((root / "tasks.json").read_text(encoding="utf-8")):
        name = task["data"]["image"].rpartition("/")[2].replace("%20", " ")
        [result] = [each for each in task["annotations"][0]["result"] if each["type"] == "rectanglelabels"]
        pixels = upright(paths[name])
        height, width = pixels.shape[:2]
        assert (result["original_width"], result["original_height"]) == (width, height)
        x, y, w, h = (result["value"][key] / 100 for key in ("x", "y", "width", "height"))
        lies_on_the_block(pixels, corners(x * width, y * height, w * width, h * height), name)
        found.add(name)
    assert found == NAMES


def test_cvat(folder, tmp_path):
    root = unpacked(folder, tmp_path, "cvat")
    boxes = {}
    for item in Datumaro.import_from(str(root), "cvat"):
        [box] = [each.points for each in item.annotations if each.type.name == "bbox"]
        [name] = [name for name in NAMES if name.startswith(f"{item.id}.")]
        boxes[name] = box
    check(root, boxes, [upright, opencv])


def test_datagym(folder, tmp_path):
    root = unpacked(folder, tmp_path, "dataGym")
    elements = json.loads((root / "datagym.json").read_text(encoding="utf-8"))[1:]
    boxes = {}
    for element in elements:
        [car] = element["labels"]["car"]
        [box] = car["rectangle"]
        boxes[element["external_media_ID"]] = corners(box["x"], box["y"], box["w"], box["h"])
    check(root, boxes, [upright])


@pytest.mark.parametrize("format", ["coco", "cocoRfDetr", "csv", "createMl", "cvat", "dataGym", "imageFolder", "labelMe", "labelStudio", "masks", "pascalVoc", "yoloClassify", "yoloDetect"])
def test_what_was_done_is_reported(folder, format):
    for ending, action in (("", None), (".kept", "kept"), (".tagRemoved", "tagRemoved"), (".upright", "madeUpright")):
        with zipfile.ZipFile(folder / "painted" / f"{format}{ending}.zip") as archive:
            report = json.loads(archive.read("dataset_report.json"))
            tags = {name: Image.open(io.BytesIO(archive.read(name))).getexif().get(0x0112, 1) for name in archive.namelist() if name.endswith((".jpg", ".png")) and not name.startswith("masks/")}
        assert len(tags) == 16
        turned = sum(tag != 1 for tag in tags.values())
        assert turned in (0, 14)
        if action is not None:
            assert turned == (14 if action == "kept" else 0)
        if "orientation" in report:
            done = action or ("madeUpright" if turned == 0 else "kept")
            assert report["orientation"] == {"imageCount": 14, "action": done, "frame": "stored" if done == "tagRemoved" else "displayed"}
        else:
            # Their files were not read before they were written.
            assert format in ("dataGym", "yoloClassify")
