"""The page that lists all runs, failed ones with their cell and error."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from egovlib.report.labels import check_language
from egovlib.report.report_page import name_status, write_flat
from egovlib.report.templating import render_template


def render_index(folder: str | Path, *, lang: str = "zh") -> str:
    """Return the page that lists every `folder/*/run.json`, failed runs with their cell and error.

    A run.json that cannot be read is listed as such: the index never fails because of one report.
    """
    files = sorted(Path(folder).glob("*/run.json"))
    runs = [_index_entry(file, lang) for file in files if file.parent.suffix not in (".part", ".old")]
    return render_template(
        "index.html.j2",
        lang,
        title=("egovlib 报告", "egovlib reports")[check_language(lang)],
        runs=runs,
        failures=sum(run["status"] != "ok" for run in runs),
    )


def _index_entry(file: Path, lang: str) -> dict[str, Any]:
    folder = quote(file.parent.name)
    try:
        run = json.loads(file.read_text(encoding="utf-8"))
        figures, status = [str(name) for name in run.get("figures") or []], str(run["status"])
    except (OSError, ValueError, KeyError, AttributeError) as error:
        run, figures, status = {"error": f"run.json: {type(error).__name__}: {error}"}, [], "unreadable"
    return {
        "title": _page_title(file.with_name("report.html")) or str(run.get("notebook") or file.parent.name),
        "link": f"{folder}/report.html",
        "thumbnail": next(
            (f"{folder}/{quote(name)}.png" for name in figures if file.with_name(f"{name}.png").is_file()),
            None,
        ),
        "status": status,
        "status_name": name_status(status, lang),
        "started": str(run.get("started") or "").replace("T", " ").replace("+00:00", " UTC"),
        "seconds": run.get("seconds"),
        "parameters": write_flat(run["parameters"]) if run.get("parameters") else "",
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
