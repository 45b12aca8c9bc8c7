"""The words about the project: the two READMEs in step, links that lead somewhere, commands and places that exist."""

import importlib.util
import re
import shlex
import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path

import click
import pytest

import egovlib
from egovlib.cli import main as cli

ROOT = Path(__file__).parents[1]
IGNORED = {".venv", "figures", "build", ".pytest_cache", ".hypothesis", "node_modules"}
PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "figures").glob("README.md"), *ROOT.glob("*/**/*.md")]
    if not IGNORED & set(path.relative_to(ROOT).parts[:-1]) or path == ROOT / "figures" / "README.md"
)
NAMES = [path.relative_to(ROOT).as_posix() for path in PAGES]

FENCE = re.compile(r"^```.*?^```$", re.M | re.S)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)")
NUMBER = re.compile(r"(?<![\d.])((?:\d+(?:,\d{3})*)?(?:\.\d+)?)(?<=\d)(?: ?(million|万|thousand|亿))?")
SCALE = {"": 1, "thousand": 1000, "万": 10_000, "million": 1_000_000, "亿": 100_000_000}
MONTHS = ("January", "February", "March", "April", "May", "June", "July")
MONTHS += ("August", "September", "October", "November", "December")


def script(name):
    """Import a program of scripts/ by its path."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---- README.md and README_zh.md ---------------------------------------------------------------------------


def parts(page):
    """The sections of a page: (level of the heading, its text with what follows up to the next heading)."""
    text = (ROOT / page).read_text(encoding="utf-8")
    fences = [match.span() for match in FENCE.finditer(text)]
    starts = [
        match
        for match in re.finditer(r"^(#+) ", text, re.M)
        if not any(start <= match.start() < end for start, end in fences)
    ]
    ends = [*(match.start() for match in starts[1:]), len(text)]
    return [(len(match[1]), text[match.start() : end]) for match, end in zip(starts, ends, strict=True)]


def code(text):
    """The code blocks, without their comments, which each language words for itself."""
    return [[re.sub(r"\s+# .*$", "", line) for line in block.splitlines()] for block in FENCE.findall(text)]


def figures(text):
    """The numbers of the prose and tables and how often each stands there: 5.7 million is 570万."""
    prose = LINK.sub("", FENCE.sub("", text))
    for number, name in enumerate(MONTHS, start=1):
        prose = re.sub(rf"\b{name}\b", str(number), prose)
    return Counter(
        Decimal(digits.replace(",", "")) * SCALE[scale] for digits, scale in NUMBER.findall(prose) if digits
    )


def links(text):
    """Where a text leads, but for the links of the two READMEs to each other."""
    return [target for target in LINK.findall(text) if target not in ("README.md", "README_zh.md")]


def test_figures_are_read_alike_in_both_languages():
    assert figures("5.7 million a second, .992 of 1,127 in November 2026") == figures(
        "2026年11月，每秒570万，1127个中的.992"
    )
    assert figures("4.1–5.0 %") != figures("4.1–5.1 %")


def pairs():
    english, chinese = parts("README.md"), parts("README_zh.md")
    return list(zip(english, chinese, strict=True))


def test_both_readmes_have_the_same_headings_in_the_same_order():
    assert [level for level, _ in parts("README.md")] == [level for level, _ in parts("README_zh.md")]


@pytest.mark.parametrize("what", [code, figures, links], ids=["commands", "figures", "links"])
def test_both_readmes_say_the_same_section_by_section(what):
    for (_, english), (_, chinese) in pairs():
        heading = english.splitlines()[0]
        ours, theirs = what(english), what(chinese)
        if isinstance(ours, Counter):
            assert not ours - theirs, f"{heading}: README_zh.md lacks these figures"
            assert not theirs - ours, f"{heading}: README.md lacks these figures"
        assert ours == theirs, heading


def test_both_readmes_have_the_same_tables():
    def rows(text):
        return [line.count("|") for line in FENCE.sub("", text).splitlines() if line.startswith("|")]

    for (_, english), (_, chinese) in pairs():
        assert rows(english) == rows(chinese), english.splitlines()[0]


# ---- every page -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", NAMES)
def test_every_relative_link_leads_to_a_file(page):
    place = ROOT / page
    for target in LINK.findall(FENCE.sub("", place.read_text(encoding="utf-8"))):
        if not re.match(r"[a-z]+:|#", target):
            assert (place.parent / target.partition("#")[0]).exists(), f"{page}: {target}"


def commands(text):
    """The calls of `egovlib` that a page names, in code blocks and in the line."""
    lines = [line for block in FENCE.findall(text) for line in block.splitlines()]
    lines += INLINE.findall(" ".join(FENCE.sub("", text).splitlines()))
    return [line.split("  #")[0] for line in lines if re.match(r"egovlib [a-z]", line)]


def find_fault(line):
    """Why click would not know a call: its command or one of its options; None where it would."""
    command, words = cli, shlex.split(line.replace("…", ""))[1:]
    while isinstance(command, click.Group):
        name = words.pop(0) if words else ""
        if name.startswith("-"):
            return None
        if name not in command.commands:
            # a group named alone (`egovlib review`) is no call
            return f"{line}: there is no command {name!r}" if name or command is cli else None
        command = command.commands[name]
    known = {option for parameter in command.params for option in parameter.opts} | {"-h", "--help"}
    unknown = [word for word in words if re.match(r"--?[a-z]", word) and word.split("=")[0] not in known]
    return f"{line}: there is no option {unknown[0]}" if unknown else None


def test_wrong_calls_are_recognised():
    assert "no command 'reprot'" in find_fault("egovlib reprot")
    assert "no option --fast" in find_fault("egovlib report --fast")
    assert "no command 'fetch'" in find_fault("egovlib review fetch")
    assert find_fault("egovlib batch data/batches/periods.csv --workers 2") is None


@pytest.mark.parametrize("page", [name for name in NAMES if name != "CHANGELOG.md"])
def test_every_command_that_is_named_exists(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for line in commands(text):
        assert find_fault(line) is None, f"{page}: {find_fault(line)}"
        for notebook in re.findall(r"\brun (\d\d_\w+)", line):
            assert (ROOT / "notebooks" / f"{notebook}.ipynb").exists(), f"{page}: {notebook}"
    for name in re.findall(r"python3 bootstrap\.py (\w+)", text):
        assert name in script_of_bootstrap().replace(",", " ").split(), f"{page}: bootstrap.py {name}"
    for path in re.findall(r"python ((?:tests|benchmarks|scripts)/\w+\.py)", text):
        assert (ROOT / path).exists(), f"{page}: {path}"


def script_of_bootstrap():
    return (ROOT / "bootstrap.py").read_text(encoding="utf-8").split('"""')[1].replace("bootstrap.py", " ")


@pytest.mark.parametrize("page", ["README.md", "README_zh.md", "docs/methods.md"])
def test_every_name_that_answers_a_question_is_public(page):
    rows = re.findall(r"^\|.*\]\(\S+\.md\) \|$", (ROOT / page).read_text(encoding="utf-8"), re.M)
    names = {name for row in rows for name in INLINE.findall(row) if " " not in name}
    assert len(names) > 10
    assert not names - set(dir(egovlib))


def test_the_readmes_name_most_commands():
    named = {shlex.split(line)[1] for line in commands((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert {"report", "extract", "run", "batch", "show", "export", "doctor"} <= named <= set(cli.commands)


@pytest.mark.parametrize("page", [name for name in NAMES if name != "CHANGELOG.md"])
def test_every_place_of_the_project_that_is_named_exists(page):
    text = FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))
    for path in INLINE.findall(text):
        if re.fullmatch(r"(egovlib|tests|docs|data|notebooks|benchmarks|scripts)/[\w./-]*", path):
            assert (ROOT / path).exists(), f"{page}: {path}"


# ---- the map, the index, the pages that programs write ----------------------------------------------------


def test_the_repo_map_names_every_room():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Repo map")[1].split("\n## ")[0]
    named = {path.rstrip("/") for path in INLINE.findall(text)}
    rooms = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("egovlib/*/__init__.py")}
    shelves = {path.relative_to(ROOT).as_posix() for path in (ROOT / "egovlib").glob("*.py")}
    shelves -= {"egovlib/__init__.py"}
    folders = {"notebooks", "data", "docs", "tests", "benchmarks", "scripts", "figures"}
    assert not (rooms | shelves | folders) - named


def test_the_index_of_the_docs_lists_every_page_once():
    listed = LINK.findall((ROOT / "docs" / "README.md").read_text(encoding="utf-8"))
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert {name for name, n in Counter(name for name in listed if name in pages).items() if n == 1} == pages


def test_the_tables_are_those_of_the_contracts():
    assert (ROOT / "docs" / "tables.md").read_text(encoding="utf-8") == script("tables").write_page()


def test_the_licences_are_of_all_that_is_asked_for():
    licences = script("licences")
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([\w.-]+) \| .* \| (direct.*|indirect) \|$", page, re.M))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    direct = {name for name, _ in licences.applicable(project["dependencies"])}
    assert direct == {name for name, how in rows.items() if how == "direct"}
    assert page.startswith(licences.HEAD)
    assert "not stated" not in page
