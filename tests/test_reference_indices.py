"""Index and plan formulas against published and independently computed values, item by item."""

import json

import pytest
import reference_indices

FILE = reference_indices.FILE
ITEMS = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else []
MISSING = "../shared/reference/indices.json is not here: no reference values to compare with"
NOT_COMPUTED = {"epi_published"}
"""Published figures of another index, put beside the expected values for information."""
SLACKER = {"weights4": "abs4", "standardised": "standardised_abs"}
"""Keys that an item compares to a tolerance of their own."""


def differences(found, expected, tolerance, path=""):
    """Every place where `found` is not `expected`, in words."""
    if isinstance(expected, dict):
        lines = []
        for key in expected.keys() - NOT_COMPUTED:
            own = tolerance.get(SLACKER.get(key))
            allowed = tolerance if own is None else {"abs": own}
            lines += differences(found.get(key), expected[key], allowed, f"{path}/{key}")
        return lines
    if isinstance(expected, list):
        if not isinstance(found, list) or len(found) != len(expected):
            return [f"{path}: {found!r} has another length"]
        pairs = enumerate(zip(found, expected, strict=True))
        return [line for n, (a, b) in pairs for line in differences(a, b, tolerance, f"{path}[{n}]")]
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        near = isinstance(found, int | float) and found == pytest.approx(
            expected, abs=tolerance.get("abs") or 0, rel=tolerance.get("rel") or 0
        )
        return [] if near else [f"{path}: {found!r} is not {expected!r}"]
    return [] if found == expected else [f"{path}: {found!r} is not {expected!r}"]


@pytest.mark.skipif(not ITEMS, reason=MISSING)
@pytest.mark.parametrize("item", [i for i in ITEMS if i["expected"] is not None], ids=lambda item: item["id"])
def test_agrees(item):
    found = reference_indices.compute(item)
    assert found is not None, "not offered"
    wrong = differences(found, item["expected"], item["tolerance"])
    assert not wrong, "\n".join(wrong[:10])


@pytest.mark.skipif(not ITEMS, reason=MISSING)
@pytest.mark.parametrize("item", [i for i in ITEMS if i["expected"] is None], ids=lambda item: item["id"])
def test_is_offered(item):
    found = reference_indices.compute(item)
    assert found, "not offered"
    assert json.loads(json.dumps(found, allow_nan=False)) == found


@pytest.mark.skipif(not ITEMS, reason=MISSING)
def test_entropy_takes_each_column_by_itself():
    """A much copied script normalises by the whole matrix and gets these weights; they are wrong."""
    wrong = (0.1082, 0.0308, 0.1703, 0.0334, 0.0662, 0.0121, 0.4979, 0.0261, 0.0551)
    item = next(item for item in ITEMS if item["id"] == "entropy-hospital-departments")
    weights = reference_indices.compute(item)["weights"]
    assert sum(weights) == pytest.approx(1)
    assert max(abs(a - b) for a, b in zip(weights, wrong, strict=True)) > 0.1
