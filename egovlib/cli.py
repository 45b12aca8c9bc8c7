"""`egovlib`: one thin command a public verb.

Exit codes: 0 done, 1 some documents or notebooks failed (the rest is done and listed), 2 wrong call.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egovlib import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from egovlib.documents import Document
    from egovlib.report.notebooks import Run

FORMATS = ("parquet", "csv", "jsonl")


class _Commands(click.Group):
    """Turns an error that a user can mend into one sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ValueError, FileNotFoundError, PermissionError, NotADirectoryError) as error:
            click.echo(f"egovlib: {_sentence(error)}", err=True)
            ctx.exit(2)


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}; choose another place or mend its rights."
    return str(error)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Turn Chinese e-government reports and plans into citable tables and defensible comparisons."""


@main.command()
@click.option("--corpus", default="embedded", help="A folder of documents; the embedded corpus by default.")
@click.option(
    "--output", "-o", default="figures", type=click.Path(path_type=Path), help="Where the reports go."
)
def report(corpus: str, output: Path) -> None:
    """Run every notebook on a corpus and write the reports' index.html."""
    from egovlib.report.notebooks import run_report

    _conclude(run_report(corpus, output=output), output)


@main.command()
@click.argument("notebook")
@click.option(
    "-p", "--parameter", "pairs", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter."
)
@click.option(
    "--output", "-o", default="figures", type=click.Path(path_type=Path), help="Where the report goes."
)
def run(notebook: str, pairs: Sequence[tuple[str, str]], output: Path) -> None:
    """Run one notebook with parameters: egovlib run 06_compare_periods -p period_a fyp11."""
    from egovlib.report.notebooks import run_notebook

    _conclude([run_notebook(notebook, dict(pairs), output=output)], output)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--output", "-o", default="figures", type=click.Path(path_type=Path), help="Where the reports go."
)
def batch(file: Path, output: Path) -> None:
    """Run one report a row of FILE, a csv with the column notebook and one column a parameter."""
    from egovlib.report.notebooks import run_batch

    _conclude(run_batch(file, output=output), output)


def _conclude(runs: Sequence[Run], output: Path) -> None:
    """Say what failed and where the index is; exit 1 when a run did not end well."""
    for run in runs:
        if not run.ok:
            click.echo(f"egovlib: {run.run} {run.status}: {run.error}", err=True)
    click.echo(str((output / "index.html").resolve()))
    sys.exit(0 if all(run.ok for run in runs) else 1)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), help="Folder for the tables.")
@click.option("--format", "form", default="parquet", type=click.Choice(FORMATS), show_default=True)
def extract(paths: Sequence[Path], output: Path, form: str) -> None:
    """Write all tables of any files or folders: documents, sections, sentences, quantities, codings, indicators."""
    from egovlib.documents import read_corpus
    from egovlib.extract.indicators import match_indicators
    from egovlib.extract.quantities import find_quantities
    from egovlib.extract.themes import code_themes

    corpus = read_corpus(paths)
    quantities = find_quantities(corpus)
    tables = {
        "documents": corpus.documents,
        "sections": corpus.sections,
        "sentences": corpus.sentences,
        "quantities": quantities,
        "codings": code_themes(corpus),
        "indicators": match_indicators(quantities, documents=corpus),
        "failures": corpus.failures,
    }
    output.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        _write_table(table, output / f"{name}.{form}", form)
        click.echo(f"{name:<11} {len(table):>7} rows")
    for source, problem in corpus.failures.itertuples(index=False):
        click.echo(f"egovlib: {source}: {problem}", err=True)
    sys.exit(1 if len(corpus.failures) else 0)


def _write_table(table: Any, path: Path, form: str) -> None:
    """Write to a temporary name, then rename: a table under its own name is always whole."""
    part = path.with_suffix(path.suffix + ".part")
    write: dict[str, Callable[[], object]] = {
        "parquet": lambda: table.to_parquet(part, index=False),
        "csv": lambda: table.to_csv(part, index=False, encoding="utf-8-sig", lineterminator="\n"),
        "jsonl": lambda: part.write_text(
            table.to_json(orient="records", lines=True, force_ascii=False), encoding="utf-8", newline="\n"
        ),
    }
    write[form]()
    part.replace(path)


def _find_document(doc: str, corpus: str) -> Document:
    """A file (with what a register beside it knows), or the document of that id in the corpus."""
    from egovlib.documents import read_corpus

    if Path(doc).is_file():
        read = read_corpus(doc)
        if not len(read):
            raise ValueError(read.failures.problem[0])
        return read[0]
    documents = read_corpus(corpus)
    known = [document.doc for document in documents]
    if doc not in known:
        raise ValueError(
            f"{doc!r} is neither a file nor a document of {corpus!r}; it has {', '.join(known)}."
        )
    return documents[doc]


@main.command()
@click.argument("doc")
@click.option("--corpus", default="embedded", help="The corpus DOC is in, when DOC is no file.")
@click.option(
    "--html", type=click.Path(path_type=Path), help="Write the document's page to this file instead."
)
def show(doc: str, corpus: str, html: Path | None) -> None:
    """Show a document (a file, or an id in the corpus) with every quantity marked and read out."""
    from egovlib.extract.quantities import find_quantities
    from egovlib.extract.themes import code_themes

    document = _find_document(doc, corpus)
    quantities = find_quantities(document)
    if html is not None:
        from egovlib.report.pages import render_document

        html.write_text(render_document(document, quantities, code_themes(document)), encoding="utf-8")
        click.echo(str(html.resolve()))
        return
    for row in quantities.astype(object).where(quantities.notna(), None).to_dict("records"):
        read = [
            f"{row['value']:,.10g}",
            *(row[name] for name in ("unit", "approx", "role", "status", "period", "tier")),
        ]
        meaning = " ".join(part for part in read if part)
        click.echo(
            f"{row['start']:>7}  {click.style(row['surface'], bold=True)}  {meaning}  | {row['subject']}"
        )


@main.command()
@click.argument("gold", type=click.Path(path_type=Path))
@click.argument("corpus", default="embedded")
@click.option("--errors", default=0, show_default=True, help="How many errors to list, with their sentences.")
def evaluate(gold: Path, corpus: str, errors: int) -> None:
    """Score the quantities found in CORPUS against hand coding: a .jsonl file or a folder of them."""
    from egovlib.analyse.evaluation import evaluate as evaluate_quantities
    from egovlib.documents import read_corpus
    from egovlib.extract.quantities import find_quantities

    documents = read_corpus(corpus)
    evaluation = evaluate_quantities(gold, find_quantities(documents), corpus=documents)
    click.echo(f"{'measure':<14} {'right':>6} {'n':>6}  score  95 % interval")
    for measure, right, n, score, low, high, _ in evaluation.scores.dropna().itertuples(
        index=False, name=None
    ):
        click.echo(f"{measure:<14} {right:>6} {n:>6}  {score:.3f}  {low:.3f}-{high:.3f}")
    click.echo(f"interval: {evaluation.scores.interval_method.dropna().iloc[0]}")
    for kind, field, doc, start, surface, right, found, text in evaluation.errors.head(errors).to_numpy():
        what = f"{field}: gold {right}, found {found}" if kind == "field" else kind
        click.echo(f"{doc} {start} {surface}: {what} | {text}")
    for note in evaluation.notes:
        click.echo(f"egovlib: {note}", err=True)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--corpus", default="embedded", help="The folder to add to; the embedded corpus by default.")
@click.option(
    "--title", help="Say what the files are, where the text says it wrong or not at all: the title,"
)
@click.option("--region", help="the GB/T 2260 code of the region (000000: the nation),")
@click.option("--tier", help="the tier of the region: national, province, city, county …,")
@click.option("--genre", help="the genre: plan, work_report, overview, speech, policy, disclosure, other,")
@click.option("--year", type=click.IntRange(1949, 2100), help="the year of issue,")
@click.option("--plan-period", help="the plan period: fyp10 … fyp15,")
@click.option("--issuer", help="who issued them.")
def add(files: Sequence[Path], corpus: str, **known: Any) -> None:
    """Put documents into a corpus: copy them, and write what was recognised into its register.csv."""
    from egovlib.documents import add_document

    said = {name: value for name, value in known.items() if value is not None}
    failed = False
    for file in files:
        try:
            document, new = add_document(file, corpus, **said)
        except (ValueError, OSError) as error:
            click.echo(f"egovlib: {file}: {_sentence(error)}", err=True)
            failed = True
            continue
        if not new:
            click.echo(
                f"{file}: is in the corpus already, as {document.doc}; edit register.csv to change it."
            )
            continue
        _tell(document)
    sys.exit(1 if failed else 0)


def _tell(document: Document) -> None:
    """What was recognised of an added document, and what was not."""
    region = f"{document.region} {document.region_name}" if document.region else "-"
    facts = [region, document.tier, document.genre, document.year, document.plan_period, document.issuer]
    click.echo(f"{document.doc}: {document.title or '-'} | {' | '.join(str(fact or '-') for fact in facts)}")
    for name in ("region", "genre", "year", "plan_period", "issuer"):
        if getattr(document, name) is None:
            weighed = ", ".join(map(str, document.candidates.get(name, ())))
            option = name.replace("_", "-")
            click.echo(
                f"  {name} unknown{f' (may be {weighed})' if weighed else ''}: "
                f"say it with --{option} or in register.csv."
            )


@main.command()
@click.argument("doc")
@click.argument("offset", type=int)
@click.option("--corpus", default="embedded", help="The corpus DOC is in, when DOC is no file.")
def explain(doc: str, offset: int, corpus: str) -> None:
    """Say step by step why the number at OFFSET of the raw text of DOC was read so, or why it was refused."""
    from egovlib.extract.explanations import explain_quantity

    for step in explain_quantity(_find_document(doc, corpus), offset).to_dict("records"):
        value = "–" if step["value"] is None else step["value"]
        click.echo(f"{step['step']:<11} {click.style(str(value), bold=True)}  by {step['rule']}")


@main.command()
def doctor() -> None:
    """Check Python, packages, kernel, fonts and corpus; say what is wrong and the mend."""
    from egovlib.report.doctor import examine

    findings = examine()
    for ok, what in findings:
        click.echo(f"{'ok' if ok else '!!'}  {what}")
    sys.exit(0 if all(ok for ok, _ in findings) else 1)


if __name__ == "__main__":
    main()
