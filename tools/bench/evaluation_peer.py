"""pycocotools on the same boxes, timed in this process: python evaluation_peer.py <labels.json> <results.json>

Files are read before the time runs, since ours begins with labels in memory, too.
"""

import contextlib
import io
import json
import resource
import sys
import time

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

with contextlib.redirect_stdout(io.StringIO()):
    labels = COCO(sys.argv[1])
    results = labels.loadRes(sys.argv[2])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, processor = time.perf_counter(), time.process_time()
    evaluation = COCOeval(labels, results, "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    seconds = time.perf_counter() - wall
    processor = time.process_time() - processor
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(json.dumps({"milliseconds": seconds * 1000, "processorMilliseconds": processor * 1000, "grownMebibytes": grown, "ap": evaluation.stats[0], "ar": evaluation.stats[8]}))
