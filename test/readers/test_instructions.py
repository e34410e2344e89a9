"""Instructions for vision-language models: supervision reads the answers as it reads those of the models, Florence-2's as its processor does."""

import base64
import io
import json
import re
from hashlib import sha256

import numpy as np
import pytest
from PIL import Image
from supervision import Detections
from supervision.detection.vlm import VLM

from expected import Box, same_boxes

#: Fine-tuning scripts open pictures as they are stored.
DISPLAYED = False
FOLDERS = {"train": "train", "val": "valid", "test": "test"}
FORMATS = ["paliGemmaJsonl", "florence2Jsonl", "qwen25VlJsonl", "qwen3VlJsonl"]


@pytest.fixture(params=FORMATS)
def format(request):
    return request.param


def lines_of(folder, format, split):
    file = folder / format / FOLDERS[split] / "annotations.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def written(name: str) -> str:
    """What separates in prompts and answers is an underscore, as docs/formats.md says."""
    return re.sub(r"[;<>\r\n]", "_", name)


@pytest.mark.parametrize("split", list(FOLDERS))
def test_every_line_is_one_image_beside_it(folder, dataset, format, split):
    lines = lines_of(folder, format, split)
    assert sorted(line["image"] for line in lines) == sorted(image.file_name for image in dataset.split(split))
    for line in lines:
        assert (folder / format / FOLDERS[split] / line["image"]).is_file()
        if format.startswith("qwen"):
            # qwenvl/data/data_processor.py: one <image> in the question for the one image; none of the tokens in the answer.
            question, answer = (turn["value"] for turn in line["conversations"])
            assert [turn["from"] for turn in line["conversations"]] == ["human", "gpt"]
            assert re.split("(<image>|<video>)", question)[1::2] == ["<image>"]
            assert "<image>" not in answer and "<video>" not in answer
        else:
            # maestro, JSONLDataset.REQUIRED_KEYS.
            assert {"image", "prefix", "suffix"} <= line.keys()


@pytest.mark.parametrize("split", list(FOLDERS))
def test_answers_are_read_as_the_boxes_that_were_drawn(folder, dataset, format, split):
    lines = {line["image"]: line for line in lines_of(folder, format, split)}
    small = 0
    for image in dataset.split(split):
        line = lines[image.file_name]
        size = image.size(DISPLAYED)
        assert (line["width"], line["height"]) == size
        found, step = READERS[format](line, size)
        expected = [Box(written(each.name), *each.numbers) for each in image.boxes(DISPLAYED)]
        # What is less than a step of the model's numbers is left out, which is told.
        least = {name: sum(each.name == name for each in expected) - sum(each.name == name for each in found) for name in {each.name for each in expected}}
        for name, count in least.items():
            thin = sorted((each for each in expected if each.name == name), key=lambda each: min(each.right - each.left, each.bottom - each.top))
            for each in thin[:count]:
                assert min(each.right - each.left, each.bottom - each.top) <= step, (image.name, each)
                expected.remove(each)
                small += 1
        same_boxes(found, expected, step, image.name)
    assert small <= dataset.reported(format, "too-small")


def of_pali_gemma(line, size):
    names = line["prefix"].removeprefix("detect ").split(" ; ")
    # supervision's names are words, so the hostile ones are given numbers for it.
    suffix = " ; ".join(f"{part[:36]} class{names.index(part[37:])}" for part in line["suffix"].split(" ; ") if part)
    return boxes_of(Detections.from_vlm(VLM.PALIGEMMA, suffix, resolution_wh=size), lambda name: names[int(name[5:])]), max(size) / 1024


def of_florence_2(line, size):
    """transformers, `processing_florence2.py`: `phrase_pattern`, `box_pattern`, `dequantize`, whose boxes supervision takes."""
    assert line["prefix"] == "<OD>"
    bboxes, labels = [], []
    for phrase in re.findall(r"([^<]+(?:<loc_\d+>){4,})", line["suffix"]):
        for match in re.finditer(r"<loc_(\d+)><loc_(\d+)><loc_(\d+)><loc_(\d+)>", phrase):
            bins = np.array([int(number) for number in match.groups()])
            assert bins.max() <= 999
            bboxes.append((bins + 0.5) * (np.array([*size, *size]) / 1000))
            labels.append(phrase[: phrase.index("<loc_")])
    if not bboxes:
        assert line["suffix"] == ""
        return [], 0
    return boxes_of(Detections.from_vlm(VLM.FLORENCE_2, {"<OD>": {"bboxes": bboxes, "labels": labels}}, resolution_wh=size)), max(size) / 1000


def of_qwen_25(line, size):
    width, height = line["bbox_space"]
    # smart_resize: multiples of 28 near the image's own size.
    assert width % 28 == height % 28 == 0 and abs(width - size[0]) <= 14 and abs(height - size[1]) <= 14
    detections = Detections.from_vlm(VLM.QWEN_2_5_VL, line["conversations"][1]["value"], input_wh=(width, height), resolution_wh=size)
    return boxes_of(detections), max(size[0] / width, size[1] / height) + 0.01


def of_qwen_3(line, size):
    assert line["bbox_space"] == [1000, 1000]
    return boxes_of(Detections.from_vlm(VLM.QWEN_3_VL, line["conversations"][1]["value"], resolution_wh=size)), max(size) / 1000


def boxes_of(detections, name_of=str):
    names = detections.data.get("class_name", [])
    return [Box(name_of(name), *corners) for name, corners in zip(names, detections.xyxy)]


READERS = {"paliGemmaJsonl": of_pali_gemma, "florence2Jsonl": of_florence_2, "qwen25VlJsonl": of_qwen_25, "qwen3VlJsonl": of_qwen_3}


def test_what_is_lost_is_told(dataset, format):
    clipped = sum(len(image.boxes()) for image in dataset.images)
    assert dataset.reported(format, "outside") == sum(len(image.boxes(clipped=False)) for image in dataset.images) - clipped
    assert dataset.reported(format, "no-size") == 1


#: Of OpenAI, the training and the validation file; nobody takes the test file, so it is called what it is.
OPEN_AI = {"train": "train.jsonl", "val": "validation.jsonl", "test": "test.jsonl"}


def open_ai_lines(folder, split):
    return [json.loads(line) for line in (folder / "openAiJsonl" / OPEN_AI[split]).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("split", list(OPEN_AI))
def test_open_ai_has_each_image_with_its_boxes(folder, dataset, split):
    """developers.openai.com/api/docs/guides/vision-fine-tuning: pictures in messages of the user only, JPEG or PNG as a data URL, and nothing beside the messages."""
    images = dataset.split(split)
    lines = open_ai_lines(folder, split)
    assert len(lines) == len(images)
    files = {path.name: path for path in (folder / "qwen3VlJsonl" / FOLDERS[split]).iterdir()}
    for line, image in zip(lines, images):
        assert list(line) == ["messages"]
        user, assistant = line["messages"]
        assert (user["role"], assistant["role"]) == ("user", "assistant")
        assert list(user) == list(assistant) == ["role", "content"]
        text, picture = user["content"]
        assert text["type"] == "text" and picture["type"] == "image_url"
        kind, encoded = re.fullmatch(r"data:image/(jpeg|png);base64,(\S+)", picture["image_url"]["url"]).groups()
        file = base64.b64decode(encoded, validate=True)
        assert sha256(file).digest() == sha256(files[image.file_name].read_bytes()).digest(), image.name
        with Image.open(io.BytesIO(file)) as opened:
            assert opened.format.lower() == kind and opened.size == image.size(DISPLAYED)
        # An answer is what supervision reads of Qwen3-VL, and so is what the import calls Qwen3-VL Boxes.
        size = image.size(DISPLAYED)
        found = boxes_of(Detections.from_vlm(VLM.QWEN_3_VL, f"```json\n{assistant['content']}\n```", resolution_wh=size))
        told, _ = of_qwen_3(next(each for each in lines_of(folder, "qwen3VlJsonl", split) if each["image"] == image.file_name), size)
        same_boxes(found, told, 1e-6, image.name)
        assert all(each["label"] in text["text"] for each in json.loads(assistant["content"]))
