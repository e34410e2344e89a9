"""RF-DETR trains one epoch on both layouts that it takes: Roboflow's COCO, and YOLO."""

import csv
import math

import pytest

pytest.importorskip("pytorch_lightning", reason="RF-DETR trains with pytorch-lightning, which could not be installed.")
from rfdetr import RFDETRNano  # noqa: E402


@pytest.mark.parametrize("layout", ["cocoRfDetr", "yoloDetect"])
def test_trains_on_every_image_and_box(folder, dataset, tmp_path, layout):
    model = RFDETRNano(pretrain_weights=None, num_classes=len(dataset.names), device="cpu")
    model.train(
        dataset_dir=str(folder / layout), output_dir=str(tmp_path), epochs=1, batch_size=2, grad_accum_steps=1, num_workers=0, resolution=128,
        multi_scale=False, expanded_scales=False, use_ema=False, tensorboard=False, progress_bar=None, device="cpu", run_test=False,
    )
    rows = list(csv.DictReader((tmp_path / "metrics.csv").open()))
    losses = [float(value) for row in rows for name, value in row.items() if name.endswith("/loss") and value]
    assert losses and all(math.isfinite(loss) for loss in losses), rows
