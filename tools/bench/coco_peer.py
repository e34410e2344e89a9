"""panlabel (Rust) converts a COCO file: python coco_peer.py <coco|yolo> <coco.json> <folder>. What its process took is printed."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

target, source, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
out = folder / ("coco.json" if target == "coco" else "out")
begun = time.perf_counter()
subprocess.run(
    [Path(sys.executable).parent / "panlabel", "convert", "-f", "coco", "-t", target, "-i", source, "-o", out, "--allow-lossy"],
    check=True,
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
seconds = time.perf_counter() - begun
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"milliseconds": seconds * 1000, "processorMilliseconds": (used.ru_utime + used.ru_stime) * 1000, "peakBytes": used.ru_maxrss * 1024, "length": 0}))
