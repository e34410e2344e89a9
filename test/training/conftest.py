"""What every trainer gets: the folder of the datasets, and what is in them. Nothing is downloaded: models begin with random weights."""

import os
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "readers"))

from expected import Dataset  # noqa: E402


@pytest.fixture(scope="session")
def folder() -> Path:
    if "DATASETS" not in os.environ:
        pytest.exit("Run npm run test:training, which writes the datasets that these trainers read.", returncode=2)
    return Path(os.environ["DATASETS"])


@pytest.fixture(scope="session")
def dataset(folder: Path) -> Dataset:
    return Dataset(folder / "expected.json")


@pytest.fixture(autouse=True)
def told_time(request):
    start = time.monotonic()
    yield
    print(f"\n{request.node.name}: {time.monotonic() - start:.0f} s")
