"""torchvision trains Mask R-CNN and Keypoint R-CNN one epoch on its own CocoDetection. Images and labels are those that were exported."""

import math

import pytest
import torch
from torchvision.datasets import CocoDetection, wrap_dataset_for_transforms_v2
from torchvision.models.detection import KeypointRCNN, MaskRCNN
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import mobilenet_backbone
from torchvision.transforms import v2

from expected import counts

#: Most programs ignore the orientation of a photograph, so COCO is written for stored pixels.
DISPLAYED = False
SMALL = {"min_size": 64, "max_size": 96, "rpn_anchor_generator": AnchorGenerator(((16, 32, 64),) * 3, ((0.5, 1.0, 2.0),) * 3)}
TO_TENSOR = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def backbone():
    return mobilenet_backbone(backbone_name="mobilenet_v3_large", weights=None, fpn=True, trainable_layers=6)


def detection(folder, root: str, annotations: str, **more) -> CocoDetection:
    return CocoDetection(folder / root, folder / annotations, **more)


@pytest.mark.parametrize("split", ["train", "val"])
def test_mask_r_cnn_trains_on_every_image_and_area(folder, dataset, split):
    raw = detection(folder, f"coco/images/{split}", f"coco/annotations/instances_{split}.json", transforms=TO_TENSOR)
    samples = [sample for sample in wrap_dataset_for_transforms_v2(raw, target_keys=("boxes", "labels", "masks", "image_id"))]
    names = {number: category["name"] for number, category in raw.coco.cats.items()}
    expected = {image.file_name: counts(each.name for each in image.boxes(DISPLAYED)) for image in dataset.split(split)}
    found = {
        raw.coco.imgs[target["image_id"]]["file_name"]: counts(names[number] for number in target.get("labels", torch.empty(0)).tolist())
        for _, target in samples
    }
    assert found == expected
    if split == "train":
        # Images without labels have no keys, and torchvision's reference leaves them out.
        labeled = [(image, target) for image, target in samples if "boxes" in target]
        train_epoch(MaskRCNN(backbone(), num_classes=len(names) + 1, **SMALL), labeled)


def test_keypoint_r_cnn_trains_on_every_person(folder, dataset):
    raw = detection(folder, "cocoKeypoints/images/train", "cocoKeypoints/annotations/person_keypoints_train.json", transform=TO_TENSOR)
    (category,) = raw.coco.cats.values()
    assert (category["name"], category["keypoints"]) == ("person", sorted(dataset.keypoints))
    samples = []
    for number in range(len(raw)):
        image, annotations = raw[number]
        if annotations:
            samples.append((image, keypoint_target(annotations)))
    persons = [each for image in dataset.split("train") for each in image.boxes(DISPLAYED) if each.name == "person"]
    assert len(raw) == len(dataset.split("train"))
    assert sum(len(target["labels"]) for _, target in samples) == len(persons)
    train_epoch(KeypointRCNN(backbone(), num_classes=2, num_keypoints=len(category["keypoints"]), **SMALL), samples)


def keypoint_target(annotations: list[dict]) -> dict:
    """As torchvision's references make it of COCO: corners of the boxes, [x, y, visibility] of each keypoint."""
    boxes = torch.tensor([each["bbox"] for each in annotations], dtype=torch.float32)
    boxes[:, 2:] += boxes[:, :2]
    keypoints = torch.tensor([each["keypoints"] for each in annotations], dtype=torch.float32).reshape(len(annotations), -1, 3)
    assert [each["num_keypoints"] for each in annotations] == (keypoints[..., 2] > 0).sum(1).tolist()
    return {"boxes": boxes, "labels": torch.ones(len(annotations), dtype=torch.int64), "keypoints": keypoints}


def train_epoch(model: torch.nn.Module, samples: list) -> None:
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    for start in range(0, len(samples), 2):
        images, targets = zip(*samples[start : start + 2])
        losses = model(list(images), list(targets))
        loss = sum(losses.values())
        assert math.isfinite(loss.item()), losses
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
