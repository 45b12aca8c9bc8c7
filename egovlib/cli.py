"""`egovlib`: one thin command a public verb.

Exit codes: 0 done, 1 some documents or notebooks failed (the rest is done and listed), 2 wrong call.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egovlib import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egovlib.documents import Document
    from egovlib.report.notebooks import Run

FORMATS = ("parquet", "csv", "jsonl")


class _Commands(click.Group):
    """Turns an error that a user can mend into one sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ValueError, OSError) as error:
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


_workers = click.option(
    "--workers",
    default=os.cpu_count() or 1,
    type=click.IntRange(1),
    help="Notebooks at once; by default one a core.",
)
_force = click.option("--force", is_flag=True, help="Make reports again of which nothing has changed.")


@main.command()
@click.option("--corpus", default="embedded", help="A folder of documents; the embedded corpus by default.")
@click.option(
    "--output", "-o", default="figures", type=click.Path(path_type=Path), help="Where the reports go."
)
@click.option("--lang", type=click.Choice(("zh", "en")), help="The language of the reports; zh by default.")
@_workers
@_force
def report(corpus: str, output: Path, lang: str | None, workers: int, force: bool) -> None:
    """Run every notebook on a corpus and write the reports' index.html."""
    from egovlib.report.notebooks import run_report

    _conclude(run_report(corpus, output=output, lang=lang, workers=workers, force=force), output)


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
@_workers
@_force
def batch(file: Path, output: Path, workers: int, force: bool) -> None:
    """Run one report a row of FILE, a csv with the column notebook and one column a parameter."""
    from egovlib.report.notebooks import run_batch

    _conclude(run_batch(file, output=output, workers=workers, force=force), output)


def _conclude(runs: Sequence[Run], output: Path) -> None:
    """Say what failed and where the index is; exit 1 when a run did not end well."""
    for run in runs:
        if not run.ok:
            click.echo(f"egovlib: {run.run} {run.status}: {run.error}", err=True)
    click.echo(str((output / "index.html").resolve()))
    sys.exit(0 if all(run.ok for run in runs) else 1)


@main.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), help="Folder for the tables.")
@click.option("--format", "form", default="parquet", type=click.Choice(FORMATS), show_default=True)
@click.option("--workers", default=1, type=click.IntRange(1), show_default=True, help="Processes here.")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler (tcp://…) whose workers do the work.")
@click.option("--force", is_flag=True, help="Make parts again that another version made.")
def extract(
    paths: Sequence[str], output: Path, form: str, workers: int, scheduler: str | None, force: bool
) -> None:
    """Write all tables of any files or folders: documents, quantities, systems, codings, indicators and more.

    Parquet tables are folders of parts. A run that was stopped is taken up where it was.
    """
    from egovlib.extract.batches import extract_files, join_parts

    parts = output if form == "parquet" else output / ".parts"
    made = extract_files(paths, parts, workers=workers, scheduler=scheduler, force=force)
    if form != "parquet":
        join_parts(made, output, form)
    for name, count in made.rows.items():
        click.echo(f"{name:<11} {count:>7} rows")
    for source, problem in made.failures:
        click.echo(f"egovlib: {source}: {problem}", err=True)
    lost = _tell_lost_corrections(made.output / "corrections.parquet")
    sys.exit(1 if made.failures or lost else 0)


def _tell_lost_corrections(table: Path) -> int:
    """Name the corrections that could not be applied; return how many."""
    import pandas as pd

    from egovlib.extract.corrected import NOT_APPLIED

    corrections = pd.read_parquet(table)
    lost = corrections[corrections["outcome"].isin(NOT_APPLIED)]
    for row in lost.to_dict("records"):
        click.echo(
            f"egovlib: {row['doc']}: the correction of {row['surface']!r} by {row['who']} on {row['when']} was not "
            f"applied ({row['outcome']}); look at that place again, then mend or delete its row of corrections.csv.",
            err=True,
        )
    return len(lost)


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
    from egovlib.extract.outcomes import list_corrections
    from egovlib.extract.quantities import find_quantities
    from egovlib.extract.themes import code_themes

    document = _find_document(doc, corpus)
    quantities = find_quantities(document)
    if html is not None:
        from egovlib.report.document_page import render_document

        html.write_text(render_document(document, quantities, code_themes(document)), encoding="utf-8")
        click.echo(str(html.resolve()))
        return
    told = list_corrections(document)
    told = told[told["outcome"].isin(["applied", "moved"]) & (told["table"] == "quantities")]
    by = {fix["start"]: f"  | corrected by {fix['who']}, {fix['when']}" for fix in told.to_dict("records")}
    for row in quantities.astype(object).where(quantities.notna(), None).to_dict("records"):
        read = [
            f"{row['value']:,.10g}",
            *(row[name] for name in ("unit", "approx", "role", "status", "period", "tier")),
        ]
        meaning = " ".join(part for part in read if part)
        click.echo(
            f"{row['start']:>7}  {click.style(row['surface'], bold=True)}  {meaning}  | {row['subject']}"
            f"{by.get(row['start'], '')}"
        )


@main.command()
@click.argument("gold", type=click.Path(path_type=Path))
@click.argument("corpus", default="embedded")
@click.option("--errors", default=0, show_default=True, help="How many errors to list, with their sentences.")
def evaluate(gold: Path, corpus: str, errors: int) -> None:
    """Score what is found in CORPUS against hand coding of quantities or systems: a .jsonl file or a folder."""
    from egovlib.analyse.quality.evaluation import evaluate as evaluate_quantities
    from egovlib.analyse.quality.evaluation import holds_systems
    from egovlib.analyse.quality.systems_evaluation import evaluate_systems
    from egovlib.documents import read_corpus
    from egovlib.extract.quantities import find_quantities
    from egovlib.extract.systems import find_systems

    documents = read_corpus(corpus).uncorrected  # what persons corrected is no merit of the machine
    evaluation: Any
    if holds_systems(gold):
        evaluation = evaluate_systems(gold, find_systems(documents), corpus=documents)
    else:
        evaluation = evaluate_quantities(gold, find_quantities(documents), corpus=documents)
    click.echo(f"{'measure':<14} {'right':>6} {'n':>6}  score  95 % interval")
    scores = evaluation.scores.dropna(subset="score")
    for measure, right, n, score, low, high, _ in scores.itertuples(index=False, name=None):
        click.echo(f"{measure:<14} {right:>6} {n:>6}  {score:.3f}  {low:.3f}-{high:.3f}")
    click.echo(f"interval: {evaluation.scores.interval_method.dropna().iloc[0]}")
    for kind, field, doc, start, surface, right, found, text in evaluation.errors.head(errors).to_numpy():
        what = f"{field}: gold {right}, found {found}" if kind == "field" else kind
        click.echo(f"{doc} {start} {surface}: {what} | {text}")
    for note in evaluation.notes:
        click.echo(f"egovlib: {note}", err=True)


@main.group()
def review() -> None:
    """Human coding: sheets of units drawn at random out, coded sheets back in."""


@review.command("export")
@click.option("--kind", required=True, type=click.Choice(("quantities", "systems", "themes")))
@click.option("--sample", default=100, show_default=True, help="How many units to draw.")
@click.option("--seed", default=1, show_default=True, help="The same seed draws the same units.")
@click.option(
    "--scheme", default="priorities", show_default=True, help="The scheme of themes: a name or a csv."
)
@click.option(
    "--coder", "coders", multiple=True, default=("A", "B"), show_default=True, help="A coder's name."
)
@click.option("--corpus", default="embedded", help="A folder of documents; the embedded corpus by default.")
@click.option("--lang", default="zh", type=click.Choice(("zh", "en")), help="The language of the questions.")
@click.option(
    "--output", "-o", default="review", type=click.Path(path_type=Path), help="Where the sheets go."
)
def export_review(
    kind: str,
    sample: int,
    seed: int,
    scheme: str,
    coders: Sequence[str],
    corpus: str,
    lang: str,
    output: Path,
) -> None:
    """Write coding sheets, an xlsx and a csv for each coder, and the key, which coders do not get."""
    from egovlib.analyse.quality.review import draw_units
    from egovlib.documents import read_corpus
    from egovlib.report.sheets import write_sheets

    key = draw_units(read_corpus(corpus), kind, sample=sample, seed=seed, scheme=scheme)
    for path in write_sheets(key, output, coders=coders, scheme=scheme, lang=lang):
        click.echo(str(path))
    drawn = ", ".join(f"{n} {stratum}" for stratum, n in key["stratum"].value_counts().items())
    click.echo(f"{len(key)} units: {drawn}")


@review.command("import")
@click.argument("sheets", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SHEET...")
@click.option("--key", required=True, type=click.Path(path_type=Path), help="The *_key.csv of the export.")
@click.option("--scheme", default=None, help="The csv of the themes' scheme, where it is your own.")
@click.option("--replace", is_flag=True, help="Let new answers replace a coder's earlier ones.")
@click.option(
    "--output", "-o", default=None, type=click.Path(path_type=Path), help="By default the key's folder."
)
def import_review(
    sheets: Sequence[Path], key: Path, scheme: str | None, replace: bool, output: Path | None
) -> None:
    """Read coded sheets, check every value, add them to codings.csv, and measure how far the coders agree."""
    import pandas as pd

    from egovlib.analyse.quality.coded import (
        machine_codings,
        measure_review,
        merge_codings,
        read_codings,
        read_key,
        read_sheets,
    )
    from egovlib.spreadsheets import write_csv
    from egovlib.writing import write_whole

    units = read_key(key)
    coded = read_sheets(sheets, units, scheme=scheme)
    folder = output or key.parent
    path = folder / f"{units['kind'].iloc[0]}_codings.csv"
    if path.exists():
        coded = merge_codings(read_codings(path), coded, replace=replace)
    write_whole(path, partial(write_csv, coded))
    agreement = measure_review(pd.concat([coded, machine_codings(units)], ignore_index=True))
    write_whole(folder / f"{units['kind'].iloc[0]}_agreement.csv", partial(write_csv, agreement))
    for coder, rows in coded.groupby("coder"):
        click.echo(
            f"{coder}: {len(rows[['doc', 'start', 'end']].drop_duplicates())} of {len(units)} units coded"
        )
    _tell_agreement(agreement)


def _tell_agreement(agreement: Any) -> None:
    """α of each question with its interval, the percentage beside it; the rest is in the file."""
    named = agreement.assign(question=agreement["scheme"].str.cat(agreement["code"], sep=":", na_rep=""))
    for (question, among), rows in named.groupby(["question", "among"], sort=False):
        by = rows.set_index("coefficient")
        value, low, high = (_number(by.loc["krippendorff_alpha", name]) for name in ("value", "low", "high"))
        click.echo(
            f"{question.removesuffix(':')}, {among} ({by['coders'].iloc[0]}): α {value} [{low}, {high}] "
            f"{by.loc['krippendorff_alpha', 'verdict']}, agreeing {_number(by.loc['percent', 'value'])}"
        )


def _number(value: Any) -> str:
    import pandas as pd

    return "NA" if pd.isna(value) else f"{value:.3f}"


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


@main.group()
def codebook() -> None:
    """Codebooks: what is wrong with one."""


@codebook.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--kind", type=click.Choice(("indicators", "scheme", "systems", "tree")), help="Told by its columns."
)
@click.option("--notes", is_flag=True, help="Also list what is allowed but easily surprises: terms in terms.")
def check_codebook(file: Path, kind: str | None, notes: bool) -> None:
    """Check a codebook csv (indicators, scheme, systems or tree): one line a problem, with the mend."""
    from egovlib.analyse.quality.codebooks import check_codebook as find_problems

    found = find_problems(file, kind=kind)
    errors = int((found["level"] == "error").sum())
    for level, text in found[["level", "text"]].itertuples(index=False, name=None):
        if level == "error" or notes:
            click.echo(text if level == "error" else f"note: {text}")
    click.echo(f"{file.name}: {errors} errors, {len(found) - errors} notes", err=True)
    sys.exit(1 if errors else 0)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--corpus", default="embedded", help="A folder of documents; the embedded corpus by default.")
@click.option(
    "-m",
    "--metadata",
    "pairs",
    nargs=2,
    multiple=True,
    metavar="ELEMENT VALUE",
    help="Say an element of the catalogue: provider, published, sharing, open, cycle, title …",
)
def export(folder: Path, corpus: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Write all tables into FOLDER as a Data Package: csv with CSVW metadata, Parquet, xlsx, SDMX-CSV."""
    from egovlib.documents import read_corpus
    from egovlib.report.exports import export_package

    read = read_corpus(corpus)
    click.echo(str(export_package(read, folder, catalogue=dict(pairs)).resolve()))
    for row in read.failures.to_dict("records"):
        click.echo(f"egovlib: {row['source']}: {row['problem']}", err=True)
    sys.exit(1 if len(read.failures) else 0)


@main.command()
@click.argument("name")
@click.option("--width", required=True, help="The width of a journal's column: 85mm, 17.4cm, 3.35in.")
@click.option(
    "--folder",
    default="figures",
    type=click.Path(path_type=Path),
    help="The folder of the figure, or of the reports to look in.",
)
@click.option(
    "--output", "-o", default=None, type=click.Path(path_type=Path), help="By default beside the figure."
)
def figure(name: str, width: str, folder: Path, output: Path | None) -> None:
    """Draw the saved figure NAME again at a width: egovlib figure topics --width 85mm."""
    from egovlib.report.redraw import redraw_figure

    for path in redraw_figure(name, width=width, folder=folder, output=output).values():
        click.echo(str(path.resolve()))


@main.command()
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def lab(arguments: Sequence[str]) -> None:
    """Open the project's notebooks in JupyterLab; ARGUMENTS behind -- go to jupyter lab."""
    import subprocess

    from egovlib.report.notebooks import notebooks_folder

    # the clone is what JupyterLab sees: documents' pages, which numbers lead to, stand beside the notebooks
    options = [
        f"--ServerApp.root_dir={notebooks_folder().parent}",
        "--LabApp.default_url=/lab/tree/notebooks",
    ]
    sys.exit(subprocess.run([sys.executable, "-m", "jupyterlab", *options, *arguments]).returncode)


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
