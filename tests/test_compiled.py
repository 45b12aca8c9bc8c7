"""The package compiled to C (setup.py) says what the source says, and faster is all it is."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILT = ("egovlib", "setup.py", "pyproject.toml", "README.md", "LICENSE")
EXTRACT = """
import sys
from pathlib import Path
import egovlib as eg
from egovlib.codebook import matching
from egovlib.documents import Corpus
from egovlib.extract.tables import extract_tables
from egovlib.testing import generate_document

generated = [eg.read_text(generate_document(seed, genre=("report", "plan")[seed % 2]).text) for seed in range(20)]
for name, corpus in (("embedded", eg.read_corpus(sys.argv[1])), ("generated", Corpus(generated))):
    for table, rows in extract_tables(corpus).items():
        rows.to_csv(Path(sys.argv[2], f"{name}_{table}.csv"), index=False)
print(matching.__file__)
print(eg.find_quantities.__doc__.splitlines()[0])
"""


def compiled_modules() -> list[Path]:
    body = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8")).body
    rooms = next(
        ast.literal_eval(node.value)
        for node in body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "READING"
    )
    return [ROOT / "egovlib" / room / f"{module}.py" for room, modules in rooms.items() for module in modules]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a compiled package."""
    if not (shutil.which("cc") or shutil.which("gcc")):
        pytest.skip("there is no C compiler here")
    source, wheels, package = (tmp_path_factory.mktemp(name) for name in ("source", "wheels", "package"))
    for name in BUILT:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    build = f"from setuptools import build_meta; print(build_meta.build_wheel({str(wheels)!r}))"
    environment = {**os.environ, "EGOVLIB_COMPILE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", build], cwd=source, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(package)
    return package


def extract(package: Path, output: Path) -> list[str]:
    """Write every table of the embedded corpus and of generated documents; return the lines printed."""
    output.mkdir()
    call = [sys.executable, "-P", "-c", EXTRACT, str(ROOT / "data" / "corpus"), str(output)]
    environment = {**os.environ, "PYTHONPATH": str(package)}
    done = subprocess.run(call, cwd=output, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


def test_compiled_package_gives_the_same_rows(built: Path, tmp_path: Path) -> None:
    source, compiled = tmp_path / "source", tmp_path / "compiled"
    assert extract(ROOT, source)[0].endswith(".py")
    module, first_line = extract(built, compiled)
    assert module.startswith(str(built))
    assert module.endswith((".so", ".pyd"))
    assert first_line.startswith("The quantities of a corpus")  # in a notebook, find_quantities? still tells
    names = sorted(file.name for file in source.iterdir())
    assert len(names) == 16
    for name in names:
        assert (compiled / name).read_bytes() == (source / name).read_bytes(), name


@pytest.mark.parametrize("path", compiled_modules(), ids=lambda path: path.stem)
def test_compiled_modules_have_no_cached_property(path: Path) -> None:
    """Mypyc makes one a plain property, without a word: what it holds would be made at each look."""
    assert "cached_property" not in path.read_text(encoding="utf-8")
