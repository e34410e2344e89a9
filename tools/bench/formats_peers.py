"""The same conversion by datumaro and globox, timed in this process: python formats_peers.py <tool> <format> <coco.json> <folder>

Both read COCO instances, since neither knows DataGym's export, and write labels without images.
"""

import json
import resource
import shutil
import sys
import time
from pathlib import Path


def globox(target: str, source: Path, folder: Path) -> None:
    from globox import AnnotationSet

    annotations = AnnotationSet.from_coco(source)
    if target == "coco":
        annotations.save_coco(folder / "coco.json", auto_ids=True)
    else:
        annotations.save_yolo_v5(folder, label_to_id={name: number for number, name in enumerate(sorted(annotations._labels()))})


def datumaro(target: str, source: Path, folder: Path) -> None:
    from datumaro import Dataset

    dataset = Dataset.import_from(str(source), "coco_instances")
    dataset.export(str(folder / "out"), {"coco": "coco_instances", "yolo": "yolo"}[target], save_media=False)


def bare(target: str, source: Path, folder: Path) -> None:
    """json.load and a loop without any checks, as a lower bound for Python."""
    coco = json.loads(source.read_text())
    if target == "coco":
        (folder / "coco.json").write_text(json.dumps(coco))
        return
    sizes = {image["id"]: (image["width"], image["height"]) for image in coco["images"]}
    rows: dict[int, list[str]] = {image["id"]: [] for image in coco["images"]}
    for each in coco["annotations"]:
        x, y, w, h = each["bbox"]
        width, height = sizes[each["image_id"]]
        rows[each["image_id"]].append(f"{each['category_id'] - 1} {(x + w / 2) / width:.6f} {(y + h / 2) / height:.6f} {w / width:.6f} {h / height:.6f}\n")
    for number, lines in rows.items():
        (folder / f"{number}.txt").write_text("".join(lines))


if __name__ == "__main__":
    tool, target, source, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
    # datumaro reads a file of its folder layout.
    layout = folder / "in" / "annotations"
    layout.mkdir(parents=True)
    (folder / "in" / "images").mkdir()
    placed = layout / "instances_train.json"
    placed.symlink_to(source.resolve())
    convert = {"globox": globox, "datumaro": datumaro, "bare": bare}[tool]
    __import__(tool if tool != "bare" else "json")
    wall, processor = time.perf_counter(), time.process_time()
    convert(target, placed, folder)
    seconds = time.perf_counter() - wall
    files = sum(1 for _ in folder.rglob("*.txt")) if target == "yolo" else 1
    print(json.dumps({"milliseconds": seconds * 1000, "processorMilliseconds": (time.process_time() - processor) * 1000, "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "length": files}))
    shutil.rmtree(folder, ignore_errors=True)
