"""Archives past 65,535 files and 4 GiB, read by Python's zipfile and by Info-ZIP."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archives")
    subprocess.run(["npx", "tsx", "test/readers/archive/generate.ts", str(folder)], cwd=ROOT, check=True)
    return folder


def test_zipfile_reads_more_files_than_the_old_format_can_count(archives):
    with zipfile.ZipFile(archives / "many.zip") as archive:
        assert len(archive.namelist()) == 70_000
        assert archive.namelist()[-1] == "labels/train/bild_69999_größe.txt"
        assert archive.read("labels/train/bild_65536_größe.txt") == b"65536\n"
        assert archive.testzip() is None


def test_zipfile_reads_a_file_of_more_than_four_gibibytes_and_what_is_behind_it(archives):
    with zipfile.ZipFile(archives / "large.zip") as archive:
        assert archive.getinfo("large.bin").file_size == (4 * 1024 + 100) * 1024 * 1024
        assert archive.read("behind.txt") == b"behind\n"
        assert archive.testzip() is None


@pytest.mark.skipif(shutil.which("unzip") is None, reason="Info-ZIP is not installed")
def test_unzip_finds_no_errors(archives):
    result = subprocess.run(["unzip", "-tq", str(archives / "many.zip")], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
    assert "No errors detected" in result.stdout
