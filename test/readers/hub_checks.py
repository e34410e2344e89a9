"""The Hub of the examples as huggingface_hub and datasets see it: `python hub_checks.py client|load NAME [EXPECTED]`, with HF_ENDPOINT and HF_TOKEN."""

import io
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from datasets import load_dataset
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, DatasetCard, HfApi, hf_hub_download, snapshot_download
from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, RepositoryNotFoundError
from PIL import Image, ImageOps


def refused(kind, call):
    try:
        call()
    except kind:
        return
    raise AssertionError(f"was not refused with {kind.__name__}")


def picture(color):
    file = io.BytesIO()
    Image.new("RGB", (8, 6), color).save(file, "PNG")
    return file.getvalue()


def client(name):
    """What the client itself does with a repository: create, upload in LFS and without, download, delete, tag."""
    hub = HfApi()
    refused(RepositoryNotFoundError, lambda: hub.dataset_info(name))
    hub.create_repo(name, repo_type="dataset")
    refused(HfHubHTTPError, lambda: hub.create_repo(name, repo_type="dataset"))
    hub.create_repo(name, repo_type="dataset", exist_ok=True)
    first = [
        CommitOperationAdd("README.md", b"---\nlicense: mit\n---\n# Of the client\n"),
        CommitOperationAdd("train/a.png", picture("red")),
        CommitOperationAdd("train/b.png", picture("blue")),
    ]
    hub.create_commit(name, first, commit_message="First", repo_type="dataset")
    hub.create_tag(name, tag="v1", repo_type="dataset")
    refused(HfHubHTTPError, lambda: hub.create_tag(name, tag="v1", repo_type="dataset"))
    second = [CommitOperationDelete("train/b.png"), CommitOperationAdd("train/c.png", picture("red"))]
    hub.create_commit(name, second, commit_message="Second", repo_type="dataset")
    assert sorted(hub.list_repo_files(name, repo_type="dataset")) == ["README.md", "train/a.png", "train/c.png"]
    assert sorted(hub.list_repo_files(name, repo_type="dataset", revision="v1")) == ["README.md", "train/a.png", "train/b.png"]
    [entry] = hub.get_paths_info(name, ["train/a.png"], repo_type="dataset")
    assert entry.lfs is not None and entry.size == len(picture("red"))
    assert Path(hf_hub_download(name, "train/a.png", repo_type="dataset")).read_bytes() == picture("red")
    refused(EntryNotFoundError, lambda: hf_hub_download(name, "train/b.png", repo_type="dataset"))
    assert DatasetCard.load(name).data.license == "mit"
    folder = Path(snapshot_download(name, repo_type="dataset", revision="v1"))
    assert (folder / "train" / "b.png").read_bytes() == picture("blue")
    refused(HfHubHTTPError, lambda: HfApi(token="hf_wrong").create_repo(f"{name}-2", repo_type="dataset"))


def load(name, expected_file):
    """What the workflow has published, by `load_dataset`: pixels, boxes, splits and card, and the tags."""
    expected = json.loads(Path(expected_file).read_text())
    hub = HfApi()
    assert [tag.name for tag in hub.list_repo_refs(name, repo_type="dataset").tags] == expected["tags"]
    assert not {"dataset_report.json", "removed_files.txt"} & set(hub.list_repo_files(name, repo_type="dataset"))
    card = DatasetCard.load(name)
    assert (card.data.license, card.data.pretty_name) == (expected["license"], expected["name"])
    with tempfile.TemporaryDirectory() as cache:
        loaded = load_dataset(name, cache_dir=cache)
        found = {}
        for split in loaded.values():
            for row in split:
                objects = row["objects"]
                found[row["image_id"]] = sorted([label, *box] for label, box in zip(objects["category_names"], objects["bbox"]))
                with Image.open(expected["images"][row["image_id"]]["file"]) as file:
                    assert np.array_equal(np.asarray(ImageOps.exif_transpose(file).convert("RGB")), np.asarray(row["image"].convert("RGB"))), row["image_id"]
        assert found == {image: sorted(each["boxes"]) for image, each in expected["images"].items()}, found


if __name__ == "__main__":
    {"client": client, "load": load}[sys.argv[1]](*sys.argv[2:])
