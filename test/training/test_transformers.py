"""The Trainer of Hugging Face's transformers: YOLOS with random weights, one epoch on the image folder that datasets loads."""

import math

from datasets import load_dataset
from transformers import Trainer, TrainingArguments, YolosConfig, YolosForObjectDetection, YolosImageProcessor

SIDE = {"height": 64, "width": 64}


def test_yolos_trains_on_every_image_and_box(folder, dataset, tmp_path):
    data = load_dataset("imagefolder", data_dir=str(folder / "imageFolder"), cache_dir=str(tmp_path / "cache"))
    processor = YolosImageProcessor(size=SIDE, do_pad=False)

    def prepared(batch):
        annotations = [{"image_id": number, "annotations": coco_of(objects)} for number, objects in enumerate(batch["objects"])]
        pictures = [picture.convert("RGB") for picture in batch["image"]]
        return processor(images=pictures, annotations=annotations, return_tensors="pt")

    rows = {name: split.with_transform(prepared) for name, split in data.items()}
    for name, split in (("train", "train"), ("validation", "val")):
        images = dataset.split(split)
        assert len(rows[name]) == len(images)
        assert sum(len(row["labels"]["class_labels"]) for row in rows[name]) == sum(len(image.boxes(displayed=True)) for image in images)
    config = YolosConfig(
        image_size=[64, 64], hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, num_detection_tokens=20, num_labels=len(dataset.names)
    )
    arguments = TrainingArguments(
        output_dir=str(tmp_path / "out"), num_train_epochs=1, per_device_train_batch_size=4, use_cpu=True, remove_unused_columns=False,
        eval_strategy="epoch", logging_steps=1, save_strategy="no", report_to=[], disable_tqdm=True, dataloader_num_workers=0,
    )
    trainer = Trainer(
        model=YolosForObjectDetection(config), args=arguments, data_collator=collated, train_dataset=rows["train"], eval_dataset=rows["validation"]
    )
    result = trainer.train()
    assert result.global_step == math.ceil(len(rows["train"]) / 4)
    losses = [entry[key] for entry in trainer.state.log_history for key in ("loss", "eval_loss") if key in entry]
    assert len(losses) == result.global_step + 1 and all(math.isfinite(loss) for loss in losses), losses


def coco_of(objects: dict) -> list[dict]:
    """As the guide to object detection makes annotations of the columns."""
    columns = zip(objects["bbox"], objects["categories"], objects["area"], objects["id"])
    return [{"image_id": 0, "bbox": box, "category_id": category, "area": area, "id": id, "iscrowd": 0} for box, category, area, id in columns]


def collated(batch: list[dict]) -> dict:
    import torch

    return {"pixel_values": torch.stack([row["pixel_values"] for row in batch]), "labels": [row["labels"] for row in batch]}
