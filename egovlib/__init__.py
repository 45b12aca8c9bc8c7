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
        "analyse.quality.coded": [
            "machine_codings",
            "measure_review",
            "merge_codings",
            "read_key",
            "read_sheets",
        ],
        "analyse.comparisons": ["compare_periods", "compare_regions"],
        "analyse.groups": ["compare_groups"],
        "analyse.statistics.regression": ["regress_shares"],
        "analyse.quality.evaluation": ["evaluate"],
        "analyse.index.audit": ["audit"],
        "analyse.quality.codebooks": ["check_codebook"],
        "analyse.quality.matching": ["evaluate_matching"],
        "analyse.panel": ["conflicts", "coverage", "panel", "per_population"],
        "analyse.index.published": ["read_panel"],
        "analyse.plans": ["evaluate_plans"],
        "analyse.index.pmc": ["pmc"],
        "analyse.index.points": ["add_bonus"],
        "analyse.index.robustness": ["robustness", "trace_region"],
        "analyse.networks": ["build_network"],
        "analyse.reuse": ["find_reuse", "measure_reuse"],
        "analyse.revisions": ["compare_versions", "count_revisions"],
        "analyse.triples": ["cross_agencies"],
        "analyse.scores": ["score_regions"],
        "analyse.systems": ["arrange_systems", "trace_systems"],
        "analyse.quality.systems_evaluation": ["evaluate_systems"],
        "analyse.index.trees": ["read_tree"],
        "analyse.collocations": ["find_collocations"],
        "analyse.concordance": ["find_concordance"],
        "analyse.topics": ["find_topics"],
        "analyse.vocabulary": ["count_words"],
        "analyse.quality.review": ["draw_units"],
        "analyse.quality.reliability": ["measure_reliability"],
        "analyse.wording": ["compare_words"],
        "documents": ["Corpus", "Document", "read_corpus", "read_document", "read_text"],
        "extract.explanations": ["explain_quantity"],
        "extract.indicators": ["match_indicators"],
        "extract.outcomes": ["list_corrections"],
        "extract.quantities": ["find_quantities"],
        "extract.systems": ["find_systems"],
        "extract.system_catalogue": ["system_names"],
        "extract.themes": ["code_themes", "find_evidence"],
        "report.index_conclusions": ["write_index_conclusion"],
        "report.conclusions": ["write_conclusion"],
        "report.exports": ["export_package"],
        "report.figures": ["save_figure"],
        "report.publication": ["save_table"],
        "report.redraw": ["redraw_figure"],
        "report.plots.documents": ["name_documents", "plot_corpus"],
        "report.plots.heatmaps": ["plot_heatmap"],
        "report.plots.indicators": ["plot_coverage", "plot_indicator"],
        "report.plots.maps": ["plot_region_map", "plot_tile_map"],
        "report.plots.multiples": ["plot_small_multiples"],
        "report.plots.networks": ["plot_network"],
        "report.plots.periods": ["plot_comparison", "plot_shares"],
        "report.plans": ["show_plans", "write_plans_conclusion"],
        "report.plots.plans": ["plot_plans"],
        "report.plots.quantities": ["plot_quantities"],
        "report.plots.scores": ["plot_pmc_surface", "plot_rank_trace", "plot_ranks", "plot_sobol"],
        "report.plots.regions": ["plot_groups"],
        "report.plots.slopes": ["plot_slopes"],
        "report.plots.systems": ["plot_lives", "plot_systems"],
        "report.plots.words": ["chosen_words", "plot_dispersion", "plot_keyness"],
        "report.networks": ["show_edges", "show_triples", "write_network", "write_network_conclusion"],
        "report.side_by_side": [
            "show_reuse",
            "show_revision",
            "write_reuse_conclusion",
            "write_versions_page",
        ],
        "report.wording": ["show_concordance", "show_topics", "show_words", "write_wording_conclusion"],
        "report.sheets": ["write_sheets"],
        "report.plots.themes": ["plot_reliability"],
        "report.system_conclusions": ["write_systems_conclusion"],
        "report.style": ["use_house_style"],
        "report.notebooks": ["run_batch", "run_notebook", "run_report"],
        "report.document_page": ["write_document_pages"],
        "report.evidence": ["show_comparison", "show_evidence"],
        "report.links": ["sentence_link"],
        "report.markdown": ["show_conclusion"],
        "report.tables_html": ["show_table"],
        "report.views": ["show_corpus", "show_document", "show_groups", "show_scores"],
    },
)
