"""What the public Python client does, as its documentation shows it: one call after the other. Prints milliseconds as JSON."""

import contextlib
import io
import json
import os
import sys
import time

from datagym import Client
from datagym.models import Image


def upload(client, dataset, names, folder):
    return sum(client.upload_image(dataset, os.path.join(folder, name)) is not None for name in names)


def download(client, ids, folder):
    for id in ids:
        image = Image({"id": id, "mediaName": f"{id}.jpg", "mediaSourceType": "LOCAL", "timestamp": 0})
        client.download_image(image, folder)
    return len(os.listdir(folder))


def add_urls(client, dataset, urls):
    with contextlib.redirect_stdout(io.StringIO()):
        return len(client.create_images_from_urls(dataset, urls))


def main(order):
    client = Client(api_key=order["token"], base_url=order["url"] + "/")
    works = {
        "upload": lambda: upload(client, order["datasetId"], order["names"], order["folder"]),
        "download": lambda: download(client, order["imageIds"], order["folder"]),
        "urls": lambda: add_urls(client, order["datasetId"], order["urls"]),
    }
    client._is_token_valid()
    begun = time.perf_counter()
    done = works[order["work"]]()
    print(json.dumps({"milliseconds": (time.perf_counter() - begun) * 1000, "done": done}))


main(json.load(sys.stdin))
