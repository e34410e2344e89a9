"""What every check of a format gets: the folder of the datasets, and what is in them."""

import os
from pathlib import Path

import pytest

from expected import Dataset


@pytest.fixture(scope="session")
def folder() -> Path:
    if "DATASETS" not in os.environ:
        pytest.exit("Run npm run test:formats, which writes the datasets that these checks read.", returncode=2)
    return Path(os.environ["DATASETS"])


@pytest.fixture(scope="session")
def dataset(folder: Path) -> Dataset:
    return Dataset(folder / "expected.json")
