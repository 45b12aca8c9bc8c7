"""Files of every form, whole and damaged: what is read, where it stands, and what is said when it cannot be."""

from __future__ import annotations

import io
import re
import time
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egovlib.text import formats, office
from egovlib.text.formats import decode, read_raw
from egovlib.text.markup import strip_markup

SHARED = Path(__file__).parents[2] / "shared" / "corpus"
TEXT = "某市电子政务发展规划\n到2015年，行政许可事项网上办理率达到６０％以上，覆盖１２個區縣。\n" * 3


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def problem(path: Path) -> str:
    """The one sentence that a file is refused with."""
    with pytest.raises((ValueError, OSError)) as refused:
        read_raw(path)
    said = str(refused.value)
    assert "\n" not in said
    assert said.endswith(".")
    assert path.name[:20] in said
    return said


# --- text and its encodings ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    reading = read_raw(write(tmp_path, "规划.txt", TEXT.encode(encoding)))
    assert reading.aligned.raw.lstrip("\ufeff") == TEXT
    assert reading.notes == ()


def test_big5_is_told_from_gb18030() -> None:
    traditional = "電子政務發展規劃，推進信息資源開發利用，加強網絡與信息安全保障體系建設。" * 3
    assert decode(traditional.encode("big5")).text == traditional


def test_a_file_is_kept_to_the_character(tmp_path: Path) -> None:
    published = "\ufeff一、总则\r\n二、目标\r三、措施\n"
    assert read_raw(write(tmp_path, "a.md", published)).aligned.raw == published


def test_two_encodings_in_one_file_are_read_line_by_line_and_noted() -> None:
    head, line = (
        "来源：某网站，上传时间二〇一五年三月，编号一二三四五六\n" * 4,
        "全市建成政务服务中心十二个，事项全部进驻。\n",
    )
    decoded = decode(head.encode() + line.encode("gb18030") + head.encode())
    assert decoded.text == head + line + head
    assert decoded.notes == (("mixed_encoding", 1),)


def test_a_text_cut_inside_a_character_is_read_and_the_loss_noted() -> None:
    decoded = decode(TEXT.encode()[:-2])
    assert decoded.text[:-1] == TEXT[:-2]
    assert decoded.notes == (("undecodable", 1),)


def test_a_gb18030_file_with_a_broken_byte_is_read_and_the_loss_noted() -> None:
    data = bytearray((TEXT * 20).encode("gb18030"))
    data[1000:1001] = b"\xff"
    decoded = decode(bytes(data))
    assert decoded.encoding == "gb18030"
    assert decoded.notes[0][0] == "undecodable"
    assert decoded.text.count("\ufffd") <= 2


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"", "empty"),
        ("b.txt", b" \r\n\t", "empty"),
        ("c.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not text"),
        ("d.txt", b"%PDF-1.7 ...", "rename it to end in .pdf"),
        ("e.txt", b"PK\x03\x04" + b"\0" * 40, "rename it to end in .docx"),
        ("f.xlsx", b"PK\x03\x04", "save it as one of them"),
        ("g", b"text", "nameless"),
        ("h.pdf", b"<html>not found</html>", "no pdf file"),
        ("i.docx", b"plain words", "no docx file"),
        ("j.html", b"<html><body><script>x()</script></body></html>", "holds no text"),
    ],
)
def test_what_is_no_document_is_refused_in_one_sentence(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    assert said in problem(write(tmp_path, name, data))


def test_a_text_of_500_megabytes_is_refused_at_once_with_the_limit_named(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(500 * 2**20)
    began = time.perf_counter()
    assert "67,108,864 (64 MB)" in problem(path)
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("name", ["常宁市 “十三五” 规划 (终稿).txt", "a" * 230 + ".txt", "规" * 80 + ".txt"])
def test_odd_and_long_names_are_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / ("很 长 的 目 录 " * 4)
    folder.mkdir()
    assert read_raw(write(folder, name, TEXT)).aligned.raw == TEXT


def test_a_name_that_no_file_system_holds_is_one_sentence(tmp_path: Path) -> None:
    assert "cannot be opened" in problem(tmp_path / ("规" * 300 + ".txt"))


def test_a_file_without_rights_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "locked.txt", TEXT)

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "may not be read" in problem(path)


# --- web pages ----------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html><head><title>某市关于印发数字政府方案的通知-某市政府网</title><style>p{}</style></head>
<body><div id="top"><ul><li><a href="/">首页</a></li><li><a href="/x">政务公开</a></li></ul></div>
<div class="path">当前位置：<a href="/">首页</a> &gt; <a href="/x">文件</a></div>
<h1>某市关于印发数字政府方案的通知</h1><div>浏览次数：<script>count()</script></div>
<div id="zoom"><p>各区县：</p><p>到2025年，网上办理率达<span>9</span><b>5</b>&#37;，<br>
  建成&nbsp;12&nbsp;个平台。</p>
<table><tr><th>指标</th><th>目标</th><th></th><th>单位</th></tr><tr><td><p>办理率</p></td><td>95</td><td></td><td>%</td></tr>
</table><p style="display: none">隐藏</p><p>某市人民政府</p><p>2021年3月1日</p>
<p><a href="/1">附件下载一</a> <a href="/2">附件下载二</a></p></div>
<div id="foot"><a href="/s">网站地图</a> | <a href="/c">联系我们</a> 备案号0001</div></body></html>"""


def test_a_page_gives_its_main_text_with_rows_for_its_table() -> None:
    aligned, _ = strip_markup(PAGE)
    assert aligned.text == (
        "某市关于印发数字政府方案的通知\n各区县：\n到2025年，网上办理率达95%，\n建成 12 个平台。\n"
        "指标\t目标\t\t单位\n办理率\t95\t\t%\n某市人民政府\n2021年3月1日"
    )


def test_places_in_a_pages_text_are_places_in_its_source() -> None:
    aligned, _ = strip_markup(PAGE)
    assert aligned.raw == PAGE
    start = aligned.text.index("95%")
    assert PAGE[slice(*aligned.span(start, start + 2))] == "9</span><b>5"
    start = aligned.text.index("12 个")
    assert PAGE[slice(*aligned.span(start, start + 4))] == "12&nbsp;个"


@pytest.mark.parametrize("label", ["gb2312", "GBK", "gb18030"])
def test_a_page_says_its_encoding(tmp_path: Path, label: str) -> None:
    page = f'<meta http-equiv="Content-Type" content="text/html; charset={label}"><p>冃标明确，镕基讲话。</p>'
    reading = read_raw(write(tmp_path, "page.htm", page.encode("gb18030")))
    assert reading.aligned.text == "冃标明确，镕基讲话。"


def test_a_source_without_tags_stays_as_it_is() -> None:
    assert strip_markup("一、目标\n二、措施")[0].text.replace("\n", "") == "一、目标二、措施"


def test_pages_that_word_made_are_passed_through() -> None:
    page = "<![if !supportLists]><p>一、目标</p><![endif]><![foo bar><o:p></o:p><p>二、措施<!-- x --></p>"
    assert strip_markup(page)[0].text == "一、目标\n二、措施"


TAGS = [
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<a href='x'>",
    "</a>",
    "<br>",
]
ODD = [
    "&amp;",
    "&#12345;",
    "&nbsp",
    "&bogus;",
    "<",
    ">",
    "<!--",
    "-->",
    "<![x",
    "<script>",
    "</script>",
    "\n",
    " ",
    "\t",
]
WORDS = ["网上办理率达95%。", "12", "个", "首页", "The plan", "\u3000"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*TAGS, *ODD, *WORDS]), max_size=40))
def test_any_page_keeps_its_way_back(parts: Sequence[str]) -> None:
    source = "".join(parts)
    aligned, _ = strip_markup(source)
    assert aligned.raw == source
    if aligned.origin is not None:
        assert len(aligned.origin) == len(aligned.text)
        assert (aligned.origin[1:] >= aligned.origin[:-1]).all()
    for i, character in enumerate(aligned.text):
        start, _ = aligned.span(i, i + 1)
        if character not in "\n\t " and source[start] != "&":
            assert source[start] == character


# --- Word ---------------------------------------------------------------------------------------

BOX = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    "<mc:AlternateContent>{}</mc:AlternateContent></w:r>"
)
CONTENT = "<w:txbxContent><w:p><w:r><w:t>专栏一</w:t></w:r></w:p></w:txbxContent>"


def word(*blocks: str | list[list[str]], box: bool = False) -> bytes:
    import docx
    from docx.oxml import parse_xml

    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            paragraph = document.add_paragraph(block)
            continue
        table = document.add_table(len(block), len(block[0]))
        for row, cells in zip(table.rows, block, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    if box:
        choice = f"<mc:Choice Requires='wps'>{CONTENT}</mc:Choice><mc:Fallback>{CONTENT}</mc:Fallback>"
        paragraph._p.append(parse_xml(BOX.format(choice)))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def package(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return file.getvalue()


def test_paragraphs_and_tables_come_in_order(tmp_path: Path) -> None:
    data = word("一、目标", "到2025年", [["指标", "目标"], ["办理率", "95%"]], "二、措施")
    reading = read_raw(write(tmp_path, "a.docx", data))
    assert reading.aligned.raw == "一、目标\n到2025年\n指标\t目标\n办理率\t95%\n二、措施"
    assert reading.encoding == "docx"


def test_text_boxes_are_read_once(tmp_path: Path) -> None:
    assert read_raw(write(tmp_path, "a.docx", word("正文", box=True))).aligned.raw == "正文\n专栏一"


def test_merged_cells_are_said_once(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    table = document.add_table(1, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "合计"
    table.cell(0, 2).text = "29"
    file = io.BytesIO()
    document.save(file)
    assert read_raw(write(tmp_path, "a.docx", file.getvalue())).aligned.raw == "合计\t29"


DECLARATION = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (word("正文")[:-200], "truncated or damaged"),
        (word("正文")[:600], "truncated or damaged"),
        (package(mimetype=b"x"), "no Word document"),
        (package(word__document_xml=DECLARATION), "declares a document type"),
        (package(word__document_xml=DECLARATION.decode().encode("utf-16")), "declares a document type"),
        (package(word__document_xml=b"<not xml"), "damaged docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (word(" "), "holds no text"),
    ],
    ids=["cut", "cut short", "other zip", "entities", "entities in UTF-16", "no xml", "encrypted", "empty"],
)
def test_bad_word_files_are_refused(tmp_path: Path, data: bytes, said: str) -> None:
    assert said in problem(write(tmp_path, "bad.docx", data))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "UNPACKED", 2**20)
    data = package(word__document_xml=b"<w/>", bomb=b"\0" * 2**24)
    assert "at most 1,048,576" in problem(write(tmp_path, "bomb.docx", data))


def program(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for LibreOffice on the path."""
    file = folder / "soffice"
    file.write_text("#!/bin/sh\n" + script)
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def test_doc_files_are_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    converted = write(tmp_path, "ready.docx", word("一、目标"))
    # --outdir is followed by the folder
    program(
        tmp_path,
        f'while [ "$1" != --outdir ]; do shift; done; cp "{converted}" "$2/document.docx"',
        monkeypatch,
    )
    assert read_raw(write(tmp_path, "旧 文件.doc", OLE)).aligned.raw == "一、目标"


@pytest.mark.parametrize(
    ("script", "said"), [("exit 1", "could not convert"), ("sleep 5", "within 1 seconds")]
)
def test_a_conversion_that_fails_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    monkeypatch.setattr(office, "CONVERSION_SECONDS", 1)
    program(tmp_path, script, monkeypatch)
    assert said in problem(write(tmp_path, "old.doc", OLE))


def test_without_libreoffice_the_mend_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "install LibreOffice" in problem(write(tmp_path, "old.doc", OLE))


def test_word_files_are_read_under_either_name(tmp_path: Path) -> None:
    assert read_raw(write(tmp_path, "new.doc", word("正文"))).encoding == "docx"
    assert read_raw(write(tmp_path, "page.doc", "<html><p>正文</p></html>")).aligned.text == "正文"


# --- PDF ----------------------------------------------------------------------------------------


def pdf(*pages: Sequence[tuple[int, int, str]], trailer: str = "", extra: bytes = b"") -> bytes:
    """A PDF whose pages say (x, y, text) in Helvetica."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for page in pages:
        shown = "".join(f"BT /F1 12 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in page).encode()
        packed = zlib.compress(shown)
        objects.append(
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
        )
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    objects += [extra] if extra else []
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer\n"
    end += f"<< /Size {len(places) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + end.encode()


FULL = "the city has built a platform for government services with"


def paged(number: int) -> list[tuple[int, int, str]]:
    lines = ["Report on digital government", FULL, f"{number}00 kinds of service.", f"- {number} -"]
    return [(72, 780, lines[0]), (72, 700, lines[1]), (72, 680, lines[2]), (290, 40, lines[3])]


def test_heads_feet_and_broken_lines_of_a_pdf_are_undone(tmp_path: Path) -> None:
    reading = read_raw(write(tmp_path, "a.pdf", pdf(*(paged(number) for number in range(1, 5)))))
    assert dict(reading.notes) == {"running_heads": 8, "broken_lines": 4}
    assert reading.aligned.text.split("\n")[:2] == [f"{FULL}{n}00 kinds of service." for n in (1, 2)]
    assert reading.aligned.raw.startswith("Report on digital government\n")


def test_a_pdf_of_pictures_says_so(tmp_path: Path) -> None:
    assert "no text layer" in problem(write(tmp_path, "scan.pdf", pdf([], [])))


def test_pages_without_text_are_noted(tmp_path: Path) -> None:
    reading = read_raw(write(tmp_path, "a.pdf", pdf(paged(1), [])))
    assert reading.notes == (("broken_lines", 1), ("pages_without_text", 1))


KEYS = f"/O <{'a1' * 32}> /U <{'b2' * 32}>"
ENCRYPTION = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 {KEYS} >> /ID [<{'c3' * 16}> <{'c3' * 16}>]"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pdf(paged(1))[:300], "damaged PDF"),
        (b"%PDF-1.4\n" + b"\xff" * 500, "damaged PDF"),
        (pdf(paged(1), trailer=ENCRYPTION), "encrypted"),
    ],
    ids=["cut", "rubbish", "encrypted"],
)
def test_bad_pdfs_are_refused(tmp_path: Path, data: bytes, said: str) -> None:
    assert said in problem(write(tmp_path, "bad.pdf", data))


def test_limits_of_a_pdf_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "PAGES", 1)
    assert "2 pages; at most 1" in problem(write(tmp_path, "long.pdf", pdf(paged(1), paged(2))))
    monkeypatch.setattr(office, "UNPACKED", 2**20)
    stream = zlib.compress(b" " * 2**23)
    bomb = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream)
    assert "unpack to more than 1,048,576" in problem(write(tmp_path, "bomb.pdf", pdf(paged(1), extra=bomb)))


# --- real files ---------------------------------------------------------------------------------


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_real_docx_files_are_their_paragraphs() -> None:
    import docx

    for path in sorted((SHARED / "province_work_reports_2025_docx").glob("*.docx"))[::6]:
        paragraphs = docx.Document(str(path)).paragraphs
        assert read_raw(path).aligned.raw == "\n".join(paragraph.text for paragraph in paragraphs)


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_real_pages_without_navigation_lose_nothing_and_the_other_loses_it() -> None:
    for path in sorted((SHARED / "web_pages").glob("*.html")):
        source = path.read_text(encoding="utf-8")
        text = re.sub(r"\s|&nbsp;", "", strip_markup(source)[0].text)
        whole = re.sub(r"\s|&nbsp;", "", re.sub(r"(?s)<!--.*?-->|<script.*?</script>|<[^>]*>", "", source))
        if path.stem == "lishui_detail":
            assert "首页" not in text
            assert "打印" not in text
            assert text.endswith("合计29")
        else:
            assert len(text) >= 0.99 * len(whole), path.name


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_the_real_pdf_loses_its_page_numbers_and_keeps_its_tables_as_rows() -> None:
    reading = read_raw(SHARED / "disclosure_reports_pdf" / "huaian_2024.pdf")
    assert dict(reading.notes)["running_heads"] == 6
    assert not re.search(r"- ?\d ?-", reading.aligned.text)
    assert "\n行政许可\t447228" in reading.aligned.text


def test_the_forms_are_declared() -> None:
    assert formats.SUFFIXES == (".txt", ".md", ".html", ".htm", ".docx", ".doc", ".pdf")
