"""Every item of ../shared/reference/textstats.json against what egovlib computes, to the item's tolerance."""

import math

import pytest
import reference_textstats
from conftest import SHARED
from reference_values import read_items

FILE = SHARED / "reference" / "textstats.json"
ITEMS = read_items(FILE) if FILE.exists() else []

pytestmark = pytest.mark.skipif(not ITEMS, reason="../shared/reference/textstats.json is not here")


def differences(ours, expected, item, name=None):
    """List where our result leaves the tolerance; a dict is compared by the measures that are expected."""
    if isinstance(expected, dict):
        return [d for key in expected for d in differences(ours[key], expected[key], item, key)]
    if isinstance(expected, list):
        if len(ours) != len(expected):
            return [f"{len(ours)} values for {len(expected)}"]
        return [
            d for one, other in zip(ours, expected, strict=True) for d in differences(one, other, item, name)
        ]
    if expected is None or isinstance(expected, str):
        return [] if ours == expected else [f"{name}: {ours} for {expected}"]
    tolerance = item["tolerance"]
    if isinstance(tolerance, dict):
        tolerance = tolerance.get(name, tolerance.get("*"))
    allowed = tolerance + item.get("rtol", 0) * abs(expected)
    return (
        [] if math.isclose(ours, expected, abs_tol=allowed, rel_tol=0) else [f"{name}: {ours} for {expected}"]
    )


@pytest.mark.parametrize("item", [i for i in ITEMS if i["expected"] is not None], ids=lambda item: item["id"])
def test_published_values(item):
    ours = reference_textstats.compute(item)
    assert ours is not None, f"no method for {item['check']}"
    assert differences(ours, item["expected"], item) == []


def shape(value):
    if isinstance(value, dict):
        return "dict"
    return "list" if isinstance(value, list) else "number"


@pytest.mark.parametrize("item", [i for i in ITEMS if i["expected"] is None], ids=lambda item: item["id"])
def test_items_checked_elsewhere_have_the_shape_of_their_like(item):
    ours = reference_textstats.compute(item)
    alike = {shape(i["expected"]) for i in ITEMS if i["check"] == item["check"] and i["expected"] is not None}
    if ours is None:  # undefined by definition, and the file says so
        assert item["kind"] == "definition"
    elif alike:
        assert shape(ours) in alike
        numbers = ours.values() if isinstance(ours, dict) else ours if isinstance(ours, list) else [ours]
        assert any(isinstance(x, int | float) and math.isfinite(x) for x in numbers)


def test_every_method_of_the_file_is_offered():
    assert {item["check"] for item in ITEMS} <= set(reference_textstats.CHECKS)
