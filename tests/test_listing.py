"""The list of files on disk: what `list_files` lists, in its order, without holding it."""

import os
import sys
import tracemalloc

import pytest

from egovlib.documents import EMBEDDED, list_files
from egovlib.extract.batches import extract_files
from egovlib.extract.listing import Listing


def listed(paths, place, batch=3):
    with Listing(place / "list", batch) as listing:
        failures = listing.add(paths)
        batches = [listing[number] for number in range(len(listing))]
    assert not (place / "list").exists()
    return batches, failures


@pytest.fixture
def folder(tmp_path):
    """Names that sort otherwise as texts than as paths, ids that are taken, and files that are no documents."""
    corpus = tmp_path / "corpus"
    for name in (
        "a/b.txt", "a.txt", "a b.txt", "a-1/c.txt", "a/Z.txt", "规划/一.txt", "规划（二）.txt", "规划.md",
        "again/b.txt", "again/规划.html", "readme.md", "notes.xyz", "\U00020000.txt", "文件.TXT",
    ):  # fmt: skip
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("热线接诉即办。", encoding="utf-8")
    if sys.platform == "linux":  # a name in another encoding, which is no Unicode
        (corpus / os.fsdecode("计划".encode("gb18030") + b".txt")).write_text("热线", encoding="utf-8")
    (corpus / "out.txt").symlink_to(tmp_path / "elsewhere.txt")
    (corpus / "register.csv").write_text(
        "doc,file,year\nbee,b.txt,2015\nlost,lost.txt,\nbad,a b.txt,next\n", encoding="utf-8"
    )
    return corpus


def test_it_lists_what_a_corpus_lists_in_its_order(folder, tmp_path):
    for paths in ([folder], [folder / "a", folder, folder / "missing"], [folder / "a.txt", EMBEDDED]):
        batches, failures = listed(paths, tmp_path)
        files, lost = list_files(paths)
        assert [file for batch in batches for file in batch] == files
        assert failures == lost
        assert {len(batch) for batch in batches[:-1]} <= {3}


def test_what_is_listed_is_sorted_and_each_id_stands_once(folder):
    files, failures = list_files([folder])
    paths = [file.path for file in files]
    assert paths == sorted(paths)
    assert len({file.doc for file in files}) == len(files) >= 9
    assert [file.known for file in files if file.doc == "bee"] == [{"year": 2015}]
    problems = "\n".join(problem for _, problem in failures)
    for told in ("'b.txt' would be document 'bee'", "symbolic link out of", "'lost.txt' is not in", "'next'"):
        assert told in problems
    assert not {"register", "notes", "readme"} & {file.doc for file in files}


def test_a_link_to_a_folder_is_not_followed_and_a_link_inside_is_read(tmp_path):
    corpus = tmp_path / "corpus"
    (corpus / "deep").mkdir(parents=True)
    (corpus / "deep" / "a.txt").write_text("热线", encoding="utf-8")
    (corpus / "b.txt").symlink_to(corpus / "deep" / "a.txt")
    (corpus / "round").symlink_to(corpus)
    files, failures = list_files([corpus])
    assert ([file.doc for file in files], failures) == (["b", "a"], [])


def test_two_addresses_of_one_id_are_told(tmp_path):
    fsspec = pytest.importorskip("fsspec")
    store = fsspec.filesystem("memory")
    for year in (2019, 2020):
        store.pipe(f"/twice/{year}/plan.txt", "热线".encode())
    batches, failures = listed(["memory://twice"], tmp_path)
    assert [file.source for batch in batches for file in batch] == ["memory:///twice/2019/plan.txt"]
    assert [source for source, _ in failures] == ["memory:///twice/2020/plan.txt"]
    assert "would be document 'plan', as 'memory:///twice/2019/plan.txt' already is" in failures[0][1]


def test_memory_does_not_grow_with_the_files(tmp_path):
    """Python's own memory: a list of files took under 1,000 bytes for each, the database takes none of it."""

    def peak(count):
        corpus = tmp_path / str(count)
        corpus.mkdir(exist_ok=True)
        for number in range(count):
            (corpus / f"规划_{number:05d}.txt").touch()
        tracemalloc.start()
        with Listing(tmp_path / "list", 100) as listing:
            listing.add([corpus])
            assert sum(len(listing[number]) for number in range(len(listing))) == count
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(200)  # what is loaded once
    # the least of three: threads that other tests left may allocate meanwhile
    few, many = (min(peak(count) for _ in range(3)) for count in (500, 3000))
    assert many - few < 2500 * 40


def test_a_list_that_a_killed_run_left_is_made_anew(tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("热线接诉即办。", encoding="utf-8")
    output = tmp_path / "out"
    output.mkdir()
    (output / ".files.sqlite").write_bytes(b"half a list")
    assert extract_files([corpus], output).rows["documents"] == 1
    assert not (output / ".files.sqlite").exists()


def test_a_path_that_is_missing_leaves_no_list(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no corpus"):
        extract_files([tmp_path / "missing"], tmp_path / "out")
    assert not (tmp_path / "out" / ".files.sqlite").exists()


def test_a_batch_that_is_not_there_is_an_index_error(tmp_path):
    with Listing(tmp_path / "list", 2) as listing, pytest.raises(IndexError):
        listing[0]
