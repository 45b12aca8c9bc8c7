"""The page that lists all runs, failed ones with their cell and error."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from egovlib.report.labels import check_language
from egovlib.report.run_record import describe_parameters, name_status, write_time
from egovlib.report.templating import render_template


def render_index(folder: str | Path, *, lang: str | None = None) -> str:
    """Return the page that lists every `folder/*/run.json`, failed runs with their cell and error.

    By default it is in English where all the reports are, else in Chinese. A run.json that cannot be read is
    listed as such: the index never fails because of one report.
    """
    files = sorted(Path(folder).glob("*/run.json"))
    read = {file: _read_run(file) for file in files if file.parent.suffix not in (".part", ".old")}
    spoken = {run["parameters"].get("lang") for run in read.values() if run["status"] != "unreadable"}
    lang = lang or ("en" if spoken == {"en"} else "zh")
    runs = [_index_entry(file, run, lang) for file, run in read.items()]
    return render_template(
        "index.html.j2",
        lang,
        title=("egovlib 报告", "egovlib reports")[check_language(lang)],
        runs=runs,
        failures=sum(run["status"] != "ok" for run in runs),
    )


def _read_run(file: Path) -> dict[str, Any]:
    """Read a run's record; what cannot be read is a record that says so."""
    try:
        run = json.loads(file.read_text(encoding="utf-8"))
        return {
            **run,
            "status": str(run["status"]),
            "figures": [str(name) for name in run.get("figures") or []],
            "parameters": dict(run.get("parameters") or {}),
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        problem = f"run.json: {type(error).__name__}: {error}"
        return {"status": "unreadable", "error": problem, "figures": [], "parameters": {}}


def _index_entry(file: Path, run: dict[str, Any], lang: str) -> dict[str, Any]:
    folder = quote(file.parent.name)
    figures, status = run["figures"], run["status"]
    return {
        "title": _page_title(file.with_name("report.html")) or str(run.get("notebook") or file.parent.name),
        "link": f"{folder}/report.html" if file.with_name("report.html").is_file() else None,
        "thumbnail": next(
            (f"{folder}/{quote(name)}.png" for name in figures if file.with_name(f"{name}.png").is_file()),
            None,
        ),
        "status": status,
        "status_name": name_status(status, lang),
        "started": write_time(run["started"]) if run.get("started") else "",
        "seconds": run.get("seconds"),
        "parameters": describe_parameters(run["parameters"], lang),
        "cell": run.get("cell"),
        "error": run.get("error"),
    }


def _page_title(report: Path) -> str | None:
    """Return the title of a report page, which stands in its first lines."""
    try:
        with report.open(encoding="utf-8") as file:
            match = re.search(r"<title>(.*?)</title>", file.read(4096), re.DOTALL)
    except (OSError, ValueError):
        return None
    return html.unescape(match[1]).strip() if match else None
