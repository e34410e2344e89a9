"""Crops, thumbnails and upright photographs of `@datagym/pixels` (crops.ts), judged by Pillow, and by OpenCV for 16 bits. Boxes are in
the picture as it is displayed, so everything is done after `exif_transpose`."""

import io
import json
import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps


@pytest.fixture(scope="module")
def pixels(folder) -> Path:
    return folder / "pixels"


def cases(pixels, wish):
    found = [case for case in json.loads((pixels / "cases.json").read_text()) if case["wish"] == wish]
    assert len(found) == len([path for path in pixels.iterdir() if path.suffix == ".upright"]) > 30
    return found


def displayed(path):
    """As Pillow shows it, with alpha if there is any; palettes are resolved."""
    picture = ImageOps.exif_transpose(Image.open(path))
    if picture.mode == "P" or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert({"1": "L", "CMYK": "RGB"}.get(picture.mode, picture.mode))


def array(picture, mode="RGBA"):
    return np.asarray(picture.convert(mode)).astype(int)


def is_deep(name):
    return name.startswith("deep")


def tolerance(name):
    """Decoders of JPEG may differ by 1; libjpeg-turbo's do not."""
    return 1 if name.endswith(("jpg", "jpeg")) else 0


def test_the_region_is_what_the_box_touches(pixels):
    for case in cases(pixels, "lossless"):
        width, height = displayed(pixels / case["name"]).size
        box = case["box"]
        left, top = math.floor(box["x"]), math.floor(box["y"])
        right, bottom = math.ceil(box["x"] + box["width"]), math.ceil(box["y"] + box["height"])
        assert case["region"] == {"x": left, "y": top, "width": right - left, "height": bottom - top}
        assert right <= width and bottom <= height


@pytest.mark.parametrize("wish", ["lossless", "whole", "margin"])
def test_a_lossless_crop_has_the_pixels_that_pillow_crops(pixels, wish):
    for case in cases(pixels, wish):
        if is_deep(case["name"]):
            continue
        region = case["region"]
        box = (region["x"], region["y"], region["x"] + region["width"], region["y"] + region["height"])
        picture = displayed(pixels / case["name"])
        if wish == "whole":
            assert box == (0, 0, *picture.size), case
        expected = array(picture.crop(box))
        actual = array(Image.open(pixels / case["file"]))
        assert actual.shape == expected.shape, case
        assert np.abs(actual - expected).max() <= tolerance(case["name"]), case


def test_a_crop_keeps_16_bits(pixels):
    deep = [case for case in cases(pixels, "lossless") if is_deep(case["name"])]
    assert len(deep) == 2
    for case in deep:
        region = case["region"]
        source = cv2.imread(str(pixels / case["name"]), cv2.IMREAD_UNCHANGED)
        crop = cv2.imread(str(pixels / case["file"]), cv2.IMREAD_UNCHANGED)
        assert source.dtype == crop.dtype == np.uint16
        rows, columns = slice(region["y"], region["y"] + region["height"]), slice(region["x"], region["x"] + region["width"])
        np.testing.assert_array_equal(crop, source[rows, columns])


def test_a_scaled_crop_is_pillows_lanczos(pixels):
    for case in cases(pixels, "scaled"):
        if is_deep(case["name"]):
            continue
        region = case["region"]
        picture = displayed(pixels / case["name"]).crop((region["x"], region["y"], region["x"] + region["width"], region["y"] + region["height"]))
        assert max(case["size"]) == 31
        # Pillow would leave out the gap of pictures with alpha.
        weighted = picture.convert({"RGBA": "RGBa", "LA": "La"}.get(picture.mode, picture.mode))
        small = weighted.resize(case["size"], Image.Resampling.LANCZOS, reducing_gap=2.0)
        expected = array(small.convert(picture.mode))
        actual = array(Image.open(pixels / case["file"]))
        # What is all but transparent has hardly a color: as they show on black.
        difference = np.abs(on_black(actual) - on_black(expected))
        assert difference.max() <= 3 and difference.mean() < 0.5, case


def on_black(pixels):
    return np.concatenate([pixels[..., :3] * pixels[..., 3:] / 255, pixels[..., 3:]], axis=2)


@pytest.mark.parametrize("wish", ["masked", "transparent"])
def test_what_is_outside_of_the_mask_is_background(pixels, wish):
    for case in cases(pixels, wish):
        if is_deep(case["name"]):
            continue
        region, mask = case["region"], case["mask"]
        picture = displayed(pixels / case["name"])
        inside = np.zeros(picture.size[::-1], dtype=np.uint8)
        inside[mask["y"] : mask["y"] + mask["height"], mask["x"] : mask["x"] + mask["width"]] = np.array(mask["inside"]).reshape(mask["height"], mask["width"]) > 0
        background = Image.new("RGBA", picture.size, (10, 200, 30, 255) if wish == "masked" else (0, 0, 0, 0))
        layer = picture.convert("RGBA")
        if wish == "masked":
            layer = Image.alpha_composite(background, layer)
        expected = Image.composite(layer, background, Image.fromarray(inside * 255))
        expected = array(expected.crop((region["x"], region["y"], region["x"] + region["width"], region["y"] + region["height"])))
        actual = array(Image.open(pixels / case["file"]))
        assert np.abs(actual - expected).max() <= 1, case


def noise(actual, expected):
    return 10 * math.log10(255**2 / max(1e-9, ((actual - expected) ** 2).mean()))


def test_a_jpeg_is_as_good_as_pillows_of_the_same_quality(pixels):
    for case in cases(pixels, "jpeg"):
        if is_deep(case["name"]):
            continue
        region = case["region"]
        picture = displayed(pixels / case["name"]).crop((region["x"], region["y"], region["x"] + region["width"], region["y"] + region["height"]))
        flat = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA")).convert("RGB")
        actual = Image.open(pixels / case["file"])
        sampling = 2 if actual.mode == "RGB" and actual.layer[0][1:3] == (2, 2) else 0
        written = io.BytesIO()
        flat.convert(actual.mode).save(written, "JPEG", quality=90, subsampling=sampling)
        own, pillows = noise(array(actual, "RGB"), array(flat, "RGB")), noise(array(Image.open(written), "RGB"), array(flat, "RGB"))
        assert own > pillows - 1, (case, own, pillows)
        assert (pixels / case["file"]).stat().st_size < len(written.getvalue()) * 1.1, case


def test_a_thumbnail_looks_like_the_picture(pixels):
    for case in cases(pixels, "whole"):
        if is_deep(case["name"]):
            continue
        picture = displayed(pixels / case["name"])
        thumbnail = Image.open(pixels / f"{case['name']}.thumbnail.jpg")
        assert max(thumbnail.size) == 50 and abs(thumbnail.width / thumbnail.height - picture.width / picture.height) < 0.03, case
        flat = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA")).convert("RGB")
        small = array(flat.resize(thumbnail.size, Image.Resampling.LANCZOS), "RGB")
        assert np.abs(array(thumbnail, "RGB") - small).mean() < 12, case


def test_an_upright_picture_is_the_turned_one_for_readers_that_do_not_turn(pixels):
    turned = [case["name"] for case in cases(pixels, "whole") if case["name"].startswith("turned")]
    assert len(turned) == 16
    for name in turned:
        upright = Image.open(pixels / f"{name}.upright")
        assert upright.getexif().get(0x0112, 1) == 1
        expected = array(displayed(pixels / name), "RGB")
        actual = array(upright, "RGB")
        opencv = cv2.imdecode(np.fromfile(pixels / f"{name}.upright", dtype=np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        assert opencv.shape == expected.shape == actual.shape, name
        if name.endswith("png"):
            np.testing.assert_array_equal(actual, expected)
        else:
            written = io.BytesIO()
            displayed(pixels / name).save(written, "JPEG", quality=95, subsampling=2)
            assert noise(actual, expected) > noise(array(Image.open(written), "RGB"), expected) - 1, name
        if name.startswith("turned 1"):
            assert (pixels / f"{name}.upright").read_bytes() == (pixels / name).read_bytes()


def test_other_pictures_are_as_they_were(pixels):
    for case in cases(pixels, "whole"):
        if not case["name"].startswith("turned"):
            assert (pixels / f"{case['name']}.upright").read_bytes() == (pixels / case["name"]).read_bytes()
