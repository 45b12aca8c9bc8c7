"""Run the tests with the oldest and with the newest versions that pyproject.toml allows; for a nightly job.

    python scripts/dependencies.py                              both, all tests
    python scripts/dependencies.py --only lowest tests/test_units.py    one of them, what follows goes to pytest

uv resolves (`lowest-direct`: what pyproject.toml names at its lower bound, the rest as new as it allows; `highest`: all
as new as can be, whatever constraints.txt says), each into an environment of its own in a temporary folder, which is
deleted again. The clone and its `.venv` stay as they are. Exit code 0: passed; 1: one failed; 2: wrong call.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESOLUTIONS = {"lowest": "lowest-direct", "newest": "highest"}


def main(arguments: Sequence[str]) -> int:
    """Try the resolutions asked for and sum up."""
    parser = argparse.ArgumentParser(description="Run the tests with the oldest and the newest dependencies.")
    parser.add_argument("--only", choices=RESOLUTIONS, help="try one of them; both by default")
    parser.add_argument("--python", default=sys.executable, help="the Python to try them on")
    chosen, pytest = parser.parse_known_args(arguments)
    uv = shutil.which("uv")
    if uv is None:
        parser.error("uv is not on the path; install it (pip install uv) and try again.")
    names = [chosen.only] if chosen.only else list(RESOLUTIONS)
    results = {name: try_versions(uv, name, chosen.python, pytest) for name in names}
    for name, what in results.items():
        print(f"{name:<8} {what or 'ok'}")
    return int(any(results.values()))


def try_versions(uv: str, name: str, python: str, pytest: Sequence[str]) -> str:
    """Install one resolution into a new environment and run the tests there; return what failed, or ""."""
    with tempfile.TemporaryDirectory(prefix=f"egovlib-{name}-") as folder:
        venv, versions = Path(folder, "venv"), Path(folder, "versions.txt")
        bin_folder = venv / ("Scripts" if os.name == "nt" else "bin")
        inside = str(bin_folder / "python")
        resolve = ["--resolution", RESOLUTIONS[name], "--python", python, "--output-file", str(versions)]
        steps = [
            ("resolving", [uv, "pip", "compile", "--quiet", "pyproject.toml", "--extra", "dev", *resolve]),
            ("making the environment", [uv, "venv", "--quiet", "--python", python, str(venv)]),
            ("installing", [uv, "pip", "install", "--quiet", "--python", inside, "-r", str(versions)]),
            ("installing", [uv, "pip", "install", "--quiet", "--python", inside, "--no-deps", "-e", "."]),
            ("pytest", [inside, "-m", "pytest", "-q", "-p", "no:cacheprovider", *pytest]),
        ]
        # programs and kernels that the tests start are those of the new environment
        path = os.pathsep.join([str(bin_folder), os.environ.get("PATH", "")])
        environment = {**os.environ, "PATH": path, "PYTHONUTF8": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
        for step, command in steps:
            print(f"== {name}: {' '.join(command)}", flush=True)
            if code := subprocess.call(command, cwd=ROOT, env=environment):
                return f"FAILED at {step} (exit {code})"
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
