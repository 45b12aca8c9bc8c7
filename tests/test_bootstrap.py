"""bootstrap.py: what it decides and what it says, without a network and without making an environment."""

import ast
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def bootstrap(tmp_path, monkeypatch):
    """Import bootstrap.py by its path and let it work on a clone with spaces and Chinese in its path."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    clone = tmp_path / "我的 clone"
    clone.mkdir()
    for name in ("pyproject.toml", "constraints.txt"):
        (clone / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", clone)
    monkeypatch.setattr(module, "VENV", clone / ".venv")
    monkeypatch.setattr(module.shutil, "which", lambda _: None)
    return module


@pytest.fixture
def calls(bootstrap, monkeypatch):
    """Record the programs that would be started; each ends well."""
    started = []

    def call(command, **_):
        started.append(command)
        if "venv" in command:
            bootstrap.VENV.mkdir()
        return 0

    monkeypatch.setattr(bootstrap, "run", call)
    monkeypatch.setattr(bootstrap, "run_and_listen", lambda command: (call(command), ""))
    monkeypatch.setattr(bootstrap, "can_import", lambda _: bootstrap.VENV.exists())
    return started


def installed(calls):
    return [command[-1] for command in calls if "install" in command]


def test_it_parses_on_old_pythons_and_imports_only_the_standard_library():
    tree = ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 6))
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = [getattr(node, "module", None) or node.names[0].name for node in imports]
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_a_python_too_old_is_named_with_the_mend(bootstrap):
    with pytest.raises(bootstrap.SetupError, match=r"Python 3\.8\.10 is too old.* 3\.11 or newer; install"):
        bootstrap.check_python((3, 8, 10), lambda _: None)
    with pytest.raises(bootstrap.SetupError, match=r"run `python3\.12 bootstrap\.py` instead"):
        bootstrap.check_python((3, 8, 10), lambda name: name in ("python3.11", "python3.12"))
    bootstrap.check_python((3, 11, 0))
    bootstrap.check_python((4, 0, 0))


def test_the_oldest_python_is_that_of_pyproject(bootstrap):
    oldest = "{}.{}".format(*bootstrap.OLDEST)
    assert f'requires-python = ">={oldest}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_a_python_without_venv_or_ensurepip_is_told_what_to_install(bootstrap, capsys, monkeypatch):
    monkeypatch.setattr(
        bootstrap.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name
    )
    assert bootstrap.main(["setup"]) == 1
    said = capsys.readouterr().out
    assert "lacks the module ensurepip" in said
    assert "apt install python3-venv" in said


def test_set_up_is_done_once_and_again_only_for_what_changed(bootstrap, calls):
    for extras, expected in [([], ["."]), ([], []), (["dev"], [".[dev]"]), ([], []), (["dev"], [])]:
        calls.clear()
        bootstrap.make_ready(extras)
        assert installed(calls) == expected
    (bootstrap.ROOT / "constraints.txt").write_text("changed", encoding="utf-8")
    calls.clear()
    bootstrap.make_ready([])
    assert installed(calls) == [".[dev]"]  # what was there stays there
    assert not any("venv" in command for command in calls)


@pytest.mark.parametrize("change", [{"python": "3.9"}, {"root": "/elsewhere"}])
def test_another_python_or_a_moved_clone_makes_the_environment_anew(bootstrap, calls, change):
    bootstrap.make_ready([])
    stamp = bootstrap.VENV / bootstrap.STAMP
    stamp.write_text(json.dumps({**json.loads(stamp.read_text("utf-8")), **change}), encoding="utf-8")
    calls.clear()
    bootstrap.make_ready([])
    assert any("venv" in command for command in calls)


@pytest.mark.parametrize("stamp", [None, "", "{}", "[]", '{"root": '])
def test_a_half_made_environment_is_made_again(bootstrap, calls, stamp):
    bootstrap.VENV.mkdir()
    (bootstrap.VENV / "half").touch()
    if stamp is not None:
        (bootstrap.VENV / bootstrap.STAMP).write_text(stamp, encoding="utf-8")
    bootstrap.make_ready([])
    assert not (bootstrap.VENV / "half").exists()
    assert installed(calls) == ["."]


def test_an_interrupted_installation_is_not_taken_for_a_finished_one(bootstrap, calls, capsys, monkeypatch):
    refused = "ERROR: [Errno -3] Temporary failure in name resolution"
    monkeypatch.setattr(bootstrap, "run_and_listen", lambda _: (1, refused))
    assert bootstrap.main(["setup"]) == 1
    assert "check the network" in capsys.readouterr().out
    wanted = bootstrap.wanted_stamp(bootstrap.ROOT, sys.version_info[:2], [])
    assert bootstrap.next_step(bootstrap.read_stamp(bootstrap.VENV), wanted) == "make"


def test_uv_is_used_where_it_is(bootstrap, calls, monkeypatch):
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/bin/uv" if name == "uv" else None)
    bootstrap.make_ready([])
    assert "--without-pip" in calls[0]
    assert calls[1][:3] == ["/bin/uv", "pip", "install"]
    assert calls[1][-4:] == ["-c", "constraints.txt", "-e", "."]


def test_what_was_installed_is_compiled_though_programs_may_not_write_bytecode(bootstrap, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(bootstrap, "python_in", lambda _: sys.executable)
    sources = [bootstrap.VENV / "lib" / "module.py", bootstrap.ROOT / "egovlib" / "ours.py"]
    for source in [*sources, bootstrap.VENV / "lib" / "template.py"]:
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text("print '2'" if source.stem == "template" else "", encoding="utf-8")
    bootstrap.compile_modules()
    assert all(Path(importlib.util.cache_from_source(source)).is_file() for source in sources)


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [([], None), (["-o", "x"], "x"), (["--output=x y"], "x y"), (["--corpus", "-o"], None)],
)
def test_the_output_folder_is_found_among_the_arguments(bootstrap, arguments, folder):
    assert bootstrap.output_folder(arguments) == (folder and Path(folder))


def test_the_report_goes_to_the_clone_whatever_the_working_directory(bootstrap, calls, capsys):
    index = bootstrap.ROOT / "figures" / "index.html"
    index.parent.mkdir()
    index.touch()
    assert bootstrap.main(["report", "--corpus", "../seeds"]) == 0
    assert calls[-1][1:] == ["report", "--corpus", "../seeds", "--output", str(index.parent)]
    assert str(index) in capsys.readouterr().out


def test_every_check_runs_and_one_failure_is_the_answer(bootstrap, calls, capsys, monkeypatch):
    monkeypatch.setattr(bootstrap, "run", lambda command, **_: int("mypy" in command))
    monkeypatch.setattr(bootstrap, "make_ready", lambda _: 0)
    assert bootstrap.test([]) == 1
    summary = capsys.readouterr().out.split("summary")[1]
    assert [line.split()[-1] for line in summary.splitlines()[1:]] == ["ok", "ok", "1)", "ok", "ok"]


def test_environments_of_windows_and_others(bootstrap):
    assert bootstrap.python_in(Path("v"), windows=True) == Path("v/Scripts/python.exe")
    assert bootstrap.python_in(Path("v"), windows=False) == Path("v/bin/python")
    assert bootstrap.script("egovlib", windows=True).name == "egovlib.exe"


def test_a_wrong_call_is_2_and_a_plain_console_can_show_any_path(tmp_path):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, str(ROOT / "bootstrap.py"), "做"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert "choose one of report, test, lab, setup" in done.stdout
