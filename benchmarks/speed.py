"""How fast each step is and what memory it takes, beside the libraries that do something of the kind.

    python benchmarks/speed.py [--texts reports figures cities] [--steps quantities words] [--runs 5]

The texts: `reports` are generated reports and plans (egovlib.testing: 120 sentences each, a fifth with a number),
`figures` is generated prose in which four sentences of five have a number, `embedded` is the corpus of the clone, full
of systems; `cities`, `provinces`, `policies` and `web` are folders of ../shared/corpus, left out by name where they are
missing.

Every step has a process of its own, documents it has not seen before in each run, and what it needs ready made before
the clock starts. The clock is that of the processor's time. Steps take turns of half a second, so that what else the
machine does falls on all of them; the speed is the median of the turns, and `× JioNLP` the median of how many times
faster a step was than JioNLP in the same turn: a machine's speed may change by half within minutes, the ratios do not.
Memory is the peak of the step's process, with the library, the documents and the rows of one run in it. A library that
is not installed is named, not timed; a slow one gets the first lines of the same text.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import logging
import platform
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from egovlib.codebook import matching
from egovlib.documents import Corpus, Document, read_corpus, read_text
from egovlib.testing import generate_document

SHARED = Path(__file__).parents[2] / "shared" / "corpus"
EMBEDDED = Path(__file__).parents[1] / "data" / "corpus"
OURS = ("reports", "figures", "embedded")
FOLDERS = {
    "cities": "city_work_reports_2024",
    "provinces": "province_work_reports_2025_docx",
    "policies": "egov_policies",
    "web": "web_pages",
}
MOST = 1_000_000
"""Characters of a text; more would say the same and take longer."""
LEAST = 0.5
"""Seconds of a turn, in which a short text is read several times: or what the processor has to fetch anew after the
others' turns would count most."""

NOUNS = ("政务网站", "便民中心", "共享目录", "宽带用户", "视频会场", "服务事项", "数据库记录")
SENTENCES = (
    "截至{year}年底，全市建成{noun}{n}个，覆盖{p}%的乡镇。",
    "{year}年受理{noun}申请{m}万件，办结率达到{p}%以上。",
    "审批时限由{d}个工作日缩短至{e}个工作日。",
    "加强{noun}建设，完善管理制度，落实责任单位，推动各部门协同。",
    "“十二五”期间投资{m}亿元，年均增长{p}%，12345热线满意率接近{p}%。",
)


# the texts -------------------------------------------------------------------------------------------------


def texts(name: str) -> list[str]:
    """The raw texts of a name, one a document; none where the folder is missing."""
    if name == "reports":
        return [generate_document(seed, genre=("report", "plan")[seed % 2]).text for seed in range(240)]
    if name == "figures":
        return [_figures(seed) for seed in range(40)]
    if name == "embedded":
        return [document.raw for document in read_corpus(EMBEDDED)]
    folder = SHARED / FOLDERS[name]
    return [document.raw for document in read_corpus(folder)] if folder.is_dir() else []


def _figures(seed: int, lines: int = 100) -> str:
    rng = random.Random(seed)
    return "\n".join("".join(_sentence(rng) for _ in range(4)) for _ in range(lines))


def _sentence(rng: random.Random) -> str:
    values = {"year": rng.randrange(2006, 2025), "noun": rng.choice(NOUNS), "n": rng.randrange(2, 90_000)}
    values |= {"p": rng.randrange(10, 100), "m": round(rng.uniform(1, 900), 1)}
    values |= {"d": rng.randrange(10, 40), "e": rng.randrange(1, 10)}
    return rng.choice(SENTENCES).format(**values)


def first_lines(raws: Sequence[str], characters: int) -> list[str]:
    """The first documents up to so many characters, the last one cut at a line's end."""
    kept: list[str] = []
    for raw in raws:
        if len(raw) > characters:
            return [*kept, raw[: raw.rfind("\n", 0, characters) + 1]] if characters > 0 else kept
        kept.append(raw)
        characters -= len(raw)
    return kept


# the steps -------------------------------------------------------------------------------------------------


class Step(NamedTuple):
    """Something to be timed.

    work     does it; what it returns is kept until the memory has been read
    prepare  makes what `work` is given of the raw texts
    most     characters of a text that it is given
    beside   the libraries of others that do a part of its work
    """

    work: Callable[[Any], object]
    prepare: Callable[[Sequence[str]], Any] = list
    most: int = MOST
    beside: tuple[str, ...] = ()


def _documents(raws: Sequence[str]) -> list[Document]:
    return [read_text(raw, doc=f"d{number}") for number, raw in enumerate(raws)]


def _read(raws: Sequence[str]) -> Corpus:
    corpus = Corpus(_documents(raws))
    for document in corpus:
        _ = document.sentences
    return corpus


def _with_quantities(raws: Sequence[str]) -> tuple[Any, Corpus]:
    from egovlib.extract.quantities import find_quantities

    corpus = _read(raws)
    return find_quantities(corpus), corpus


def _called(module: str, name: str) -> Callable[[Any], object]:
    return lambda given: getattr(importlib.import_module(module), name)(given)


def _each(module: str, name: str) -> Callable[[Any], object]:
    def work(raws: Sequence[str]) -> object:
        verb = getattr(importlib.import_module(module), name)
        return [verb(raw) for raw in raws]

    return work


def _indicators(given: tuple[Any, Corpus]) -> object:
    from egovlib.extract.indicators import match_indicators

    return match_indicators(given[0], documents=given[1])


def _extract(raws: Sequence[str]) -> object:
    """What `egovlib extract` does between reading files and writing them."""
    from egovlib.extract.tables import collect_once, extract_tables

    with collect_once():
        return extract_tables(Corpus(_documents(raws)))


def _words(segmenter: str) -> Callable[[Any], object]:
    def work(raws: Sequence[str]) -> object:
        from egovlib.text.words import words

        return [len(words(raw, segmenter)) for raw in raws]

    return work


def _jieba(raws: Sequence[str]) -> object:
    jieba = importlib.import_module("jieba")
    return [sum(1 for _ in jieba.cut(raw)) for raw in raws]


def _jionlp(raws: Sequence[str]) -> object:
    with contextlib.redirect_stdout(io.StringIO()):  # it greets
        jionlp = importlib.import_module("jionlp")
    read = (jionlp.ner.extract_money, jionlp.ner.extract_time)
    return [one(line) for raw in raws for line in raw.split("\n") for one in read]


def _recognizers(raws: Sequence[str]) -> object:
    numbers = importlib.import_module("recognizers_number")
    units = importlib.import_module("recognizers_number_with_unit")
    read = [numbers.recognize_number, numbers.recognize_percentage]
    read += [units.recognize_currency, units.recognize_dimension]
    return [one(line, "zh-cn") for raw in raws for line in raw.split("\n") for one in read]


JIONLP, RECOGNIZERS, JIEBA = "JioNLP, money and time", "Recognizers-Text, numbers with units", "plain jieba"
STEPS = {
    "repairing": Step(_each("egovlib.text.repairs", "repair")),
    "reading (repairs, metadata)": Step(_documents),
    "sections and sentences": Step(lambda documents: [one.sentences for one in documents], _documents),
    "quantities, all attributes": Step(
        _called("egovlib.extract.quantities", "find_quantities"), _read, beside=(JIONLP, RECOGNIZERS)
    ),
    "systems": Step(_called("egovlib.extract.systems", "find_systems"), _read),
    "themes": Step(_called("egovlib.extract.themes", "code_themes"), _read),
    "indicators": Step(_indicators, _with_quantities),
    "all tables, from the text": Step(_extract, beside=(JIONLP, RECOGNIZERS)),
    "words": Step(_words("jieba"), beside=(JIEBA,)),
    "words, rjieba": Step(_words("rjieba"), beside=(JIEBA,)),
    JIONLP: Step(_jionlp, most=60_000),
    RECOGNIZERS: Step(_recognizers, most=12_000),
    JIEBA: Step(_jieba),
}
LIBRARIES = {JIONLP: "JioNLP", RECOGNIZERS: "Recognizers-Text", JIEBA: "jieba"}


# the measuring ---------------------------------------------------------------------------------------------


def take_turns(text: str, step: str) -> None:
    """Tell how many characters the step has, or what is absent; for each line read its speed; then its memory in MB.

    This is the process of a step, which the others wait for.
    """
    logging.disable()  # jieba and JioNLP log
    asked, answers = STEPS[step], sys.stdout
    raws = first_lines(texts(text), asked.most)
    characters = sum(map(len, raws))
    with contextlib.redirect_stdout(sys.stderr):  # JioNLP greets
        try:
            asked.work(asked.prepare(first_lines(raws, 2_000)))  # patterns are compiled and tables read once
        except (ImportError, ValueError):
            print(0, file=answers, flush=True)
            return
        print(characters, file=answers, flush=True)
        kept = None
        for _ in sys.stdin:
            spent, times = 0.0, 0
            while spent < LEAST:
                kept = None  # one run's rows at a time
                given = asked.prepare(raws)
                began = time.process_time()
                kept = asked.work(given)
                spent, times = spent + time.process_time() - began, times + 1
            print(characters * times / spent, file=answers, flush=True)
        del kept
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


class Running:
    """A step's process; `characters` is 0 where its library is not installed."""

    def __init__(self, text: str, step: str) -> None:
        call = [sys.executable, __file__, "--one", text, step]
        self._process = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.step, self.rates, self.memory = step, list[float](), 0.0
        self.characters = int(self._answer())

    def run(self) -> None:
        """Take a turn."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self.rates.append(self._answer())

    def end(self) -> None:
        """Ask for the memory, and end."""
        if self.characters and self._process.stdin is not None:
            self._process.stdin.close()
            self.memory = self._answer()
        self._process.wait()

    def _answer(self) -> float:
        assert self._process.stdout is not None
        return float(self._process.stdout.readline())


def measure(text: str, steps: Sequence[str], runs: int) -> list[Running]:
    """The steps of a text after so many turns each."""
    running = [Running(text, step) for step in steps]
    for _ in range(runs):
        for one in running:
            if one.characters:
                one.run()
    for one in running:
        one.end()
    return running


def _row(text: str, one: Running, rates: dict[str, list[float]]) -> str:
    if not one.characters:
        return f"| {text} | {one.step} | – | – | – | not installed | | |"
    ratios = [
        f"{statistics.median(a / b for a, b in zip(one.rates, rates[library], strict=True)):.2f}"
        if library in STEPS[one.step].beside and rates.get(library)
        else ""
        for library in LIBRARIES
    ]
    speed = statistics.median(one.rates)
    return f"| {text} | {one.step} | {one.characters:,} | {speed:,.0f} | {one.memory:.0f} | {' | '.join(ratios)} |"


def _share_line(text: str) -> str | None:
    from egovlib.text.words import has_segmenter, share_cut_otherwise

    if not has_segmenter("rjieba"):
        return None
    share = share_cut_otherwise("\n".join(texts(text)), "rjieba")
    return f"{text}: {share:.3%} of the words that jieba cuts come out otherwise with rjieba"


def main() -> None:
    """Print the table, then how many words a fast segmenter cuts otherwise."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", nargs="+", default=[*OURS, *FOLDERS], choices=[*OURS, *FOLDERS])
    parser.add_argument("--steps", nargs="+", default=[""], help="only steps whose name begins so")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)  # one step in this process
    asked = parser.parse_args()
    if asked.one:
        take_turns(*asked.one)
        return
    there = [text for text in asked.texts if text not in FOLDERS or (SHARED / FOLDERS[text]).is_dir()]
    steps = [name for name in STEPS if name.startswith(tuple(asked.steps))]
    build = "compiled" if matching.__file__.endswith((".so", ".pyd")) else "not compiled"
    python = f"{platform.python_implementation()} {platform.python_version()}, {platform.python_compiler()}"
    print(f"{python}; egovlib {build}\n")
    headings = ("text", "step", "characters", "characters a second", "peak memory, MB")
    print(f"| {' | '.join([*headings, *(f'× {name}' for name in LIBRARIES.values())])} |")
    print(f"|---|---|{'--:|' * (len(headings) + len(LIBRARIES) - 2)}")
    for text in there:
        running = measure(text, steps, asked.runs)
        rates = {one.step: one.rates for one in running}
        for one in running:
            print(_row(text, one, rates), flush=True)
    missing = [
        f"../shared/corpus/{FOLDERS[text]} is not here: left out" for text in asked.texts if text not in there
    ]
    shares = [_share_line(text) for text in there if "words, rjieba".startswith(tuple(asked.steps))]
    print("", *missing, *filter(None, shares), sep="\n")


if __name__ == "__main__":
    main()
