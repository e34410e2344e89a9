"""The same files by Python's own writers, timed in this process: python containers_peers.py <writer> <folder of photos> <output> <count>"""

import json
import resource
import sys
import threading
import time
from pathlib import Path

LABELS = 5
SHARD = 1000


def rows(folder: Path, count: int):
    for index in range(count):
        boxes = [[float(label * 10), float(index % 500), 30.5, 20.0] for label in range(LABELS)]
        yield {
            "image": {"bytes": (folder / f"photo_{index}.jpg").read_bytes(), "path": f"photo_{index}.jpg"},
            "image_id": f"{index:08x}-0000-4000-8000-000000000000",
            "width": 560,
            "height": 560,
            "objects": {
                "bbox": boxes,
                "categories": [0] * LABELS,
                "category_names": ["car"] * LABELS,
                "id": [index * LABELS + label + 1 for label in range(LABELS)],
                "area": [610.0] * LABELS,
            },
        }


def by_datasets(folder: Path, output: Path, count: int) -> None:
    from datasets import ClassLabel, Dataset, Features, Image, List, Value

    features = Features(
        {
            "image": Image(),
            "image_id": Value("string"),
            "width": Value("int64"),
            "height": Value("int64"),
            "objects": {
                "bbox": List(List(Value("float64"))),
                "categories": List(ClassLabel(names=["car"])),
                "category_names": List(Value("string")),
                "id": List(Value("int64")),
                "area": List(Value("float64")),
            },
        }
    )
    dataset = Dataset.from_generator(rows, features=features, gen_kwargs={"folder": folder, "count": count}, cache_dir=str(output / "cache"))
    shards = -(-count // SHARD)
    for number in range(shards):
        dataset.shard(shards, number, contiguous=True).to_parquet(str(output / f"train-{number:05}-of-{shards:05}.parquet"))


def by_webdataset(folder: Path, output: Path, count: int) -> None:
    from webdataset import ShardWriter

    with ShardWriter(str(output / "train-%06d.tar"), maxcount=SHARD, verbose=0) as writer:
        for row in rows(folder, count):
            image = row.pop("image")
            writer.write({"__key__": image["path"].removesuffix(".jpg"), "jpg": image["bytes"], "json": json.dumps(row).encode()})


def resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def main() -> None:
    name, folder, output, count = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
    output.mkdir(parents=True)
    __import__(name)
    before = most = resident()
    running = True

    def watch() -> None:
        nonlocal most
        while running:
            most = max(most, resident())
            time.sleep(0.01)

    watcher = threading.Thread(target=watch)
    watcher.start()
    clock, processor = time.perf_counter(), time.process_time()
    {"datasets": by_datasets, "webdataset": by_webdataset}[name](folder, output, count)
    milliseconds = (time.perf_counter() - clock) * 1000
    used = (time.process_time() - processor) * 1000
    running = False
    watcher.join()
    written = sum(path.stat().st_size for path in output.iterdir() if path.is_file())
    print(json.dumps({"milliseconds": milliseconds, "processorMilliseconds": used, "grownMebibytes": most - before, "bytes": written}))


if __name__ == "__main__":
    main()
