"""Generated documents: what is put in comes out again, also through damage."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egovlib.documents import read_text
from egovlib.extract.quantities import read_quantities
from egovlib.testing import DAMAGE, ISSUERS, damage, generate_document

FIELDS = ("value", "unit", "approx", "role", "status", "period")


def read(text):
    """The rows of a text as tuples of FIELDS, in order."""
    return [
        (c.reading.value, c.reading.unit, c.reading.approximator.approx, c.role, c.status, c.period)
        for c in read_quantities(read_text(text))
    ]


def recall(truth, rows):
    """The share of true rows that come out right in all fields, in order."""
    left = iter(rows)
    return sum(any(row == one for row in left) for one in truth) / len(truth)


def truth_of(made):
    return [tuple(getattr(one, field) for field in FIELDS) for one in made.truth]


def score(seeds, kinds, genre):
    """Right rows, true rows and rows found over several documents."""
    right = true = found = 0
    for seed in seeds:
        made = generate_document(seed, genre=genre)
        rows, truth = read(damage(made.text, kinds, seed)), truth_of(made)
        left = list(rows)
        for one in truth:
            if one in left:
                left.remove(one)
                right += 1
        true, found = true + len(truth), found + len(rows)
    return right, true, found


@pytest.mark.parametrize("genre", ["report", "plan"])
@pytest.mark.parametrize("kinds", [[], *([kind] for kind in DAMAGE), list(DAMAGE)], ids="+".join)
def test_what_was_put_in_comes_out_again(kinds, genre):
    right, true, found = score(range(20), kinds, genre)
    assert right / true >= 0.97
    assert right / found >= 0.97


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(["report", "plan"]))
def test_a_seed_makes_one_document_and_its_surfaces_stand_there(seed, genre):
    made = generate_document(seed, genre=genre, sentences=40)
    assert made == generate_document(seed, genre=genre, sentences=40)
    place = 0
    for one in made.truth:
        place = made.text.index(one.surface, place) + len(one.surface)


def test_an_issuer_writes_in_several_years():
    two = [generate_document(7, issuer=ISSUERS[0], year=year) for year in (2010, 2015)]
    assert [made.text[:8] for made in two] == [f"{ISSUERS[0]}2010年", f"{ISSUERS[0]}2015年"]


def test_an_unknown_damage_is_refused():
    with pytest.raises(ValueError, match="'rain' is no kind of damage; give some of width"):
        damage("", ["rain"], 1)
