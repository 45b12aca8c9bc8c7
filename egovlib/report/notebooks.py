"""Run notebooks as reports with papermill: parameters checked first, this Python's kernel, honest status.

A run leaves one folder, `<output>/<run id>/`, with report.ipynb, report.html, run.json and the figures
the notebook saved. The folder is made as `<run id>.part` and renamed at the end, so what stands under its
own name is always whole. A run that did not end well is kept as `<run id>.failed`, where its report shows
the cell and the error; it never replaces an earlier good report, and the next good run removes it.

    parameters cell → parameters checked → kernel → status → run.json, report.html → renamed → index.html
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from egovlib.hashes import PACKAGE, hash_file, hash_files, hash_folder
from egovlib.report import provenance
from egovlib.report.parameters import Parameter, check_parameters, corpus_path, parse_parameters
from egovlib.writing import make_folder, one_run_at_a_time, write_whole

OUTPUT_VARIABLE = "EGOVLIB_OUTPUT"
"""The environment variable that tells a notebook's kernel where its figures and pages belong."""

START_TIMEOUT = 60
"""Seconds a kernel may take to start; papermill's own default."""

RUN_ID_LENGTH = 100
"""Characters of a run id. Windows allows 260 in a whole path, and figures' names still follow."""

_RESERVED = (".part", ".failed", ".old")


# ---- which notebooks, which runs ------------------------------------------------------------------------


@dataclass(frozen=True)
class Job:
    """A run that was checked and can start; `changed` are the parameters that differ from their defaults."""

    notebook: Path
    run: str
    changed: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """What became of a run; `folder` holds its report.html, report.ipynb, run.json and figures.

    `status` is ok | failed (a cell raised an error) | incomplete (timeout, dead kernel, kernel that never
    started, sys.exit). `cell` counts the notebook's code cells from 1, as [n] in the report; `seconds` is
    elapsed time. `unchanged`: nothing that the report is made of has changed, so the one that stood there stays.
    """

    notebook: str
    run: str
    folder: Path
    status: str
    cell: int | None
    error: str | None
    seconds: float
    parameters: dict[str, Any]
    unchanged: bool = False

    @property
    def ok(self) -> bool:
        """Whether every cell ran to its end."""
        return self.status == "ok"


def notebooks_folder() -> Path:
    """Return the clone's notebooks folder; raise FileNotFoundError when egovlib is not run from a clone."""
    folder = provenance.CLONE / "notebooks"
    if not folder.is_dir():
        raise FileNotFoundError(
            f"the notebooks folder {folder} does not exist; the notebooks belong to the project's clone: "
            "install egovlib from there with `python3 bootstrap.py setup`."
        )
    return folder


def list_notebooks() -> list[str]:
    """Return the names of the clone's notebooks, in order, without .ipynb."""
    return sorted(path.stem for path in notebooks_folder().glob("*.ipynb"))


def find_notebook(name: str | Path) -> Path:
    """Return the path of a notebook given by its name in the notebooks folder, or by a path to any .ipynb."""
    path = Path(name).expanduser()
    if path.suffix == ".ipynb" and path.is_file():
        return path.resolve()
    known = list_notebooks()
    stem = str(name).removesuffix(".ipynb")
    if stem not in known:
        raise FileNotFoundError(
            f"there is no notebook {str(name)!r}; there are {', '.join(known) or 'none'}; "
            "choose one, or give the path of an .ipynb."
        )
    return notebooks_folder() / f"{stem}.ipynb"


def read_parameters(notebook: Path) -> dict[str, Parameter]:
    """Read the cell tagged `parameters` of a notebook without running it: name → Parameter.

    A notebook without such a cell has no parameters. Raises ValueError where a default is not a plain
    literal or the cell is not Python.
    """
    cell = next(
        (cell for cell in _read(notebook).cells if "parameters" in cell.metadata.get("tags", [])), None
    )
    try:
        return parse_parameters(cell.source) if cell else {}
    except (ValueError, SyntaxError) as error:
        raise ValueError(f"{notebook.name}: the parameters cell cannot be read: {error}") from None


def prepare_job(name: str | Path, parameters: Mapping[str, Any] | None = None, run: str | None = None) -> Job:
    """Check a run before any kernel starts; raise ValueError naming every wrong parameter at once."""
    notebook = find_notebook(name)
    declared = read_parameters(notebook)
    given, problems = check_parameters(declared, parameters or {})
    if run is not None and (not re.fullmatch(r"[\w-][\w.-]*", run) or run.endswith(_RESERVED)):
        problems.append(
            f"run = {run!r} cannot name a folder; use letters, digits, _ - and . "
            f"and no ending {', '.join(_RESERVED)}."
        )
    if problems:
        raise ValueError("\n".join(f"{notebook.stem}: {problem}" for problem in problems))
    changed = {key: value for key, value in given.items() if value != declared[key].default}
    defaults = {key: parameter.default for key, parameter in declared.items()}
    return Job(notebook, run or run_id(notebook.stem, changed), changed, {**defaults, **changed})


def run_id(notebook: str, changed: Mapping[str, Any]) -> str:
    """Return the run's folder name: the notebook, then each changed parameter, readable and never ambiguous.

    A value that cannot stand in a file name as it is gets a short hash behind its readable part.

    >>> run_id("06_compare_periods", {"period_a": "fyp11", "seed": 7})
    '06_compare_periods__period_a-fyp11__seed-7'
    >>> run_id("00_start_here", {"corpus": "/data/my seeds"})
    '00_start_here__corpus-my-seeds-8c98ce'
    """
    name = re.sub(r"[^\w.-]+", "-", notebook).lstrip(".") or "notebook"
    parts = [name, *(f"{key}-{_slug(value)}" for key, value in changed.items())]
    whole = "__".join(parts)
    if len(whole) <= RUN_ID_LENGTH:
        return whole
    return f"{whole[: RUN_ID_LENGTH - 7]}-{_short_hash(whole)}"


def _slug(value: Any) -> str:
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    if isinstance(value, bool) or value is None:
        text = text.lower()
    readable = re.sub(r"[^a-z0-9.]+", "-", Path(text).name.lower()).strip("-.")[:30]
    return readable if readable == text else f"{readable}-{_short_hash(text)}".lstrip("-")


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]


# ---- running --------------------------------------------------------------------------------------------


def run_notebook(
    name: str | Path,
    parameters: Mapping[str, Any] | None = None,
    *,
    output: str | Path = "figures",
    timeout: float = 600,
    run: str | None = None,
) -> Run:
    """Run one notebook and return what became of it; `<output>/index.html` then lists it.

    `name` is a notebook of the project ("06_compare_periods") or a path to any .ipynb; `parameters` maps
    names of its parameters cell to values, texts being read by the declared type; `timeout` is in seconds
    a cell; `run` replaces the run id that is made from the parameters. A notebook that fails raises
    nothing: see Run.status. Raises ValueError naming all wrong parameters, FileNotFoundError for a notebook
    or corpus that is not there; both before a kernel starts.
    """
    return _run_all([prepare_job(name, parameters, run)], output, timeout)[0]


def run_report(
    corpus: str | Path = "embedded",
    *,
    output: str | Path = "figures",
    lang: str | None = None,
    timeout: float = 600,
    workers: int = 1,
    force: bool = False,
) -> list[Run]:
    """Run every notebook of the project that has a parameter `corpus` on this corpus, and write the index.

    `corpus` is "embedded", a folder or a file; `lang` is zh or en, by default what each notebook says (zh);
    `workers` is how many notebooks run at once. A report whose
    inputs, codebook, parameters, notebook and code have not changed is kept, unless `force`. Raises
    FileNotFoundError when the corpus, or any notebook, is missing.
    """
    paths = [notebooks_folder() / f"{name}.ipynb" for name in list_notebooks()]
    suited = [path for path in paths if "corpus" in read_parameters(path)]
    if not suited:
        raise FileNotFoundError(
            f"no notebook in {notebooks_folder()} has a parameter corpus; fetch the project's clone again."
        )
    given = corpus_path(str(corpus))
    spoken = {} if lang is None else {"lang": lang}
    jobs = [prepare_job(path, {"corpus": given, **spoken}) for path in suited]
    return _run_all(jobs, output, timeout, workers=workers, keep=not force)


def run_batch(
    path: str | Path,
    *,
    output: str | Path = "figures",
    timeout: float = 600,
    workers: int = 1,
    force: bool = False,
) -> list[Run]:
    """Run one report a row of a csv file: column `notebook`, then one a parameter, empty for the default.

    Every row is checked before the first kernel starts; a row that fails while running does not stop the
    others. Notebooks are named, not given by path. `workers` and `force` as in `run_report`. Raises ValueError
    naming every wrong row at once, FileNotFoundError when the file is missing.
    """
    jobs: dict[str, tuple[int, Job]] = {}
    problems = []
    for line, row in _read_batch(Path(path)):
        name = (row.pop("notebook") or "").strip()
        try:
            if name.removesuffix(".ipynb") not in list_notebooks():
                raise ValueError(f"there is no notebook {name!r}; there are {', '.join(list_notebooks())}.")
            job = prepare_job(notebooks_folder() / f"{name.removesuffix('.ipynb')}.ipynb", row)
            if job.run in jobs:
                raise ValueError(f"makes the same report as line {jobs[job.run][0]}; remove one of them.")
            jobs[job.run] = (line, job)
        except ValueError as error:
            problems += [f"line {line}: {problem}" for problem in str(error).splitlines()]
    if problems:
        raise ValueError("\n".join(problems))
    return _run_all([job for _, job in jobs.values()], output, timeout, workers=workers, keep=not force)


def _read_batch(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return (line number, filled cells) of each row of a batch file."""
    if not path.is_file():
        raise FileNotFoundError(
            f"the batch file {str(path)!r} does not exist; give a csv file such as data/batches/periods.csv."
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not UTF-8; save it again as 'CSV UTF-8'.") from None
    reader = csv.DictReader(text.splitlines())
    if "notebook" not in (reader.fieldnames or []):
        found = ", ".join(reader.fieldnames or []) or "none"
        raise ValueError(
            f"{path.name} has no column 'notebook' (its columns: {found}); add it as the first line."
        )
    rows = []
    for row in reader:
        if None in row:
            raise ValueError(
                f"{path.name}, line {reader.line_num}: more cells than columns; quote a cell with a comma."
            )
        cells = {key: value.strip() for key, value in row.items() if value and value.strip()}
        if cells:
            rows.append((reader.line_num, {"notebook": "", **cells}))
    if not rows:
        raise ValueError(f"{path.name} has no rows; add one line a report.")
    return rows


def _run_all(
    jobs: Sequence[Job], output: str | Path, timeout: float, *, workers: int = 1, keep: bool = False
) -> list[Run]:
    """Run the jobs and tell each as it ends; the runs come in the order of the jobs."""
    folder = make_folder(Path(output).expanduser().resolve())
    runs: dict[str, Run] = {}
    with one_run_at_a_time(folder):
        try:
            for run in _each(jobs, folder, timeout, workers, keep):
                runs[run.run] = run
                took = "unchanged" if run.unchanged else f"{run.seconds:.1f} s"
                _say(f"[{len(runs)}/{len(jobs)}] {run.run}: {run.status}, {took}{_where(run)}")
        finally:  # an interrupted batch still lists what it finished
            write_index(folder)
    return [runs[job.run] for job in jobs]


def _each(jobs: Sequence[Job], folder: Path, timeout: float, workers: int, keep: bool) -> Iterator[Run]:
    """Run one job after the other, or several at once in processes of their own."""
    if workers == 1 or len(jobs) == 1:
        yield from (_run(job, folder, timeout, keep) for job in jobs)
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        # the later notebooks take longest: begun first, none is left running alone at the end
        futures = {pool.submit(_run, job, folder, timeout, keep): job for job in reversed(jobs)}
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                job, error = futures[future], "its process died; run it again with fewer workers"
                yield Run(
                    job.notebook.stem,
                    job.run,
                    folder / f"{job.run}.failed",
                    "incomplete",
                    None,
                    error,
                    0.0,
                    {},
                )


def _where(run: Run) -> str:
    if run.ok:
        return ""
    cell = f"cell [{run.cell}]: " if run.cell else ""
    return f"; {cell}{run.error}; see {run.folder / 'report.html'}"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def write_index(output: str | Path) -> Path:
    """Write `<output>/index.html`, which lists all runs found there, and return its path."""
    from egovlib.report.index_page import render_index

    folder = Path(output)
    return _write(folder / "index.html", render_index(folder))


def _run(job: Job, output: Path, timeout: float, keep: bool) -> Run:
    made_of = _made_of(job)
    if keep and (run := _kept(job, output, made_of)) is not None:
        return run
    part = _new_part(output / job.run)
    started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
    notebook, failure = _execute(job, part, timeout)
    status, cell, error = judge(notebook, failure)
    folder = output / (job.run if status == "ok" else f"{job.run}.failed")
    seconds = round(time.monotonic() - clock, 2)
    run = Run(job.notebook.stem, job.run, folder, status, cell, error, seconds, job.parameters)
    _finish(run, {"started": started, "made_of": made_of}, notebook, part)
    return run


def _made_of(job: Job) -> str:
    """One hash of all that decides a report: notebook, parameters, inputs, codebook, code and packages."""
    about = {
        "notebook": hash_file(job.notebook),
        "code": hash_folder(PACKAGE, (".py", ".j2", ".css")),
        "data": hash_files(provenance.CLONE / "data"),  # gold and register, too, decide what a notebook shows
        "files": {name: hash_files(path) for name, path in _paths(job.parameters)},
        **{key: value for key, value in provenance.stamp(job.parameters).items() if key != "git"},
        "parameters": job.parameters,
    }
    return hashlib.sha256(json.dumps(about, sort_keys=True, default=str).encode()).hexdigest()


def _paths(parameters: Mapping[str, Any]) -> Iterator[tuple[str, Path]]:
    """The files that parameters name: a population table, a codebook of one's own."""
    for name, value in parameters.items():
        if isinstance(value, str) and value and Path(value).is_file():
            yield name, Path(value)


def _kept(job: Job, output: Path, made_of: str) -> Run | None:
    """The run whose report stands there already, made of the same."""
    folder = output / job.run
    try:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if (
        record.get("made_of") != made_of
        or record.get("status") != "ok"
        or not (folder / "report.html").exists()
    ):
        return None
    return Run(
        job.notebook.stem,
        job.run,
        folder,
        "ok",
        None,
        None,
        record["seconds"],
        job.parameters,
        unchanged=True,
    )


def _new_part(folder: Path) -> Path:
    """Make the folder a run is written in, and put right what a killed run left behind."""
    part, old = (folder.with_name(folder.name + ending) for ending in (".part", ".old"))
    if old.exists() and not folder.exists():  # killed between the two renames of _publish
        old.rename(folder)
    if part.exists():
        shutil.rmtree(part)
    part.mkdir()
    return part


def _execute(job: Job, part: Path, timeout: float) -> tuple[Any, BaseException | None]:
    """Run the notebook; return it as far as it came, and the exception that ended it."""
    _nbformat()  # before papermill loads it in its own way
    from papermill.execute import execute_notebook

    saved = part / "report.ipynb"
    bar = {"desc": job.run, "leave": False} if sys.stderr.isatty() else False
    try:
        execute_notebook(
            _verbatim(job.notebook),
            _verbatim(saved),
            parameters=job.changed,
            kernel_name="python3",
            language="python",
            kernel_manager_class=_this_python(part),
            resources={"metadata": {"path": str(part)}},  # the kernel's working directory, not ours
            progress_bar=bar,
            start_timeout=START_TIMEOUT,
            execution_timeout=math.ceil(timeout),
        )
        failure = None
    except Exception as error:  # whatever ends a notebook is reported, and the next one runs
        failure = error
    return _read(saved if saved.exists() else job.notebook), failure


def _verbatim(path: Path) -> str:
    """Keep papermill from filling in braces of a path as if they were parameters."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _this_python(folder: Path) -> type:
    """Return a kernel manager that starts this very Python, whatever kernels are installed."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    environment = {
        OUTPUT_VARIABLE: str(folder).replace("$", "$$"),  # jupyter fills in $NAME
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",  # the order of a set must not change a report
    }
    # the kernel warns on every start that its loopback connection is not encrypted, and at times that the interrupt
    # before its end reached it: true, and no news
    quiet = "--IPKernelApp.log_level=CRITICAL"
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", quiet]
    spec = KernelSpec(argv=command, display_name="Python 3", language="python", env=environment)

    class ThisPython(AsyncKernelManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

    return ThisPython


# ---- status and what is written -------------------------------------------------------------------------


def judge(notebook: Any, failure: BaseException | None) -> tuple[str, int | None, str | None]:
    """Return (status, cell, error in one line) of a notebook that papermill ran.

    papermill calls every cell completed after a timeout or a dead kernel, and raises nothing for
    sys.exit(0); so the exception and the cells left unexecuted are both looked at.
    """
    from papermill.exceptions import PapermillExecutionError

    cells = [cell for cell in notebook.cells if _is_run(cell)]
    if isinstance(failure, PapermillExecutionError):
        number = next((n for n, cell in enumerate(cells, 1) if _exception(cell)), None)
        return "failed", number, _one_line(f"{failure.ename}: {failure.evalue}")
    begun = [n for n, cell in enumerate(cells, 1) if cell.metadata.get("papermill", {}).get("start_time")]
    last = begun[-1] if begun else None
    if failure is not None:
        return "incomplete", last, _one_line(f"{type(failure).__name__}: {failure}")
    left = sum(cell.execution_count is None for cell in cells)
    if left or any(_exception(cell) for cell in cells):
        error = f"the notebook ended itself (sys.exit) and left {left} of {len(cells)} cells unexecuted"
        return "incomplete", last, error
    return "ok", None, None


def _is_run(cell: Any) -> bool:
    skipped = "skip-execution" in cell.metadata.get("tags", [])
    return bool(cell.cell_type == "code" and cell.source.strip() and not skipped)


def _exception(cell: Any) -> bool:
    return cell.metadata.get("papermill", {}).get("exception") is True


def _one_line(text: str) -> str:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text).strip()
    return plain.splitlines()[0][:300]


def _finish(run: Run, about: Mapping[str, str], notebook: Any, part: Path) -> None:
    """Write report.ipynb, report.html and run.json, then give the folder its name."""
    nbformat = _nbformat()
    from egovlib.report.report_page import render_report

    record = {key: value for key, value in asdict(run).items() if key not in ("folder", "unchanged")}
    record |= {**about, **provenance.stamp(run.parameters), "figures": _figures(part)}
    _clean(notebook, run)
    _write(part / "report.ipynb", nbformat.writes(notebook) + "\n")
    _write(part / "report.html", render_report(notebook, record))
    _write(part / "run.json", json.dumps(record, ensure_ascii=False, indent=1, default=str) + "\n")
    _publish(part, run.folder)
    if run.ok:
        shutil.rmtree(run.folder.with_name(f"{run.run}.failed"), ignore_errors=True)


def _figures(folder: Path) -> list[str]:
    """Name the figures that save_figure completed: each has svg, png and the csv behind it."""
    endings = (".svg", ".png", ".csv")
    return sorted(
        path.stem for path in folder.glob("*.svg") if all(path.with_suffix(end).exists() for end in endings)
    )


def _clean(notebook: Any, run: Run) -> None:
    """Take out papermill's red banners (the page has its own) and this machine's paths."""
    from papermill.execute import remove_error_markers

    remove_error_markers(notebook)
    if "papermill" in notebook.metadata:
        notebook.metadata.papermill.update(input_path=f"{run.notebook}.ipynb", output_path="report.ipynb")


def _publish(part: Path, folder: Path) -> None:
    """Rename `part` to `folder`; an earlier folder steps aside first and is removed last."""
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    part.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _write(path: Path, text: str) -> Path:
    return write_whole(path, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))


def _read(path: Path) -> Any:
    nbformat = _nbformat()
    try:
        return nbformat.read(path, as_version=4)
    except (ValueError, nbformat.ValidationError) as error:
        raise ValueError(
            f"{path.name} is not a notebook ({_one_line(str(error))}); give an .ipynb file."
        ) from None


def _nbformat() -> Any:
    """Load nbformat without the grammar of internationalised addresses, where that is installed.

    jsonschema loads it if it can (JupyterLab brings it), which takes 1.7 of nbformat's 2 seconds in each process that
    runs notebooks; no notebook's schema asks for such an address.
    """
    grammar = "rfc3987_syntax"
    absent = not {"nbformat", grammar} & set(sys.modules)
    if absent:
        sys.modules[grammar] = None  # type: ignore[assignment]  # Python's own way to say: not installed
    try:
        import nbformat
    finally:
        if absent:
            del sys.modules[grammar]
    return nbformat
