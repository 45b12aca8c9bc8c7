"""AlignedText: the way back survives any sequence of edits and any mixture of damage."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egovlib.documents import read_text
from egovlib.extract.quantities import find_quantities
from egovlib.text.alignment import AlignedText
from egovlib.text.repairs import repair

LETTERS = st.text(st.sampled_from("甲乙丙123. \n，。"), max_size=30)


@st.composite
def edited(draw):
    """A text after up to six rounds of deletions, insertions and replacements."""
    aligned = AlignedText.of(draw(st.text(st.sampled_from("甲乙丙123. \n，。"), min_size=1, max_size=40)))
    for _ in range(draw(st.integers(0, 6))):
        length = len(aligned.text)
        if not length:
            break
        places = sorted(draw(st.lists(st.integers(0, length), max_size=6)))
        pairs = zip(places[::2], places[1::2], strict=False)
        aligned = aligned.edit([(a, b, draw(st.text("戊己9", max_size=4))) for a, b in pairs])
    return aligned


@given(edited())
def test_places_never_decrease_and_stay_inside(aligned):
    if aligned.origin is None:
        assert aligned.text == aligned.raw
        return
    assert len(aligned.origin) == len(aligned.text)
    assert (aligned.origin[1:] >= aligned.origin[:-1]).all()
    assert ((aligned.origin >= 0) & (aligned.origin < len(aligned.raw))).all()


@given(edited())
def test_a_character_that_no_edit_touched_stands_at_its_place(aligned):
    for i, character in enumerate(aligned.text):
        if character not in "戊己9":
            start, _ = aligned.span(i, i + 1)
            assert aligned.raw[start] == character


@given(edited(), st.data())
def test_a_span_holds_the_spans_inside_it(aligned, data):
    if len(aligned.text) < 2:
        return
    end = data.draw(st.integers(2, len(aligned.text)))
    start, middle = sorted(data.draw(st.sets(st.integers(0, end - 1), min_size=2, max_size=2)))
    outer, inner = aligned.span(start, end), aligned.span(middle, end)
    assert outer[0] <= inner[0]
    assert outer[1] == inner[1]


@given(edited(), st.data())
def test_text_span_is_the_way_back(aligned, data):
    """From the text to raw and back again covers at least where it began."""
    if not aligned.text:
        return
    start = data.draw(st.integers(0, len(aligned.text) - 1))
    first, last = aligned.text_span(*aligned.span(start, start + 1))
    assert first <= start < last


@given(LETTERS)
def test_replacing_needs_the_same_length(text):
    aligned = AlignedText.of(text)
    assert aligned.replace(text) is aligned
    with pytest.raises(ValueError, match="lose the way back"):
        aligned.replace(text + "甲")


def test_edits_must_be_in_order():
    with pytest.raises(ValueError, match="overlaps"):
        AlignedText.of("甲乙丙").edit([(1, 2, ""), (0, 1, "")])


def test_nothing_can_be_cited_outside():
    with pytest.raises(ValueError, match="not inside"):
        AlignedText.of("甲乙").span(1, 3)


# --- mixtures of damage --------------------------------------------------------------------------

SENTENCES = (
    "截至2013年底，全市网上可办的事项有226项。",
    "平台注册用户突破520万户，比上年增长12.5%。",
    "内网横向连到52个部门，纵向通到119个县区。",
    "全年受理申请121111件，办结率达到99.6%。",
    "到2015年，核心业务信息化的比例要超过85%。",
    "热线每天接听约3000次，回访满意率为97.3%。",
    "财政安排建设资金1.41亿元，撬动社会投资近3亿元。",
    "市里召开会议，部署了下一步的重点工作。",
)

DAMAGE = {
    "mark": lambda text: "\ufeff" + text,
    "windows": lambda text: text.replace("\n", "\r\n"),
    "escapes": lambda text: "<U+00A0>&nbsp;" + text.replace("，", "，&nbsp;", 2),
    "width": lambda text: text.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)}),
    "debris": lambda text: "下载文档\n12页\n" + text + "\n— 3 —\n",
    "spaces": lambda text: re.sub(r"(\d)(?=\d)", r"\1 ", text),
    "percent": lambda text: text.replace("%", " %"),
    "point": lambda text: re.sub(r"(?<=\d)\.(?=\d)", ". ", text),
    "wraps": lambda text: "\n".join(text[i : i + 27] for i in range(0, len(text), 27)),
    "marks": lambda text: "".join(text[i : i + 90] + f"{i // 90 + 2}、" for i in range(0, len(text), 90)),
    "points": lambda text: text.replace("，", ".").replace("。", ".").replace("%", ""),
    "breaks": lambda text: text.replace("。", "\n"),
}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=40),
    st.lists(st.sampled_from(sorted(DAMAGE)), max_size=4),
)
def test_every_quantity_of_a_damaged_text_is_cited_to_the_character(sentences, kinds):
    text = "".join(sentences)
    for kind in kinds:
        text = DAMAGE[kind](text)
    document = read_text(text)
    assert document.raw == text
    for row in find_quantities(document).itertuples():
        assert document.raw[row.start : row.end] == row.surface
    for sentence in document.sentences:
        assert 0 <= sentence.start < sentence.end <= len(text)


@pytest.mark.parametrize(
    "kind",
    [
        "mark",
        "windows",
        "escapes",
        "width",
        "debris",
        "spaces",
        "percent",
        "point",
        "wraps",
        "breaks",
    ],
)
def test_damage_costs_no_quantity(kind):
    """What a repair mends is found as in the clean text, with the same values."""
    text = "".join(SENTENCES * 4)
    clean, damaged = (find_quantities(read_text(t)) for t in (text, DAMAGE[kind](text)))
    assert damaged["value"].tolist() == clean["value"].tolist()


def test_repairing_costs_less_than_a_quarter_of_extraction():
    """Medians of five runs over one long text; the ratio is about a tenth where nothing else runs."""
    text = "\n".join("".join(SENTENCES) for _ in range(400))
    repair(text)
    document = read_text(text)
    find_quantities(read_text(text[:2000]))

    def median(job):
        times = []
        for _ in range(5):
            start = time.perf_counter()
            job()
            times.append(time.perf_counter() - start)
        return sorted(times)[2]

    extraction = median(lambda: find_quantities(document))
    assert median(lambda: repair(text)) < 0.25 * extraction
