"""Set egovlib up and use it, with nothing but Python 3.11 or newer.

    python3 bootstrap.py report   set up, run every report, say where figures/index.html is
    python3 bootstrap.py test     set up, run all checks and tests
    python3 bootstrap.py lab      set up, start JupyterLab on the notebooks
    python3 bootstrap.py setup    only set up

Further arguments go to `egovlib report`, pytest or JupyterLab. The packages go into `.venv` beside this
file, in the versions of constraints.txt; a second call finds them there. uv is used where it is installed,
else venv and pip.
"""

# This file must still parse on old versions of Python 3, to say there which version is needed:
# no syntax newer than 3.6, and annotations in quotes.

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = "egovlib-setup.json"

CHECKS = [
    ("ruff check", ["-m", "ruff", "check", "."]),
    ("ruff format", ["-m", "ruff", "format", "--check", "."]),
    ("mypy", ["-m", "mypy"]),
    ("import contract", ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]),
    ("pytest", ["-m", "pytest", "-n", "auto"]),
]
VENV_MEND = (
    "install the missing part (Debian and Ubuntu: sudo apt install python3-venv), or uv, and try again"
)
NETWORK_WORDS = (
    "connection",
    "name resolution",
    "name or service not known",
    "getaddrinfo",
    "dns error",
    "failed to fetch",
    "timed out",
    "proxyerror",
    "network is unreachable",
)
"""What pip and uv write, in lower case, when they cannot reach the package index."""


class SetupError(Exception):
    """A set-up that cannot go on; its text says the mend."""


def main(arguments: "list[str]") -> int:
    """Run one command; return 0 done, 1 something failed, 2 wrong call."""
    commands = {"report": report, "test": test, "lab": lab, "setup": lambda _: make_ready([])}
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__.strip())
        return 0 if arguments else 2
    if arguments[0] not in commands:
        say(f"there is no command {arguments[0]!r}; choose one of {', '.join(commands)}.")
        return 2
    try:
        check_python(sys.version_info[:3])
        return commands[arguments[0]](arguments[1:])
    except SetupError as error:
        say(str(error))
    except OSError as error:
        say(f"{error}; free the disk, or move the project to a folder you may write in, and try again.")
    except KeyboardInterrupt:
        say("stopped; the same command goes on from here.")
    return 1


# ---- the commands ----------------------------------------------------------------------------------------


def report(arguments: "list[str]") -> int:
    """Run `egovlib report` into this clone's figures, or where `--output` among the arguments says."""
    make_ready([])
    output = output_folder(arguments)
    if output is None:
        output = ROOT / "figures"
        arguments = [*arguments, "--output", str(output)]
    code = run([str(script("egovlib")), "report", *arguments])
    index = output / "index.html"
    if index.is_file() and "--help" not in arguments:
        say(f"the report: {index.resolve()}")
    return code


def output_folder(arguments: "list[str]") -> "Path | None":
    """Return the folder given with -o or --output, else None."""
    for place, argument in enumerate(arguments):
        if argument in ("-o", "--output") and place + 1 < len(arguments):
            return Path(arguments[place + 1])
        if argument.startswith("--output="):
            return Path(argument.split("=", 1)[1])
    return None


def test(arguments: "list[str]") -> int:
    """Run every check, whatever the others say, and sum up; the arguments go to pytest."""
    make_ready(["dev"])
    results = []
    for name, command in CHECKS:
        say(name)
        more = arguments if name == "pytest" else []
        results.append((name, run([str(python_in(VENV)), *command, *more], folder=ROOT)))
    say("summary")
    for name, code in results:
        show("  {:16} {}".format(name, "ok" if code == 0 else f"FAILED (exit {code})"))
    return int(any(code for _, code in results))


def lab(arguments: "list[str]") -> int:
    """Start JupyterLab in this clone, at its notebooks."""
    make_ready([])
    options = [f"--ServerApp.root_dir={ROOT}", "--LabApp.default_url=/lab/tree/notebooks"]
    return run([str(python_in(VENV)), "-m", "jupyterlab", *options, *arguments], folder=ROOT)


# ---- the environment -------------------------------------------------------------------------------------


def check_python(version: "tuple[int, ...]", which: "object" = shutil.which) -> None:
    """Raise SetupError when this Python is too old, naming a newer one if the machine has it."""
    if tuple(version[:2]) >= OLDEST:
        return
    newer = [name for name in (f"python3.{minor}" for minor in range(20, OLDEST[1] - 1, -1)) if which(name)]
    mend = (
        f"run `{newer[0]} bootstrap.py` instead"
        if newer
        else "install a newer Python (python.org, your package manager, or uv) and run this with it"
    )
    found = ".".join(map(str, version))
    raise SetupError(f"Python {found} is too old: egovlib needs {OLDEST[0]}.{OLDEST[1]} or newer; {mend}.")


def make_ready(extras: "list[str]") -> int:
    """Bring .venv to what this clone asks for, doing only what is missing; return 0 or raise SetupError."""
    uv, stamp = shutil.which("uv"), read_stamp(VENV)
    wanted = wanted_stamp(ROOT, sys.version_info[:2], [*extras, *stamp.get("extras", [])])
    step = next_step(stamp, wanted)
    needed = "pip" if step == "install" and not uv else "sys"
    if step != "make" and not can_import(needed):
        step = "make"
    if step == "ready":
        say(f"the environment {VENV} is ready")
        return 0
    if step == "make":
        make_environment(uv)
    (VENV / STAMP).write_text("{}", encoding="utf-8")  # unfinished until all is installed
    install(uv, wanted["extras"])
    (VENV / STAMP).write_text(json.dumps(wanted, indent=1) + "\n", encoding="utf-8")
    return 0


def wanted_stamp(root: Path, python: "tuple[int, ...]", extras: "list[str]") -> "dict[str, object]":
    """Return what a finished environment records: where it stands, its Python, its packages, its extras.

    The place counts because an environment that was moved still starts programs at the old place.
    """
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((root / name).read_bytes())
    return {
        "root": str(root),
        "python": ".".join(map(str, python)),
        "packages": digest.hexdigest(),
        "extras": sorted(set(extras)),
    }


def read_stamp(venv: Path) -> "dict[str, object]":
    """Return the stamp of a finished environment; an empty one where there is none or it is half-made."""
    try:
        stamp = json.loads((venv / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def next_step(stamp: "dict[str, object]", wanted: "dict[str, object]") -> str:
    """Return "ready", "install" (other packages into the same environment) or "make" (anew)."""
    if any(stamp.get(key) != wanted[key] for key in ("root", "python")):
        return "make"
    return "ready" if stamp == wanted else "install"


def make_environment(uv: "str | None") -> None:
    """Make .venv with this Python, in place of whatever stands there."""
    if not uv:
        check_modules(importlib.util.find_spec)
    say(f"making the environment {VENV}")
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(str(VENV))
    # uv installs from outside, so its environment needs no pip (nor Debian's package for it)
    # run by the very environment that is to be remade, the Python that made it has to do it again
    python = getattr(sys, "_base_executable", None) or sys.executable
    command = [python, "-m", "venv", *(["--without-pip"] if uv else []), str(VENV)]
    if run(command) != 0:
        raise SetupError(f"the environment could not be made (see above); {VENV_MEND}.")


def check_modules(find_spec: "object") -> None:
    """Raise SetupError when this Python cannot make environments with pip in them."""
    missing = [name for name in ("venv", "ensurepip") if find_spec(name) is None]
    if missing:
        raise SetupError(f"this Python lacks the module {' and '.join(missing)}; {VENV_MEND}.")


def install(uv: "str | None", extras: "list[str]") -> None:
    """Install this clone, editable, in the versions of constraints.txt."""
    python = str(python_in(VENV))
    what = ".[{}]".format(",".join(extras)) if extras else "."
    pip = [python, "-m", "pip", "install", "--progress-bar", "off", "--disable-pip-version-check"]
    command = [uv, "pip", "install", "--python", python] if uv else pip
    say(
        "installing egovlib and what it needs with "
        + ("uv" if uv else "pip")
        + "; a first time takes minutes"
    )
    code, written = run_and_listen([*command, "-c", "constraints.txt", "-e", what])
    if code != 0:
        raise SetupError(
            f"the packages could not be installed (exit {code}, see above); {install_mend(written)}."
        )
    compile_modules()


def compile_modules() -> None:
    """Compile every module once, as pip does and uv does not.

    Where Python may not write bytecode (PYTHONDONTWRITEBYTECODE, a read-only folder), each program would compile
    pandas, matplotlib and the rest anew: the twelve reports then take 1.7 times as long. A module that cannot be
    compiled (a template for another Python) is nobody's loss.
    """
    say("compiling the modules")
    folders = [str(VENV), str(ROOT / "egovlib")]
    run([str(python_in(VENV)), "-m", "compileall", "-qq", "-j", "0", *folders])


def install_mend(written: str) -> str:
    """Return what to do after a failed installation, from what pip or uv wrote."""
    if any(word in written.lower() for word in NETWORK_WORDS):
        return "the package index cannot be reached: check the network or proxy (HTTPS_PROXY) and try again"
    if "no space left" in written.lower():
        return "the disk is full: free about 2 GB and try again"
    return "mend what the lines above name and try again; the same command starts afresh"


# ---- small things ----------------------------------------------------------------------------------------


def say(text: str) -> None:
    """Print one line that is told apart from what the programs print."""
    show(f"== {text}")


def show(line: str) -> None:
    """Print a line on any console: a path may hold characters that an old one cannot show."""
    encoding = sys.stdout.encoding or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding), flush=True)


def python_in(venv: Path, windows: bool = os.name == "nt") -> Path:
    """Return the Python of an environment."""
    return venv / "Scripts" / "python.exe" if windows else venv / "bin" / "python"


def script(name: str, windows: bool = os.name == "nt") -> Path:
    """Return a program of .venv."""
    return python_in(VENV, windows).with_name(name + ".exe" if windows else name)


def child_environment() -> "dict[str, str]":
    """Return the variables for programs started here: UTF-8 everywhere, and .venv's own kernels first."""
    settings = {"PYTHONUTF8": "1", "JUPYTER_PREFER_ENV_PATH": "1", "PIP_USER": "0"}
    return {**{key: value for key, value in os.environ.items() if key != "PYTHONHOME"}, **settings}


def run(command: "list[str]", folder: "Path | None" = None) -> int:
    """Run a program to its end and return its exit code."""
    return subprocess.call(command, cwd=str(folder) if folder else None, env=child_environment())


def run_and_listen(command: "list[str]") -> "tuple[int, str]":
    """Run a program in the clone, show what it writes, and return its exit code and its last lines."""
    process = subprocess.Popen(
        command,
        cwd=str(ROOT),
        env=child_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    lines = []
    with process:
        for line in process.stdout:
            show("  " + line.rstrip())
            lines = [*lines[-200:], line]
    return process.returncode, "".join(lines)


def can_import(module: str) -> bool:
    """Tell whether the Python of .venv starts and has a module."""
    command = [str(python_in(VENV)), "-c", f"import {module}"]
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
