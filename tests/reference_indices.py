"""Results of the reference items of indices.json, by the methods that egovlib offers.

`compute` takes an item and returns its result in the shape of `expected`. Items that are not met on their own
(the steps of the ASEM pipeline) are computed from the inputs of the item they name under "from".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from egovlib.analyse import progress
from egovlib.analyse.index import aggregate, coherence, normalise, pmc, sensitivity, treatment, weights
from egovlib.analyse.index.cells import Cells
from egovlib.analyse.index.composite import Layout, Recipe, build
from egovlib.analyse.index.presets import find_preset
from egovlib.analyse.index.trees import Tree, read_tree
from egovlib.analyse.scores import rank_scores

FILE = Path(__file__).resolve().parents[2] / "shared" / "reference" / "indices.json"
Inputs = Mapping[str, Any]
Result = Any


def compute(item: Mapping[str, Any]) -> Result | None:
    """Return the result of a reference item; None where egovlib offers no such method."""
    method = METHODS.get(item["id"]) or next(
        (method for start, method in FAMILIES.items() if item["id"].startswith(start)), None
    )
    return None if method is None else plain(method(item["inputs"]))


def plain(value: Any) -> Any:
    """Plain Python for JSON: arrays as lists, NaN as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def numbers(values: Any) -> np.ndarray:
    """Turn (nested) lists with null into an array with NaN."""
    return np.array(values, dtype=float)


# --- normalisation, treatment, aggregation ----------------------------------------------------------


def norm_basic(inputs: Inputs) -> Result:
    x = numbers(inputs["x"])
    return {
        "minmax_0_100": normalise.n_minmax(x),
        "minmax_1_100": normalise.n_minmax(x, low=1),
        "zscore_sd_ddof1": normalise.n_zscore(x),
        "zscore_mean10_sd2_ddof1": normalise.n_zscore(x, mean=10, sd=2),
        "dist2max": normalise.n_minmax(x, high=1),
        "dist2ref_index3": normalise.n_target(x, target=x[2], cap=False),
        "dist2ref_index3_capped": normalise.n_target(x, target=x[2]),
        "fraction_of_max": normalise.n_share_of_max(x),
        "percentile_rank_min": normalise.n_percentile(x),
        "rank_min_ascending": normalise.n_rank(x),
        "borda": normalise.n_borda(x),
    }


def norm_goalposts(inputs: Inputs) -> Result:
    x = numbers(inputs["x"])
    posts = {"lower": inputs["lower"], "upper": inputs["upper"], "scale": inputs["scale"]}
    return {
        "up_trunc": normalise.n_goalposts(x, **posts),
        "down_trunc": normalise.n_goalposts(x, direction=-1, **posts),
        "up_no_trunc": normalise.n_goalposts(x, cut=False, **posts),
    }


def norm_target(inputs: Inputs) -> Result:
    x, up, down = numbers(inputs["x"]), inputs["target_up"], inputs["target_down"]
    return {
        "up": normalise.n_target(x, target=up, cap=False),
        "up_capped_1": normalise.n_target(x, target=up),
        "down": normalise.n_target(x, target=down, direction=-1, cap=False),
        "down_capped_1": normalise.n_target(x, target=down, direction=-1),
    }


def treat_moments(inputs: Inputs) -> Result:
    x, xb = numbers(inputs["x"]), numbers(inputs["xb"])
    return {
        "skew_x": treatment.skewness(x),
        "kurt_x": treatment.kurtosis(x),
        "skew_xb": treatment.skewness(xb),
        "kurt_xb": treatment.kurtosis(xb),
    }


def treat_winsorise(inputs: Inputs) -> Result:
    x = numbers(inputs["x"])
    drawn = treatment.t_winsorise(x, points=inputs["winmax"])
    names = np.select([drawn < x, drawn > x], ["winhi", "winlo"], "").tolist()
    return {"x": drawn, "n_winsorised": sum(map(bool, names)), "treated": names}


def treat_log(inputs: Inputs) -> Result:
    logs = treatment.t_log(numbers(inputs["x"]))
    return {"log_CT = ln(x-min+0.01*(max-min))": logs, "log_CT_plus": logs}


def means(inputs: Inputs) -> Result:
    full, gap, w = numbers([inputs["v"]]), numbers([inputs["v_missing"]]), numbers(inputs["w"])
    return {
        "arithmetic": aggregate.a_arithmetic(full, w)[0],
        "geometric": aggregate.a_geometric(full, w)[0],
        "harmonic": aggregate.a_harmonic(full, w)[0],
        "power_p2": aggregate.a_power(full, w, power=2)[0],
        "power_p_minus1": aggregate.a_power(full, w, power=-1)[0],
        "arithmetic_missing": aggregate.a_arithmetic(gap, w)[0],
        "geometric_missing": aggregate.a_geometric(gap, w)[0],
        "harmonic_missing": aggregate.a_harmonic(gap, w)[0],
    }


def copeland(inputs: Inputs) -> Result:
    x, w = numbers(inputs["X"]), numbers(inputs["w"])
    share = aggregate.outranking(x, w)
    dominant, pairs = int((share == 1).sum()), len(x) * (len(x) - 1) / 2
    return {
        "outranking": share,
        "copeland": aggregate.a_copeland(x, w),
        "n_dominant_pairs": dominant,
        "fraction_dominant": dominant / pairs,
    }


def trend(inputs: Inputs) -> Result:
    known = [(t, y) for t, y in zip(inputs["t"], inputs["y"], strict=True) if y is not None]
    (t0, first), (t1, last) = known[0], known[-1]
    return {
        "CAGR": progress.growth_rate(first, last, t1 - t0),
        "prc_change_y2": progress.trend_per_period(inputs["y2"], inputs["t"]),
    }


# --- the ASEM index, step by step -------------------------------------------------------------------


@cache
def asem_inputs() -> Inputs:
    items = json.loads(FILE.read_text(encoding="utf-8"))
    return next(item["inputs"] for item in items if item["id"] == "asem-pipeline")


@cache
def asem_tree() -> Tree:
    rows = [row for row in asem_inputs()["meta"] if row["Type"] in {"Indicator", "Aggregate"}]
    parents = {row["Parent"] for row in rows}
    frame = pd.DataFrame(
        {
            "code": [row["iCode"] for row in rows],
            "parent": [row["Parent"] or "" for row in rows],
            "weight": [str(row["Weight"]) for row in rows],
            "total": ["parts" if row["iCode"] in parents else "" for row in rows],
            "direction": ["" if row["iCode"] in parents else str(row["Direction"]) for row in rows],
        }
    )
    return read_tree(frame)


@cache
def asem_imputed() -> Cells:
    """Values after denominators and group means, units in the order of their codes."""
    inputs, tree = asem_inputs(), asem_tree()
    order = np.argsort(inputs["units"], kind="stable")
    groups = np.array(inputs["group"])[order]
    denominators = {row["iCode"]: row["Denominator"] for row in inputs["meta"]}
    columns = []
    for code in tree.indicators:
        x = numbers(inputs["data"][code])[order]
        if denominators[code]:
            x = x / numbers(inputs["data"][denominators[code]])[order]
        columns.append(treatment.i_mean(x, groups=groups))
    values = np.column_stack(columns)
    return Cells(pd.DataFrame({"region": np.array(inputs["units"])[order]}), values, values, values)


def asem_treated(points: int = treatment.POINTS) -> np.ndarray:
    columns = [treatment.t_outliers(column, points=points) for column in asem_imputed().values.T]
    return np.column_stack(columns)


def asem_nodes() -> dict[str, np.ndarray]:
    layout = Layout(asem_tree())
    built = build(layout, asem_treated(), Recipe("minmax", "given", "arithmetic"))
    return dict(zip(layout.codes, built.nodes.T, strict=True))


def asem_pipeline(_: Inputs) -> Result:
    groups = asem_tree().groups
    nodes = asem_nodes()
    return {
        "units": asem_imputed().units["region"].tolist(),
        **{code: nodes[code] for code in reversed(groups)},
    }


def asem_ranks(_: Inputs) -> Result:
    ranks = rank_scores(asem_nodes()["Index"]).astype(int)
    return dict(zip(asem_imputed().units["region"], ranks, strict=True))


def asem_remove_one(_: Inputs) -> Result:
    tree, values = asem_tree(), asem_treated()
    recipe = Recipe("minmax", "given", "arithmetic")
    nominal = rank_scores(build(Layout(tree), values, recipe).scores)
    children = tree.children
    level3 = list(children[tree.root])

    def shift(code: str) -> float:
        rest = tree.without([code])
        kept = [tree.indicators.index(leaf) for leaf in rest.indicators]
        moved = np.abs(rank_scores(build(Layout(rest), values[:, kept], recipe).scores) - nominal)
        return float(moved.mean())

    level2 = [code for sub in level3 for code in children[sub]]
    return {
        "level2": {code: shift(code) for code in level2},
        "level3": {code: shift(code) for code in level3},
    }


def asem_exhaustive(_: Inputs) -> Result:
    layout = Layout(asem_tree())
    scalings: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "minmax": lambda x: normalise.n_minmax(x, low=1),
        "zscore": lambda x: normalise.n_zscore(x, mean=10, sd=2),
    }
    columns = {}
    for points in (1, 3, 5):
        values = asem_treated(points)
        for name, scale in scalings.items():
            for mean in ("arithmetic", "geometric"):
                index = build(layout, values, Recipe(scale, "given", mean)).scores
                columns[f"winmax{points}_{name}_{mean}"] = index
    return {"units": asem_imputed().units["region"].tolist(), **columns}


def asem_pca(inputs: Inputs) -> Result:
    nodes = asem_nodes()
    loadings = {}
    for members in inputs["groups"].values():
        found, _ = coherence.first_component(np.column_stack([nodes[code] for code in members]))
        loadings |= dict(zip(members, found, strict=True))
    return loadings


def asem_correlations(_: Inputs) -> Result:
    tree, nodes = asem_tree(), asem_nodes()
    level3 = tree.children[tree.root]
    matrix = coherence.correlations(np.column_stack([nodes[code] for code in ("Index", *level3)]))
    p2p = tree.below("P2P")
    raw = np.column_stack([numbers(asem_inputs()["data"][code]) for code in p2p])
    return {
        "cor": dict(zip(level3, matrix[0, 1:], strict=True)),
        "cronbach_P2P_normalised": coherence.cronbach_alpha(np.column_stack([nodes[code] for code in p2p])),
        "cronbach_P2P_raw": coherence.cronbach_alpha(raw),
    }


def asem_effective(_: Inputs) -> Result:
    return dict(asem_tree().effective_weights)


# --- sensitivity ------------------------------------------------------------------------------------


def sobol_fixed(inputs: Inputs) -> Result:
    steps = np.arange(1, inputs["N"] + 1)
    a = np.array([steps * 0.6180339887498949, steps * 0.7548776662466927]) % 1
    b = np.array([steps * 0.5698402909980532, steps * 0.4142135623730951]) % 1

    def f(x: np.ndarray) -> np.ndarray:
        return x[0] + 2 * x[1] ** 2 + x[0] * x[1]

    mixed = [f(np.array([b[k] if k == j else a[k] for k in (0, 1)])) for j in (0, 1)]
    first, total = sensitivity.sobol_shares(f(a), f(b), mixed)
    return {"S1": first, "ST": total}


def sobol_ishigami(_: Inputs) -> Result:
    def f(x: np.ndarray) -> np.ndarray:
        return (np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))[None]

    first, total = sensitivity.sobol_of(f, [(-np.pi, np.pi)] * 3, n=8192)
    return {"S1": first[0], "ST": total[0]}


# --- published indices ------------------------------------------------------------------------------


def egdi(preset: str) -> Callable[[Inputs], Result]:
    def method(inputs: Inputs) -> Result:
        recipe = find_preset(preset).recipe
        tree = read_tree(find_preset(preset).tree)
        values = np.column_stack([numbers(inputs[code]) for code in tree.indicators])
        index = build(Layout(tree), values, recipe).scores
        # published ranks see no differences below the precision of the published components
        digits = max(len(f"{value:g}".partition(".")[2]) for value in values.ravel())
        return {"egdi": index, "rank": rank_scores(index.round(digits)).astype(int)}

    return method


OECD_GUESTS = {"ARG", "BRA", "HRV", "PER", "ROU"}
"""Countries measured without being members of the OECD; the published ranks are those of the members."""


def oecd_dgi(inputs: Inputs) -> Result:
    tree = read_tree("oecd_dgi")
    values = np.column_stack([numbers(inputs[code]) for code in tree.indicators])
    index = build(Layout(tree), values, Recipe("none", "given", "arithmetic")).scores
    members = np.array([country not in OECD_GUESTS for country in inputs["country"]])
    return {"composite": index, "rank": rank_scores(np.where(members, index, np.nan))}


EU_NAMES = {
    "overall": "0. OVERALL SCORE",
    "user_centricity": "1. User centricity",
    "transparency": "2. Transparency",
    "key_enablers": "3. Key Enablers",
    "cross_border": "4. Cross-border services",
    "cross_border_enablers": "4.x cross-border key enablers",
    "online_availability": "1.1 Online availability",
    "mobile_friendliness": "1.2 Mobile friendliness",
    "user_support": "1.3 User support",
    "service_delivery": "2.1 Transparency of service delivery",
    "personal_data": "2.2 Transparency of personal data",
    "service_design": "2.3 Transparency of service design",
    "eid": "3.1 eID",
    "edocuments": "3.2 eDocuments",
    "prefilled_forms": "3.3 Pre-filled forms",
    "digital_post": "3.4 Digital Post",
    "cross_border_availability": "4.1 Cross-border online availability",
    "cross_border_support": "4.2 Cross-border user support",
    "cross_border_eid": "4.3 Cross-border eID",
    "cross_border_edocuments": "4.4 Cross-border eDocuments",
}


def eu_benchmark(inputs: Inputs) -> Result:
    tree = read_tree("eu_egov_benchmark")
    layout = Layout(tree)
    shown = [code for code in EU_NAMES if code in tree.children and code != "cross_border_enablers"]
    result = {}
    for country in inputs["countries"]:
        scores = inputs["scores"][country]
        values = np.column_stack([numbers(scores[EU_NAMES[code]]) for code in tree.indicators])
        nodes = build(layout, values, Recipe("none", "given", "arithmetic")).nodes
        result[country] = {EU_NAMES[code]: nodes[:, layout.codes.index(code)] for code in shown}
    return result


# --- weights, TOPSIS, AHP ---------------------------------------------------------------------------


def entropy_textbook(inputs: Inputs) -> Result:
    x = numbers(inputs["X"])
    w = weights.w_entropy_minmax(x)
    scores = x @ w
    return {
        "standardised": normalise.n_minmax(x, high=1),
        "weights": w,
        "scores": scores,
        "rank": rank_scores(scores).astype(int),
    }


def entropy_constant(inputs: Inputs) -> Result:
    x = numbers(inputs["X"])
    return {
        "weights_raw": weights.w_entropy_raw(x),
        "weights_minmax_constant_excluded": weights.w_entropy_minmax(x),
    }


def topsis(function: Callable[..., np.ndarray]) -> Callable[[Inputs], Result]:
    def method(inputs: Inputs) -> Result:
        closeness = function(numbers(inputs["X"]) * numbers(inputs["directions"]), inputs["weights"])
        return {"closeness": closeness, "rank": rank_scores(closeness).astype(int)}

    return method


def ahp_drinks(inputs: Inputs) -> Result:
    found = {name: weights.w_ahp(inputs["matrix"], random_index=name) for name in weights.RANDOM_INDEX}
    w = found["saaty_2008"].weights
    return {
        "weights": w,
        "weights4": w,
        "CR_saaty": found["saaty_2008"].ratio,
        "CR_donegan_dodd": found["donegan_dodd_1991"].ratio,
    }


def ahp_leader(inputs: Inputs) -> Result:
    criteria = weights.w_ahp(inputs["criteria_matrix"], random_index="saaty_2008")
    below = {name: weights.w_ahp(inputs[name], random_index="saaty_2008") for name in inputs["criteria"]}
    scores = criteria.weights @ np.array([below[name].weights for name in inputs["criteria"]])
    ranked = sorted(zip(inputs["alternatives"], scores, strict=True), key=lambda pair: -pair[1])
    early = {"criteria": inputs["criteria_matrix"], "experience": inputs["experience"]}
    return {
        "criteria_weights": criteria.weights,
        "experience_weights": below["experience"].weights,
        "scores": dict(ranked),
        "CR": {
            "criteria": criteria.ratio,
            **{name: below[name].ratio for name in ("experience", "education")},
        },
        "CR_saaty_1980": {name: weights.w_ahp(matrix).ratio for name, matrix in early.items()},
    }


def ahp_cities(inputs: Inputs) -> Result:
    upper, criteria, cities = inputs["upper"], inputs["criteria"], inputs["cities"]
    top = weights.w_ahp(weights.pair_matrix(criteria, upper["criteria"])).weights
    below = np.array([weights.w_ahp(weights.pair_matrix(cities, upper[name])).weights for name in criteria])
    return {"scores": dict(zip(cities, top @ below, strict=True))}


def ahp_single(inputs: Inputs) -> Result:
    found = weights.w_ahp(inputs["matrix"])
    return {"weights": found.weights, "CR": found.ratio}


def mpi(inputs: Inputs) -> Result:
    z = normalise.n_zscore(numbers(inputs["X"]), direction=inputs["directions"], mean=100, sd=10)
    return {"mpi_minus": aggregate.a_mpi(z), "mpi_plus": aggregate.a_mpi(z, penalty=1)}


def ampi(inputs: Inputs) -> Result:
    both = np.vstack(
        [
            np.column_stack([numbers(inputs[f"{name}_{year}"]) for name in ("employ", "energy")])
            for year in (2010, 2011)
        ]
    )
    scores = normalise.n_ampi(both, reference=inputs["gp"], direction=inputs["directions"])
    index = aggregate.a_ampi(scores, [1, 1]).round(3)
    half = len(index) // 2
    return {"ampi_2010": index[:half], "ampi_2011": index[half:]}


# --- policies and plans -----------------------------------------------------------------------------


def pie_surface(inputs: Inputs) -> Result:
    exact = float(np.mean(inputs["surface"]))
    band = pmc.find_band(exact, "estrada")
    bands = {"excellent": ">=0.90", "good": "0.70-0.89", "acceptable": "0.50-0.69"}
    bands |= {"non_satisfactory": "0.30-0.49", "poor": "<0.30"}
    name = f"{band['name_en']} ({bands[band['band']]})"
    return {"index": round(exact, 2), "index_exact": exact, "class": name}


def pmc_x1(inputs: Inputs) -> Result:
    return {"X1_scores": [pmc.main_variable(items) for items in zip(*inputs["X1"], strict=True)]}


def plan_progress(inputs: Inputs) -> Result:
    return {name: one_plan(**case) for name, case in inputs.items()}


def one_plan(
    baseline: float, current: float, target: float, t0: float, t: float, t_target: float, direction: int
) -> dict[str, Any]:
    done, gone = progress.linear_share(baseline, current, target), progress.time_share(t0, t, t_target)
    observed = progress.growth_rate(baseline, current, t - t0)
    needed = progress.growth_rate(baseline, target, t_target - t0)
    ratio = progress.statcan_ratio(baseline, current, target, start=t0, now=t, deadline=t_target)
    missing = progress.gap(current, target, direction)
    values = {
        "linear_share": done,
        "time_share": gone,
        "pace": progress.pace(done, gone),
        "gap": missing,
        "required_per_year": progress.required_per_year(current, target, t, t_target),
        "projected_linear": progress.projected_linear(baseline, current, t0, t, t_target),
        "cagr_observed": observed,
        "cagr_required": needed,
        "statcan_R": ratio,
        "statcan_score": None if ratio is None else progress.statcan_score(ratio),
        "statcan_status": None if ratio is None else progress.statcan_status(ratio, reached=missing <= 0),
        "projected_exponential": progress.projected_exponential(current, observed, t_target - t),
        "escap_csi": progress.status_index(baseline, current, target, direction),
    }
    return {name: value for name, value in values.items() if value is not None}


METHODS: dict[str, Callable[[Inputs], Result]] = {
    "norm-basic": norm_basic,
    "norm-goalposts": norm_goalposts,
    "norm-distance-to-target": norm_target,
    "treat-moments": treat_moments,
    "treat-winsorise": treat_winsorise,
    "treat-log": treat_log,
    "agg-means": means,
    "agg-copeland": copeland,
    "asem-pipeline": asem_pipeline,
    "asem-ranks": asem_ranks,
    "asem-remove-one": asem_remove_one,
    "asem-exhaustive-uncertainty": asem_exhaustive,
    "asem-pca-weights": asem_pca,
    "asem-correlations": asem_correlations,
    "asem-effective-weights": asem_effective,
    "trend": trend,
    "sobol-fixed-sample": sobol_fixed,
    "sobol-ishigami-analytic": sobol_ishigami,
    "oecd-dgi-2023": oecd_dgi,
    "eu-egov-benchmark-2022": eu_benchmark,
    "entropy-hospital-departments": entropy_textbook,
    "entropy-elsayed-2017": lambda inputs: {"weights": weights.w_entropy_raw(inputs["X"])},
    "entropy-skcriteria": lambda inputs: {"weights": weights.w_entropy_raw(inputs["X"])},
    "entropy-constant-columns": entropy_constant,
    "topsis-tzeng-huang-2011": topsis(aggregate.a_topsis_vector),
    "topsis-opricovic-tzeng-2004": topsis(aggregate.a_topsis_minmax),
    "topsis-skcriteria-raw": topsis(aggregate.a_topsis_raw),
    "ahp-drinks-saaty-2008": ahp_drinks,
    "ahp-leader": ahp_leader,
    "ahp-cities-saaty-2005": ahp_cities,
    "mpi": mpi,
    "ampi": ampi,
    "pie-surface-estrada": pie_surface,
    "pmc-x1-data-elements": pmc_x1,
    "plan-progress": plan_progress,
    "plan-progress-score-nodes": lambda inputs: {"score": [progress.statcan_score(r) for r in inputs["R"]]},
    "plan-threshold-near-limit": lambda inputs: {
        "C": [progress.threshold_factor(b, inputs["limit"], inputs["exponent"]) for b in inputs["baseline"]]
    },
}
FAMILIES: dict[str, Callable[[Inputs], Result]] = {
    "egdi-2010": egdi("un_egdi_2010"),
    "egdi-2012": egdi("un_egdi_2012"),
    "egdi-": egdi("un_egdi"),
    "critic-": lambda inputs: {"weights": weights.w_critic(inputs["X"], direction=inputs["directions"])},
    "ahp-": ahp_single,
}
"""Methods of several items that differ in their inputs only, by the beginning of their names."""
