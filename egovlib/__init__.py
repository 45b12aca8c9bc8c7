"""egovlib: citable tables and defensible comparisons from Chinese e-government prose.

    raw files → documents → quantities, themes → indicators → comparisons → figures → reports

    import egovlib as eg
    corpus = eg.read_corpus()                      # the embedded corpus, or a folder of your own
    quantities = eg.find_quantities(corpus)        # every number with value, unit, period, source
    indicators = eg.match_indicators(quantities, documents=corpus)
    comparison = eg.compare_periods(corpus, a="fyp12", b="fyp13")

Every row of every table carries doc, start, end into the raw text, and raw[start:end] == surface.
"""

import lazy_loader

__version__ = "0.1.0"

# names are loaded when first used, so that `import egovlib` costs no more than it must
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules={"frames"},
    submod_attrs={
        "analyse.agreement": ["measure_agreement"],
        "analyse.comparisons": ["compare_periods"],
        "analyse.evaluation": ["evaluate"],
        "analyse.wording": ["count_words"],
        "documents": ["Corpus", "Document", "read_corpus", "read_document", "read_text"],
        "extract.explanations": ["explain_quantity"],
        "extract.indicators": ["match_indicators"],
        "extract.quantities": ["find_quantities"],
        "extract.themes": ["code_themes"],
        "report.conclusions": ["write_conclusion"],
        "report.figures": ["save_figure"],
        "report.plots.documents": ["plot_corpus"],
        "report.plots.indicators": ["plot_indicator"],
        "report.plots.periods": ["plot_period_comparison", "plot_shares"],
        "report.plots.quantities": ["plot_quantities"],
        "report.style": ["use_house_style"],
        "report.notebooks": ["run_batch", "run_notebook", "run_report"],
        "report.pages": ["show_comparison", "show_evidence", "show_table", "write_document_pages"],
    },
)
