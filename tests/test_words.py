"""The segmenters: frozen, private, whole terms, and places that hold."""

import pytest

from egovlib.documents import read_corpus
from egovlib.text import words as module
from egovlib.text.words import (
    SEGMENTERS,
    codebook_terms,
    find_words,
    segmentation,
    share_cut_otherwise,
    words,
)

SENTENCE = "加快建设政务外网，2015年底前网上办理率达到85%以上，推进5G和IPv6。"


PACKAGES = {"icu": "icu4py", "rjieba": "rjieba"}


@pytest.fixture(params=SEGMENTERS)
def name(request):
    if request.param in PACKAGES:
        pytest.importorskip(PACKAGES[request.param])
    return request.param


def test_pieces_are_the_text(name):
    assert "".join(words(SENTENCE, name)) == SENTENCE


def test_places_hold(name):
    found = list(find_words(SENTENCE, name))
    assert found
    assert all(SENTENCE[word.start : word.end] == word.word for word in found)


def test_every_codebook_term_is_whole_or_listed(name):
    known = segmentation(name)
    cut = {term for term in codebook_terms() if words(term, name) != [term]}
    assert cut == set(known.broken)
    assert len(cut) < len(codebook_terms()) / 100


def test_terms_come_from_every_kind_of_codebook_file():
    assert {"政务外网", "网上办理率", "十三五"} <= codebook_terms()
    assert not any(mark in term for term in codebook_terms() for mark in "|&/~!")


def test_tokenizer_is_frozen_and_not_jiebas_own():
    before = words("推进甲乙丙丁平台")
    import jieba  # once words.py has imported it: its sources warn

    jieba.add_word("甲乙丙丁")
    assert words("推进甲乙丙丁平台") == before
    tokenizer = next(cell.cell_contents for cell in segmentation().cut.__closure__)
    with pytest.raises(TypeError):
        tokenizer.add_word("甲乙丙丁")


def test_hash_tells_dictionaries_apart(monkeypatch):
    first = segmentation.__wrapped__("jieba").sha256
    assert first == segmentation("jieba").sha256
    monkeypatch.setattr(module, "codebook_terms", lambda: {"甲乙丙丁"})
    assert segmentation.__wrapped__("jieba").sha256 != first


def test_unknown_segmenter_is_refused():
    with pytest.raises(ValueError, match=r"'pkuseg' is not known; choose jieba or icu or rjieba\."):
        segmentation("pkuseg")


@pytest.mark.parametrize(
    ("segmenter", "module", "extra"), [("icu", "icu4py.breakers", "wording"), ("rjieba", "rjieba", "fast")]
)
def test_absent_segmenter_is_one_sentence(monkeypatch, segmenter, module, extra):
    monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(ValueError, match=rf"'{segmenter}' needs .* pip install 'egovlib\[{extra}\]'"):
        segmentation.__wrapped__(segmenter)


def test_share_cut_otherwise_counts_pieces_of_the_reference(monkeypatch):
    cuts = {"one": ["甲乙", "丙", "丁"], "other": ["甲乙", "丙丁"]}
    monkeypatch.setattr(module, "words", lambda text, name: cuts[name])
    assert share_cut_otherwise("甲乙丙丁", "other", "one") == pytest.approx(2 / 3)
    assert share_cut_otherwise("甲乙丙丁", "one", "other") == pytest.approx(1 / 2)


def test_fast_segmenter_cuts_nearly_as_jieba():
    pytest.importorskip("rjieba")
    assert share_cut_otherwise("\n".join(document.text for document in read_corpus()), "rjieba") < 0.004


def test_joined_words_are_made_of_pieces():
    pytest.importorskip("icu4py")
    apart = [word.word for word in find_words("推进税务改革", "icu")]
    joined = [word.word for word in find_words("推进税务改革", "icu", frozenset({"税务改革"}))]
    assert "税务改革" not in apart
    assert joined == ["推进", "税务改革"]
