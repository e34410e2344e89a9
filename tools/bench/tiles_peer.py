"""SAHI's slicing of pictures into JPEG files: python tiles_peer.py <folder for the tiles> <photograph>..."""

import json
import resource
import sys
import time

from sahi.slicing import slice_image

folder, *photographs = sys.argv[1:]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
used = resource.getrusage(resource.RUSAGE_SELF)
wall = time.perf_counter()
count = 0
for index, photograph in enumerate(photographs):
    result = slice_image(photograph, None, f"{index}", folder, slice_height=640, slice_width=640, overlap_height_ratio=0.2, overlap_width_ratio=0.2, out_ext=".jpg")
    count += len(result)
seconds = time.perf_counter() - wall
now = resource.getrusage(resource.RUSAGE_SELF)
processor = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
print(json.dumps({"milliseconds": seconds * 1000, "processorMilliseconds": processor * 1000, "grownMebibytes": (now.ru_maxrss - before) / 1024, "tiles": count}))
