"""Web pages: limits for unfriendly servers, and articles from ordinary ones.

Everything is served by this process on its own loopback address.
"""

from __future__ import annotations

import contextlib
import datetime
import gzip
import http.server
import json
import re
import socket
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import vnsum
from vnsum.cli import main
from vnsum.errors import FetchError, InputError, MissingExtraError
from vnsum.reading import article
from vnsum.reading.charsets import decode
from vnsum.reading.web import addresses, blocks, fetching, omissions, parsing, structure
from vnsum.reading.web.limits import Limits, is_url

trafilatura = pytest.importorskip("trafilatura")
lxml_html = pytest.importorskip("lxml.html")

PAGES = Path(__file__).parent / "pages"
PORTAL = (PAGES / "portal.html").read_text(encoding="utf-8")
HTML = "text/html; charset=utf-8"
MEGABYTE = 1_000_000

Handler = http.server.BaseHTTPRequestHandler
Answer = Callable[[Handler], None]


def send(
    handler: Handler, data: bytes, kind: str | None = HTML, status: int = 200, **headers: str
) -> None:
    handler.send_response(status)
    if kind is not None:
        handler.send_header("Content-Type", kind)
    headers.setdefault("Content_Length", str(len(data)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(data)


def redirect(place: str, status: int = 302) -> Answer:
    return lambda handler: send(handler, b"", status=status, Location=place)


def drip(handler: Handler) -> None:
    """Send a byte every tenth of a second, each in time for an ordinary time-out."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(300):
        handler.wfile.write(b"<")
        time.sleep(0.1)


def drip_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(300):
        handler.wfile.write(b"a")
        time.sleep(0.1)


def send_50_megabytes(handler: Handler) -> None:
    """A page without a length: it is known to be too large only while it is read."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>")
    piece = "<p>Sáng nay trời mưa rất to ở Huế.</p>".encode() * 1000
    for _ in range(50 * MEGABYTE // len(piece)):
        handler.wfile.write(piece)


def send_bomb(handler: Handler) -> None:
    data = gzip.compress(b"<html>" + bytes(50 * MEGABYTE))
    assert len(data) < MEGABYTE
    send(handler, data, Content_Encoding="gzip")


def send_cut_off(handler: Handler) -> None:
    send(handler, b"<html><body><p>half", Content_Length="1000")


def remember(handler: Handler) -> None:
    handler.server.asked.append(dict(handler.headers))
    send(handler, PORTAL.encode(), Set_Cookie="a=b")


def page(name: str) -> Answer:
    return lambda handler: send(handler, (PAGES / f"{name}.html").read_bytes())


ANSWERS: dict[str, Answer] = {
    "/portal.html": page("portal"),
    "/daily.html": page("daily"),
    "/live.html": page("live"),
    "/amp.html": page("amp"),
    "/empty.html": page("empty"),
    "/gzip": lambda h: send(h, gzip.compress(PORTAL.encode()), Content_Encoding="gzip"),
    "/plain": lambda h: send(h, "Nước lên nhanh.".encode(), "text/plain"),
    "/no-type": lambda h: send(h, PORTAL.encode(), None),
    "/moved": redirect("/portal.html", 301),
    "/b%C3%A0i?t%E1%BB%AB=kh%C3%B3a": redirect("portal.html", 308),
    "/circle": redirect("/circle2"),
    "/circle2": redirect("/circle"),
    "/to-file": redirect("file:///etc/passwd"),
    "/remember": remember,
    "/drip": drip,
    "/drip-headers": drip_headers,
    "/large": send_50_megabytes,
    "/large-told": lambda h: send(h, b"", Content_Length=str(50 * MEGABYTE)),
    "/bomb": send_bomb,
    "/cut": send_cut_off,
    "/cut-gzip": lambda h: send(h, gzip.compress(b"<html>")[:-9], Content_Encoding="gzip"),
    "/brotli": lambda h: send(h, b"x", Content_Encoding="br"),
    "/pdf": lambda h: send(h, b"%PDF-1.7", "application/pdf"),
    "/error": lambda h: send(h, b"<html>", status=503),
    "/garbage": lambda h: h.wfile.write(b"SSH-2.0-OpenSSH\r\n"),
}


class LocalHandler(Handler):
    def do_GET(self) -> None:  # noqa: N802
        if self.path.startswith("/step"):
            answer = redirect(f"/step{int(self.path[5:]) + 1}")
        else:
            answer = ANSWERS.get(self.path, lambda h: send(h, b"", status=404))
        # The reader may have had enough, which is what many of these tests are about.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            answer(self)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    local = http.server.ThreadingHTTPServer(("127.0.0.1", 0), LocalHandler)
    local.daemon_threads = True
    local.asked = []
    thread = threading.Thread(target=local.serve_forever, daemon=True)
    thread.start()
    yield local
    local.shutdown()
    local.server_close()


@pytest.fixture
def base(server, monkeypatch) -> str:
    for switch in ("VNSUM_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(switch)
    return f"http://127.0.0.1:{server.server_address[1]}"


def read(url: str, **options: object) -> vnsum.Article:
    return vnsum.read(url, allow_private=True, **{"timeout": 300, **options})


# Articles ------------------------------------------------------------------------------------


def test_a_page_of_a_portal_is_its_article_and_nothing_else(base):
    found = read(f"{base}/portal.html")
    assert found.title == "Chợ nổi mở lại sau ba tháng nước lớn"
    assert found.published == datetime.date(2026, 1, 9)
    assert (found.source, found.author) == ("Báo Vidu", "Lan Anh")
    assert found.url == f"{base}/portal.html"
    lines = [line for line in found.text.split("\n") if line]
    assert lines[0] == found.title
    assert lines[1].startswith("Cần Thơ - Sáng 9/1, hơn 120 ghe")
    assert len(lines) == 6
    for foreign in ("Xem thêm", "Giá vàng", "bản quyền", "không phải bài", "ăn bún một bữa"):
        assert foreign not in found.text
    document = vnsum.segment(found)
    assert (document.title, document.published) == (found.title, found.published)


@pytest.mark.parametrize(
    ("name", "published", "author", "first", "last"),
    [
        ("daily", (2026, 2, 14), "Hoàng Phúc", "Bốn tuyến xe buýt điện sẽ", "hay không."),
        ("live", (2026, 7, 20), None, "Bão số 2 vào bờ sáng", "đổ nhiều cây xanh."),
        ("amp", (2026, 3, 5), "Thu Hà", "Các nhà xuất bản cho biết", "mỗi ngày cuối tuần."),
    ],
)
def test_other_shapes_of_pages(base, name, published, author, first, last):
    found = read(f"{base}/{name}.html")
    assert found.published == datetime.date(*published)
    assert found.author == author
    assert found.title is not None
    lines = [line for line in found.text.split("\n") if line]
    assert lines[1].startswith(first)
    assert lines[-1].endswith(last)
    assert found.text.count(lines[1]) == 1


LEAD = "Sáng 9/1, hơn 120 ghe của các hộ buôn bán đã trở lại khu chợ nổi."
BODY = "".join(
    f"<p>Câu thứ {number} của bài viết này kể về khu chợ nổi, về khách và về những người bán.</p>"
    for number in ("nhất", "hai", "ba", "tư", "năm", "sáu")
)


# The pages of five newspapers tell the same story: source, the lines between lead and last
# paragraph, and kinds of boilerplate other than markup.
CROWD = "Từ 6 giờ sáng, hàng trăm người dân"
SEASON = "Theo ban quản lý dự án, mùa khô"
NEWSPAPERS = {
    "vnexpress": (
        "vnexpress.net",
        [CROWD, "## Vì sao cầu xong sớm", SEASON, "## Giá vé qua cầu", "Trong sáu tháng đầu",
         "| Loại xe | Giá vé |", "| Xe con | 25.000 |", "| Xe tải | 60.000 |", "» Ba cây cầu"],
        ["headline", "dateline", "heading", "heading", "related", "author"],
    ),
    "tuoitre": (
        "TTO",
        [CROWD, "## Mùa khô giúp thợ cầu", SEASON, "## Chuyện bên lề", "Ông Sáu lái đò"],
        ["headline", "dateline", "heading", "heading"],
    ),
    "thanhnien": (
        "thanhnien.vn",
        [CROWD, "## Ba việc còn lại", "1. Trồng cây", "2. Gắn đèn", "3. Mở bãi đỗ", SEASON,
         "» Ba cây cầu"],
        ["headline", "heading", "related"],
    ),
    "dantri": (
        "Dân trí",
        [CROWD, "## Đi qua cầu cần biết", "- Xe máy", "- Tốc độ", SEASON, '"Tôi chờ cây cầu'],
        ["headline", "dateline", "heading"],
    ),
    "vietnamnet": (
        "VietNamNet News",
        [CROWD, "## Giá vé qua cầu", "| Xe con | 25.000 đồng |", "| Xe tải | 60.000 đồng |", SEASON,
         "» Ba cây cầu"],
        ["headline", "heading", "related"],
    ),
}  # fmt: skip


def read_body(body, head=""):
    return article.read_html(f"<html><head>{head}</head><body>{body}</body></html>")


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ('<figure><img src="a.jpg"><figcaption>Ghe ở chợ</figcaption></figure>', "1 picture"),
        ('<figure><img src="a.jpg"></figure><figure><img src="b.jpg"></figure>', "2 pictures"),
        ('<iframe src="https://example.org"></iframe>', "1 video"),
        ('<div class="related"><table><tr><td>Giá vàng</td></tr></table></div>', "1 table"),
        ('<div class="newsletter">Nhận tin qua thư</div>', "1 inset"),
        ("<table><tr><td>Sáng</td><td>Toán</td></tr></table>", ""),
        ("<script>tai();</script><div class='ads'></div>", ""),
    ],
)
def test_parts_that_are_left_out_are_a_finding(part, what):
    page = read_body(f"<h1>Chợ nổi</h1><article>{BODY}{part}{BODY}</article>")
    found = [finding.message for finding in page.findings]
    assert found == (
        [f"Parts of the web page were left out of the article: {what}."] if what else []
    )


@pytest.mark.parametrize("name", NEWSPAPERS)
def test_pages_of_five_newspapers(name):
    source, middle, kinds = NEWSPAPERS[name]
    found = article.read_html((PAGES / f"{name}.html").read_text(encoding="utf-8"))
    assert found.title == "Cầu Hậu Mới thông xe sớm ba tháng"
    assert found.published == datetime.date(2026, 2, 3)
    assert found.source == source
    assert found.author.title() == "Lê Bình"
    assert [p.kind for p in found.boilerplate if p.kind != "markup"] == kinds
    lines = [line for line in found.text.split("\n") if line]
    if lines[-1] == "Lê Bình":
        lines.pop()
    assert lines[0] == found.title
    assert lines[1].endswith("Cây cầu dài hai cây số đón những chiếc xe đầu tiên sáng nay, "
                             "sớm hơn kế hoạch ba tháng.")  # fmt: skip
    assert lines[-1].startswith("Ban quản lý cho biết xe buýt")
    assert len(lines[2:-1]) == len(middle)
    for line, beginning in zip(lines[2:-1], middle, strict=True):
        assert line.startswith(beginning)


BLOCKS = st.lists(
    st.sampled_from(
        [
            "<p>{} là câu đầu của một đoạn văn dài viết cho trang này.</p>",
            "<h2>{} ở đầu mục</h2>",
            "<h4>{} ở mục nhỏ</h4>",
            "<ul><li>{} trong danh sách.</li><li>Việc thứ hai.</li></ul>",
            "<ol><li>{} được đánh số.</li></ol>",
            "<table><tr><th>{}</th><td>Ngữ văn</td></tr></table>",
            "<blockquote><p>{} được trích lại.</p></blockquote>",
            "<div>{} nằm ngoài đoạn.</div>",
            "<div><div><p>{} nằm sâu trong khung.</p></div></div>",
            "<pre>{} là mã</pre>",
            "{} đứng một mình<br>",
            "<dl><dt>{}</dt><dd>Nghĩa của từ.</dd></dl>",
        ]
    ),
    max_size=6,
)


@given(BLOCKS, st.from_regex(r"[a-z]{3,8}-(content|body|detail|zone|x)", fullmatch=True))
@settings(max_examples=40, deadline=None)
def test_no_block_of_an_article_is_lost(blocks, name):
    words = [f"Khối{index}" for index, _ in enumerate(blocks)]
    inner = "".join(block.format(word) for block, word in zip(blocks, words, strict=True))
    found = read_body(f"<h1>Chợ nổi</h1><div class='{name}'>{BODY}{inner}{BODY}</div>")
    assert re.findall(r"Khối\d+", found.text) == words
    assert found.text.count("Câu thứ nhất") == 2
    headings = [piece.text for piece in found.boilerplate if piece.kind == "heading"]
    assert len(headings) == inner.count("</h")


SENTENCES = [
    f"Câu {number} của bài này kể rằng nước sông Hậu dâng thêm {number} phân trong đêm qua."
    for number in range(1, 13)
]
PARAGRAPHS = [f"<p>{sentence}</p>" for sentence in SENTENCES]
FIRST, MANY, LAST = PARAGRAPHS[0], "".join(PARAGRAPHS[1:10]), "".join(PARAGRAPHS[10:])
TITLE = "<h1>Nước sông Hậu lên</h1>"
# Pages whose paragraphs are in several elements, or around an h1.
DIVIDED = {
    "parts": f"{TITLE}<div class=a>{FIRST}{MANY}</div><div class=ad>QC</div>"
    f"<div class=a>{LAST}</div>",
    "a short part first": f"{TITLE}<div class=a>{FIRST}</div><div class=ad></div>"
    f"<div class=a>{MANY}{LAST}</div>",
    "links in the text": f"{TITLE}<div class=a><p><a href=/a>{SENTENCES[0][:20]}</a>"
    f"{SENTENCES[0][20:]}</p></div><div class=a>{MANY}{LAST}</div>",
    "sections": f"{TITLE}<section>{FIRST}{MANY}</section><section><h2>Hai</h2>{LAST}</section>",
    "paragraphs after": f"{TITLE}<section>{FIRST}{MANY}</section>{LAST}",
    "paragraphs before": f"{TITLE}{FIRST}<div><div>{MANY}{LAST}</div></div>",
    "short paragraphs": f"{TITLE}<section>{FIRST}{MANY}</section><section><p>Hết lũ.</p></section>"
    f"<section>{LAST}</section>",
    "summary": f"{TITLE}<div class=entry-summary>{FIRST}</div><div>{MANY}{LAST}</div>",
    "header": f"<header>{TITLE}<p>{SENTENCES[0]}</p></header><section>{MANY}{LAST}</section>",
    "sentence as a heading": f"{TITLE}<h2 class=x>{SENTENCES[0]}</h2><div>{MANY}{LAST}</div>",
    "marked lead": f"{TITLE}<div class=sapo>{PARAGRAPHS[0]}{PARAGRAPHS[1]}</div>"
    f"<div>{''.join(PARAGRAPHS[2:])}</div>",
    "list": f"{TITLE}{FIRST}<ul>{MANY.replace('<p>', '<li><p>')}</ul>{LAST}",
    "headings of the first level": f"{FIRST}{MANY}<h1>Phần hai</h1>{LAST}",
    "several of the first level": f"{FIRST}<h1>Phần một</h1>{MANY}<h1>Phần hai</h1>{LAST}",
}


@pytest.mark.parametrize("name", DIVIDED)
@pytest.mark.parametrize("head", ["", "<title>Nước sông Hậu lên - Báo Vidu</title>"])
def test_no_paragraph_of_a_divided_article_is_lost(name, head):
    page = f"<article>{DIVIDED[name]}</article>"
    found = read_body(page, head).text
    assert [found.count(sentence) for sentence in SENTENCES] == [1] * len(SENTENCES)
    places = [found.index(sentence) for sentence in SENTENCES]
    assert places == sorted(places)
    assert ("Hết lũ." in found) == ("Hết lũ." in page)
    assert all(f"\n## {heading}\n" in found for heading in re.findall(r"<h1>(Phần \w+)", page))


@pytest.mark.parametrize("place", ["<div>{1}{0}</div>", "{0}<div>{1}</div>"])
def test_another_heading_is_no_headline_of_a_page_with_one(place):
    head = "<title>Nước sông Hậu - Báo Vidu</title>"
    own = f"<article><h1>Sông Hậu dâng cao</h1><div>{LEAD}</div><div>{MANY}</div></article>"
    found = read_body(place.format(own, "<h2>Nước sông Hậu</h2><p>Tin về con sông.</p>"), head)
    assert found == read_body(own, head)


@pytest.mark.parametrize(
    "body",
    [
        "{title}<div>{part}<div class=a>{text}</div></div>",
        "{title}<div><div class=a>{text}</div>{part}</div>",
        "<div>{title}{part}<div class=a>{text}</div></div>",
        "<div>{title}<div class=a>{text}</div>{part}</div>",
        "<div>{title}</div><div>{part}</div><div class=a>{text}</div>",
        "<div>{title}{part}<main>{text}</main></div>",
    ],
)
@pytest.mark.parametrize(
    "title", ["", TITLE, "<h2>Nước lên</h2>", "<div>Nước sông Hậu có lên nhanh không?</div>"]
)
@pytest.mark.parametrize(
    "part",
    [
        "<div class=update>{}</div>", "<div class=sapo>{}</div>", "<strong>{}</strong>", "{}",
        "<div>Theo <a href=/a>ông Lê Văn Tám ở Cần Thơ</a>, {}</div>", "<ul><li>{}</li></ul>",
        "<table><tr><td>{}</td></tr></table>", "<h2 class=lead>{}</h2>", "<section>{}</section>",
    ],
)  # fmt: skip
def test_text_beside_the_paragraphs_is_read_or_told(body, title, part):
    whole = part.format(SENTENCES[0])
    head = "<title>Nước sông Hậu có lên nhanh không? - Báo Vidu</title>"
    page = read_body(body.format(title=title, part=whole, text=MANY), head)
    told = [finding.message for finding in page.findings if "left out" in finding.message]
    assert (page.text.count(SENTENCES[0]), len(told)) in [(1, 0), (0, 1)]
    if told:
        assert re.search(r"1 (inset|table|other line)\b", told[0])
    assert all(sentence in page.text for sentence in SENTENCES[1:10])


@pytest.mark.parametrize("part", ["<div>Báo Vidu, số 12 phố Huế</div>", "<h3>Tin khác.vn</h3>"])
def test_lines_of_a_page_that_are_no_sentences_are_not_told(part):
    page = read_body(f"{TITLE}<div><div class=a>{FIRST}{MANY}</div>{part}</div>")
    assert not page.findings


@pytest.mark.parametrize("tag", ["h1", "h2"])
@pytest.mark.parametrize("head", ["", "<title>Nước sông Hậu lên</title>"])
def test_the_headline_of_a_later_article_is_none(tag, head):
    own = f"<article><h2>Nước sông Hậu lên</h2>{FIRST}{MANY}</article>"
    other = f"<article><{tag}>Giá vàng tăng mạnh</{tag}>{LAST}</article>"
    found = read_body(f"<main>{own}{other}</main>", head)
    assert [sentence in found.text for sentence in SENTENCES] == [True] * 10 + [False] * 2
    assert "2 other paragraphs" in found.findings[0].message


@pytest.mark.parametrize("title", ["{} - {site}", "{site} - {}", "{site} | {} | Tin"])
@pytest.mark.parametrize("site", ["Báo Vidu", "Cổng thông tin của thành phố ven sông"])
def test_the_name_of_a_site_is_no_headline(title, site):
    head = f"<title>{title.format('Nước sông Hậu lên', site=site)}</title>"
    other = "<div><p>Một cơn bão khác hình thành ở ngoài khơi trong đêm nay.</p></div>"
    body = f"<h1>{site}</h1>{other}<div>{TITLE}<div class=x>{FIRST}{MANY}</div></div>"
    body += f"<div><h1>{site}</h1></div>"
    found = read_body(f"<div>{body}</div>", head)
    assert found.text.startswith("Nước sông Hậu lên\n")
    assert "cơn bão" not in found.text


@pytest.mark.parametrize("tag", ["h2", "h3"])
@pytest.mark.parametrize(
    ("name", "text", "written"),
    [
        ("class=sapo", SENTENCES[0], "{}"), ("id=article_sapo", SENTENCES[0], "{}"),
        ("class=lead", SENTENCES[0], "{}"), ("class='post-excerpt'", SENTENCES[0], "{}"),
        ("class=description", SENTENCES[0], "{}"), ("itemprop=description", SENTENCES[0], "{}"),
        ("class=summary", SENTENCES[0], "{}"), ("class=summary", "Tóm tắt", "## {}"),
        ("id=description", "Mô tả", "## {}"), ("class=leading", SENTENCES[0], "## {}"),
    ],
)  # fmt: skip
def test_a_heading_that_is_named_as_a_lead_is_none(tag, name, text, written):
    page = read_body(f"<article>{TITLE}<{tag} {name}>{text}</{tag}>{MANY}</article>")
    assert page.text.split("\n")[2] == written.format(text)


@pytest.mark.parametrize(
    "form",
    [
        "<p><a id=p{}>{}</a></p>", "<p><a name=p{}>{}</p>",
        "<p><a name=p{}></a>{}</p>", "<div><a id=p{}>{}</a></div>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", "<a name=top>{}", "<div><a id=content>{}</div>"])
def test_an_anchor_without_an_address_is_no_link(form, around):
    sentences = [*SENTENCES, "Nước dâng từ năm <time>1998</time> đến <i>nay</i> ở bốn bến đò."]
    body = "".join(form.format(place, sentence) for place, sentence in enumerate(sentences))
    page = read_body(around.format(f"{TITLE}{body}"))
    lines = [*SENTENCES, "Nước dâng từ năm 1998 đến nay ở bốn bến đò."]
    assert [line for line in page.text.split("\n") if line][-len(lines) :] == lines
    assert not page.findings


@pytest.mark.parametrize("entry", ["<a>{}</a>", "<a href=/>{}</a>", "<a onclick='x()'>{}</a>"])
def test_an_entry_of_a_menu_is_a_link(entry):
    item = entry.format("Giá vàng tăng mạnh")
    page = read_body(f"<article>{TITLE}{MANY}<ul><li>{item}</li></ul>{LAST}</article>")
    assert "\n» Giá vàng" in page.text


@pytest.mark.parametrize(
    "name", ["box-ykien", "phan-hoi", "tac-gia-bai", "cookie-bar", "feedback", "item-cmt"]
)
def test_what_readers_write_is_not_of_the_article(name):
    box = f"<div class={name}><p>Tôi nghĩ phải đắp đê cao hơn, năm nào dân cũng khổ.</p></div>"
    found = read_body(f"<article>{TITLE}<div>{FIRST}{MANY}{box}</div></article>")
    assert "đắp đê" not in found.text
    assert "1 inset" in found.findings[0].message


@pytest.mark.parametrize(
    "part",
    [
        "<h2 id=lay-y-kien-nhan-dan>{}</h2>", "<h2 id=xu-ly-kien-nghi>{}</h2>",
        "<h3 id=comment-on-results>{}</h3>",
        "<section id=tac-gia-va-tac-pham><p>{}</p></section>",
        "<div class='elementor-widget elementor-widget-text-editor'><p>{}</p></div>",
    ],
)  # fmt: skip
def test_names_that_are_of_the_text(part):
    whole = part.format("Người dân đắp đê từ sáng sớm.")
    found = read_body(f"<article>{TITLE}<div>{FIRST}{whole}{MANY}</div></article>")
    assert "Người dân đắp đê" in found.text
    assert not found.findings


NAMES_OF_TEXT = [
    "image-text", "text-and-image", "has-image", "no-image", "photo_content", "widget widget_text",
    "hs_cos_wrapper_widget", "widget_sow-editor", "video-transcript", "commentary",
    "authority-response", "relatedness", "y-kien-chuyen-gia",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES_OF_TEXT)
@pytest.mark.parametrize(
    "around", ["<div class='{}'>{}</div>", "<div class='{}'><div>{}</div></div>", "<p class='{}'>"]
)
@pytest.mark.parametrize("count", [1, 2])
def test_paragraphs_of_sentences_are_text_whatever_their_name(name, around, count):
    own = "".join(PARAGRAPHS[10 : 10 + count])
    part = around.format(name, own) if "{}</" in around else own.replace("<p>", around.format(name))
    found = read_body(f"<article>{TITLE}<div>{FIRST}{part}{MANY}</div></article>")
    assert [sentence in found.text for sentence in SENTENCES] == [True] * (10 + count) + [False] * (
        2 - count
    )
    assert not found.findings


WIDGET = "<div class='row'><div class='span12 widget-type-rich_text'>{}</div></div>"
MISNAMED = {
    "every part": f"<div>{TITLE}{WIDGET.format(FIRST + MANY)}{WIDGET.format(LAST)}</div>",
    "around text": f"<div>{TITLE}<div class=a>{FIRST}<div class=photo-text>{MANY}</div>"
    f"{PARAGRAPHS[10]}<div class=text-video-wrap>{PARAGRAPHS[11]}</div></div></div>",
    "below a picture": f"<article>{TITLE}{FIRST}<div class='paragraph--type--image-text'>"
    f"<img src=a><div>{MANY}</div></div>{LAST}</article>",
}


@pytest.mark.parametrize("name", MISNAMED)
def test_no_part_of_an_article_is_lost_by_its_name(name):
    found = read_body(MISNAMED[name], "<title>Nước sông Hậu lên</title>").text
    assert [found.count(sentence) for sentence in SENTENCES] == [1] * len(SENTENCES)


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("<div class=photo><img src=a><p>{}</p></div>", "1 picture (1 sentence)"),
        ("<div class=photo><p>{}</p><img src=a></div>", "1 picture (1 sentence)"),
        ("<div class=image-list><img src=a><p>{0}</p><img src=b><p>{0}</p></div>",
         "1 picture (2 sentences)"),
        ("<table><tr><td><img src=a></td></tr><tr><td><p class=Image>{}</p></td></tr></table>",
         "1 picture, 1 inset (1 sentence)"),
        ("<div class=video><iframe src=a></iframe><h3>Lũ</h3><p>{}</p></div>",
         "1 video (1 sentence)"),
        ("<div class=social><p><a href=/x>Theo dõi</a> {}</p></div>", "1 inset (1 sentence)"),
        ("<div class=widget><h3>Bản tin</h3><p>{}</p></div>", "1 inset (1 sentence)"),
        ("<div class=newsletter><p>{0}</p><p>{0}</p></div>", "1 inset (2 sentences)"),
        ("<p class=caption>{}</p>", "1 inset (1 sentence)"),
    ],
)  # fmt: skip
def test_the_sentences_of_parts_that_are_left_out_are_counted(part, what):
    whole = part.format("Người dân đi thuyền qua phố cổ trong đêm.")
    found = read_body(f"<article>{TITLE}<div>{FIRST}{whole}{MANY}</div></article>")
    assert "Người dân đi thuyền" not in found.text
    message = f"Parts of the web page were left out of the article: {what}."
    assert [finding.message for finding in found.findings] == [message]


def test_a_named_part_beside_the_text_is_told_if_it_has_sentences():
    part = f"<div class=promo-text>{LAST}</div><div class=promo-links><a href=/x>Tin</a></div>"
    found = read_body(f"<article>{TITLE}<div class=x>{FIRST}{MANY}</div>{part}</article>")
    assert SENTENCES[10] not in found.text
    assert "1 inset (2 sentences)" in found.findings[0].message


EDIT = "<span class=mw-editsection>[<a href=/x>sửa</a> | <a href=/y>sửa mã nguồn</a>]</span>"
REFERENCES = "<li>^ Lê Bình (ngày 3 tháng 5 năm 2010). “Lũ”. Truy cập ngày 6 tháng 6 năm 2012.</li>"
WIKI = (
    "<div class=mw-body>{title}<div id=siteSub>Bách khoa toàn thư mở</div>"
    "<div class=mw-parser-output><div class=hatnote>Về nghĩa khác, xem trang <a>Lũ</a>.</div>"
    "<table class='infobox vcard'><tr><th>Thành lập</th><td>2 tháng 9 năm 1945</td></tr></table>"
    "{text}<div class=mw-heading><h2>Tham khảo</h2>{edit}</div>"
    "<div class=reflist><ol class=references>{references}</ol></div>"
    "<div class=navbox><table><tr><td>Các trận lũ</td><td>Năm 1945.</td></tr></table></div>"
    "</div></div>"
)


@pytest.mark.parametrize("count", [1, 90])
def test_references_and_links_of_a_wiki_are_not_of_the_article(count):
    mark = "<sup class=reference><a href=#c>[1]</a></sup></p>"
    text = f"{FIRST}<div class=mw-heading><h2>Lịch sử</h2>{EDIT}</div>{MANY}"
    table = f"<table class=wikitable><tr><td>Huế{mark[:-4]}</td><td>5 người</td></tr></table>"
    text = text.replace("</p>", mark) + table
    page = WIKI.format(title=TITLE, text=text, edit=EDIT, references=REFERENCES * count)
    found = read_body(page, "<title>Nước sông Hậu lên – Wikipedia tiếng Việt</title>")
    lines = [line for line in found.text.split("\n") if line]
    assert lines == [
        "Nước sông Hậu lên", SENTENCES[0], "## Lịch sử", *SENTENCES[1:10], "| Huế | 5 người |",
        "## Tham khảo",
    ]  # fmt: skip
    assert (found.published, found.source) == (None, "Wikipedia tiếng Việt")
    assert [finding.message for finding in found.findings] == [
        "Parts of the web page were left out of the article: "
        "2 tables, 2 insets, 2 edit links, 11 reference marks."
    ]
    plain = read_body(page.replace("mw-body", "body").replace("mw-parser-output", "text"))
    assert "Truy cập" in plain.text  # such names may mean anything on other pages


TEASER = "<div><h3><a href=/1>Tin khác</a></h3><p>Người dân đi thuyền qua phố trong đêm.</p></div>"


@pytest.mark.parametrize(
    ("page", "count"),
    [
        (f"<div>{TITLE}<div>{FIRST}{MANY}</div>{TEASER}{TEASER}</div>", 2),
        (f"<div>{TITLE}<div class=a>{FIRST}{MANY}</div><div class=b>{LAST}</div></div>", 2),
        (f"<div>{TITLE}<div>{FIRST}{MANY}</div><div>{LAST}</div></div>", 2),
        (f"<div>{TITLE}<div class=c-8>{FIRST}{MANY}</div><div class=c-4>{LAST}</div></div>", 2),
        (f"<div>{TITLE}<div class=a>{FIRST}{MANY}</div><div>{LAST}</div><p>©</p></div>", 2),
        (f"<main><article>{TITLE}{FIRST}{MANY}</article><article>{LAST}</article></main>", 2),
        (f"<main>{TITLE}<article>{FIRST}{MANY}</article><article>{LAST}</article></main>", 2),
        (f"<table><tr><td>{TITLE}{FIRST}{MANY}</td></tr><tr><td>{LAST}</td></tr></table>", 2),
        (f"<div><div><h1><a href=/>Nước</a></h1></div><div>{FIRST}{MANY}</div>{LAST}</div>", 2),
        (f"<div>{TITLE}<div>{FIRST}{MANY}</div><div><h1>Khác</h1>{LAST}</div></div>", 2),
        (f"{LAST}<h1>Nước sông Hậu lên</h1><div>{FIRST}{MANY}</div>", 2),
        (f"<div>{LAST}{TITLE}<div>{FIRST}{MANY}</div></div>", 2),
        (f"<div>{TITLE}<div>{FIRST}{MANY}</div></div><footer>{LAST}</footer>", 0),
    ],
)
def test_paragraphs_that_are_not_of_the_article_are_counted(page, count):
    found = read_body(page, "<title>Nước sông Hậu lên</title>")
    kept = [sentence for sentence in SENTENCES if sentence in found.text]
    assert kept == SENTENCES[:10]
    message = f"Parts of the web page were left out of the article: {count} other paragraphs."
    assert [finding.message for finding in found.findings] == ([message] if count else [])


OTHERS = {
    "comment": "<div class=comments><p class=comment-content>{}</p></div>",
    "footer": "<div class=footer><p>{}</p></div>",
    "notice": "<div id=cookie-notice><p>{}</p></div>",
    "author": "<div class=author-box><p>{}</p></div>",
    "unnamed": "<div><p>{}</p></div>",
}


@pytest.mark.parametrize("form", ["<div>{}</div>", "<li>{}</li>", "{}<br>"])
@pytest.mark.parametrize("place", ["{}{}", "{1}{0}"])
@pytest.mark.parametrize("name", OTHERS)
def test_one_paragraph_does_not_replace_an_article_without_paragraphs(name, place, form):
    own = "".join(map(form.format, SENTENCES[:6]))
    other = OTHERS[name].format("Trang này dùng các tệp nhỏ để ghi nhớ bạn. " * 6)
    body = place.format(f"<div class=main>{TITLE}<div>{own}</div></div>", other)
    found = read_body(body, "<title>Nước sông Hậu lên</title>")
    missing = [sentence for sentence in SENTENCES[:6] if sentence not in found.text]
    if (name, form) == ("unnamed", "<li>{}</li>"):  # trafilatura takes the other
        assert "6 other lines" in found.findings[0].message
    else:
        assert not missing


@pytest.mark.parametrize("name", ["video-detail", "author-text", "photo"])
def test_a_part_with_most_paragraphs_is_the_article_whatever_its_name(name):
    lead = f"<div>{SENTENCES[10]}</div>"
    comments = f"<div class=x><div>{'Tôi cũng nghĩ vậy, năm nào cũng khổ. ' * 40}</div></div>"
    found = read_body(f"{TITLE}{lead}<div class={name}>{FIRST}{MANY}</div>{comments}").text
    assert [sentence in found for sentence in SENTENCES[:10]] == [True] * 10


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("<div class=tab style='display:none'>{}</div>", "1 hidden part (2 sentences)"),
        ("<div class=more hidden>{}</div>", "1 hidden part (2 sentences)"),
        ("<div class=login style='display: none'>{}</div>", ""),
        ("<form hidden>{}</form>", ""),
        ("<div style='display:none'><p><a href=/x>Một bài khác của báo về lũ ở Huế</a></p></div>",
         ""),
    ],
)  # fmt: skip
def test_hidden_parts_beside_the_article_are_counted(part, what):
    page = f"<main>{TITLE}<div class=tab>{FIRST}{MANY}</div>{part.format(LAST)}</main>"
    found = [finding.message for finding in read_body(page).findings]
    assert found == (
        [f"Parts of the web page were left out of the article: {what}."] if what else []
    )


@pytest.mark.parametrize("end", ["thứ Năm.", "5/3.", "“Lũ lớn”.", "(Bộ Y tế).", "5%!", '"Lũ?"'])
def test_a_lead_that_is_left_out_is_counted_whatever_it_ends_with(end):
    lead = f"<div>Mức nước cao nhất trong hai mươi năm qua được ghi nhận vào {end}</div>"
    found = read_body(f"<article>{TITLE}{lead}<div class=x>{FIRST}{MANY}</div></article>")
    assert end in found.text or "1 inset" in found.findings[0].message


NUMBERED = [f"Đoạn {n}: nước sông Hậu lên nhanh trong đêm {n} tháng này." for n in range(700)]


def read_numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"Đoạn (\d+):", text)]


@pytest.mark.parametrize(
    "end",
    [
        "</body></html>", "</html>", "</HTML >\n<!-- x -->", "<p>Xem</p></body>",
        "<div></body></html></div>", "</html><html>", "</html/ x>",
    ],
)  # fmt: skip
def test_what_follows_the_end_of_a_page_is_read(end):
    parts = [f"<p>{line}</p>" for line in NUMBERED[:20]]
    body = f"{TITLE}{''.join(parts[:10])}{end}{''.join(parts[10:])}"
    found = article.read_html(f"<html><body><article>{body}</article></body></html>")
    assert read_numbers(found.text) == list(range(20))


@pytest.mark.parametrize(
    "unit",
    [
        "<p><font>{}", "<p><font>{}</p>", "<ul><li>{}", "<div>{}", "<br><font>{}", "<div><p>{}</p>",
        "<table><tr><td>{}</td><td>1</td>", "<table><tr><td><p>{}</p>", "<b>{}", "<dl><dd>{}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("count", [260, 700])
def test_elements_inside_of_each_other_are_read_or_told(unit, count):
    lines = NUMBERED[:count]
    page = f"<html><body>{TITLE}{''.join(map(unit.format, lines))}</body></html>"
    tree = parsing.parse(trafilatura, page)
    numbers = read_numbers(tree.tree.text_content())
    assert numbers == list(range(len(numbers)))
    assert tree.is_whole == (len(numbers) == count)
    found = article.read_html(page)
    if len(set(read_numbers(found.text))) < count:
        assert any("the rest" in f.message or " other " in f.message for f in found.findings)


@pytest.mark.parametrize("cells", ["<td>{}</td>", "<td>Giá</td><td>{}</td>"])
def test_text_in_cells_that_are_too_deep_is_read(cells):
    for depth in range(parsing.DEEPEST - 12, parsing.DEEPEST + 2):
        cell = cells.format("<b>Mít</b> thơm <i>Dừa <u>Nho</u></i> mới")
        page = f"<p>{NUMBERED[0] * 9}</p>{'<div>' * depth}<table><tr>{cell}</tr></table>"
        tree = parsing.parse(trafilatura, f"<html><body>{page}</body></html>").tree
        written = " ".join(blocks.write_blocks(structure.Structure(container=tree)))
        assert [*re.findall("Mít|thơm|Dừa|Nho|mới", written)] == [
            "Mít", "thơm", "Dừa", "Nho", "mới"
        ]  # fmt: skip


@pytest.mark.parametrize("depth", [200, 248, 249, 250, 300])
def test_lines_of_deep_paragraphs_stay_whole(depth):
    line = "Giá <b>nhà</b> ở khu {} tăng <i>5 phần trăm</i> so với năm trước và còn tăng."
    lines = "".join(f"<p>{line.format(number)}</p>" for number in range(12))
    page = f"<html><body><article>{'<div>' * depth}{lines}"
    assert [len(s.text.split()) for s in vnsum.segment(page).sentences] == [16] * 12


def test_a_page_that_is_too_deep_is_told():
    page = f"<html><body>{TITLE}<p>{NUMBERED[0] * 9}</p>{'<div>' * 3000}<p>Hết.</p></body></html>"
    assert [f.severity for f in article.read_html(page).findings] == ["warning"]


@pytest.mark.parametrize(
    "part", ['<img src="{}">', "<script>{}</script>", "<style>{}</style>", "<!--{}-->", "<p>{}</p>"]
)
def test_parts_of_any_size_are_parsed(part):
    page = f"<html><body>{part.format('a=1;' * 2_800_000)}<p>Hết.</p></body></html>"
    found = parsing.parse(trafilatura, page)
    assert found.is_whole
    assert found.tree.text_content().endswith("Hết.")


WITHOUT_PARAGRAPHS = {
    "items": "<ul>{}</ul>", "item": "<li>{}</li>", "divisions": "<div>{}</div>",
    "spans": "<div><span>{}</span></div>", "sections": "<section>{}</section>",
    "definitions": "<dl><dt>Mục</dt><dd>{}</dd></dl>", "list": "<h3>Mục</h3><ul><li>{}</li></ul>",
}  # fmt: skip
SHORT = ["Trời mưa to.", "Ba người chết.", "Giá xăng tăng 5%.", "Nước lên rồi!", "Ai cứu dân?"]


@given(
    st.lists(st.sampled_from(SENTENCES + SHORT), min_size=4, max_size=14),
    st.lists(st.sampled_from(sorted(WITHOUT_PARAGRAPHS.values())), min_size=14, max_size=14),
)
@example(SENTENCES[:3] + SHORT[:3] + SENTENCES[3:6], ["<h3>Mục</h3><ul><li>{}</li></ul>"] * 14)
@settings(max_examples=40, deadline=None)
def test_no_sentence_of_a_page_without_paragraphs_is_lost_silently(lines, around):
    body = "".join(outer.format(line) for outer, line in zip(around, lines, strict=False))
    try:
        found = read_body(f"<h1>Nước sông Hậu lên</h1><div>{body}</div>")
    except InputError:
        return  # which is not silent either
    missing = [line for line in set(lines) if line not in found.text]
    assert not missing or any(" other line" in finding.message for finding in found.findings)


@pytest.mark.parametrize(
    ("body", "text", "what"),
    [
        ("<ul><li>Trời mưa to.</li><li>Ba chết.</li></ul>", "- Ba chết.", "1 other line"),
        ("<div>Trời mưa to.<br>Ba người chết.</div>", "Một bài khác.", "2 other lines"),
        ("<div>Sáng nay trời mưa rất to ở Huế.</div>", "Sáng nay trời mưa rất to.", "1 other line"),
        ("<div>Sáng nay trời mưa rất to ở Huế.</div>", "Tin: sáng nay trời mưa to ở Huế.",
         "1 other line"),
        ("<table><tr><td>Giá</td><td>Tăng 5%.</td></tr></table>", "Giá: tăng", "1 other line"),
        ("<table><tr><td>Giá</td><td>Tăng 5%.</td></tr></table>", "Giá\tTăng 5%", ""),
        ("<div>Trời mưa to.</div>", "Trời  mưa\nto.", ""),
        ("<h1>Trời mưa to.</h1><div>Chia sẻ</div><nav>Về đầu trang.</nav>", "Bài.", ""),
        ("<div><a href=/x>Một bài khác của báo.</a></div><div class=footer>Hết.</div>", "Bài.", ""),
    ],
)  # fmt: skip
def test_lines_of_a_page_that_are_missing(body, text, what):
    tree = lxml_html.document_fromstring(f"<html><body>{body}</body></html>")
    assert omissions.describe_missing(tree, text) == what


BEGINNINGS = [
    "<h2>Diễn biến</h2>", "<ul><li>Nước lên nhanh</li><li>Dân đi thuyền</li></ul>",
    "<p><b>Diễn biến vụ lũ</b></p>", "Nước lên nhanh.<br>", "<p><a href=/x>Xem diễn biến</a></p>",
    "<table><tr><td>Sông</td><td>Mực nước</td></tr></table>", "<blockquote>Tôi sợ.</blockquote>",
]  # fmt: skip


@pytest.mark.parametrize("beginning", ["", *BEGINNINGS])
@pytest.mark.parametrize("name", ["lead", "description"])
def test_the_lead_of_another_article_is_not_taken(beginning, name):
    foreign = f"<p class={name}>Giá vàng sáng nay tăng thêm hai triệu đồng so với hôm qua.</p>"
    body = f"<article>{TITLE}<div>{beginning}{FIRST}{MANY}</div></article>"
    assert "Giá vàng" not in read_body(f"{body}<div class=related-posts>{foreign}</div>").text
    assert "Giá vàng" not in read_body(f"{TITLE}<div class=related>{foreign}</div>{body}").text


TABLE = (
    "<table><caption>Mực nước các sông</caption><tr><td>Hậu</td><td>3,5</td></tr>"
    "<tr><td>Tiền</td><td>4,1</td></tr></table>"
)


@pytest.mark.parametrize("around", ["{}", "<figure class=wp-block-table>{}</figure>"])
def test_tables_keep_their_captions(around):
    found = read_body(f"{TITLE}<div>{BODY}{around.format(TABLE)}{BODY}</div>")
    assert "\nMực nước các sông\n| Hậu | 3,5 |\n| Tiền | 4,1 |\n" in found.text
    assert not found.findings


@pytest.mark.parametrize(
    "layout",
    [
        "<table>{rows}</table>",
        "<table><tr><td><a href=/>Tin</a><br><a href=/a>Ảnh</a></td><td>{lines}</td></tr></table>",
        "<table><tbody><tr><td>Báo</td><td><table><tr><td>{lines}</td></tr></table></td></tr>"
        "</tbody><tfoot><tr><td>Bản quyền</td><td>2024</td></tr></tfoot></table>",
    ],
)
@pytest.mark.parametrize("data", ["", TABLE])
def test_cells_of_a_layout_are_not_rows_of_a_table(layout, data):
    parts = [*SENTENCES[:4], data, SENTENCES[4]]
    rows = "".join(f"<tr><td>{part}</td></tr>" for part in parts)
    lines = "<br><br>".join(parts)
    found = read_body(layout.format(rows=rows, lines=lines), "<title>Nước sông</title>")
    written = [line.strip() for line in found.text.split("\n")]
    assert [line for line in written if line in SENTENCES] == SENTENCES[:5]
    assert [line for line in written if line.startswith("|")] == (
        ["| Hậu | 3,5 |", "| Tiền | 4,1 |"] if data else []
    )


LONG = " ".join(SENTENCES[:7])


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("<tr><td>Sông</td><td>Ảnh</td><td>Mực nước</td></tr>"
         "<tr><td>Hậu</td><td><img src=x></td><td>3,5</td></tr>",
         ["| Sông | Ảnh | Mực nước |", "| Hậu |  | 3,5 |"]),
        ("<tr><th>Người bị nạn</th></tr><tr><td>Lê An, 45 tuổi</td></tr>",
         ["| Người bị nạn |", "| Lê An, 45 tuổi |"]),
        (f"<tr><th>Xã</th><th>Số hộ</th></tr><tr><td>A</td><td>{LONG}</td></tr>",
         ["| Xã | Số hộ |", f"| A | {LONG} |"]),
        ("<tr><td><img src=x></td></tr>", []),
        ("<tr><td><img src=x></td></tr><tr><td>Lũ ở Huế</td></tr>", []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["<div>{}</div>", "{}<br><br>"])
def test_tables_of_a_page_without_paragraphs_that_are_data(table, rows, form):
    lines = [*map(form.format, SENTENCES[:6])]
    lines.insert(3, f"<table>{table}</table>")
    found = read_body(f"{TITLE}<div>{''.join(lines)}</div>").text
    assert [line for line in found.split("\n") if line in SENTENCES] == SENTENCES[:6]
    written = [line.strip().replace("|  |", "| |") for line in found.split("\n")]
    assert all(row.replace("|  |", "| |") in written for row in rows)


@pytest.mark.parametrize(
    "table",
    [
        "<table align=left><tr><td><img src=x></td></tr></table>",
        "<table class=tr-caption-container><tr><td><img src=x></td></tr>"
        "<tr><td class=tr-caption>Nước ngập</td></tr></table>",
    ],
)
def test_a_sentence_after_the_table_of_a_picture_is_read(table):
    lines = [*SENTENCES[:3], f"{table}Giá rau ở chợ Huế tăng nhẹ so với hôm qua.", *SENTENCES[3:5]]
    found = read_body(f"{TITLE}<div id=content>{'<br><br>'.join(lines)}</div>").text
    assert "Giá rau ở chợ Huế tăng nhẹ so với hôm qua." in found.split("\n")
    assert ("Nước ngập" in found) == ("Nước ngập" in table)


@pytest.mark.parametrize(
    "page",
    [
        f"{BODY}<p>{{}} hết.</p>",
        f"{BODY}<table><tr><td>{{}}</td><td>hết.</td></tr></table>",
        f"{BODY}<div>{{}} hết.</div>".replace("<p>", "<div>").replace("</p>", "</div>"),
    ],
)
@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("năm 2019<sup>5</sup>, tăng", "năm 2019⁵, tăng"),
        ("năm 2019<sup><a href='#n5'>5</a></sup>", "năm 2019⁵"),
        ("tăng 7%<sup>1,2</sup> và", "tăng 7%¹,² và"),
        ("<sup>3</sup>He và 10<sup>6</sup> tế bào", "³He và 10⁶ tế bào"),
        ("10<sup>-3</sup> và 10<sup>&minus;3</sup> độ", "10⁻³ và 10⁻³ độ"),
        ("25 km<sup>2</sup>, 3 m<sup> 3 </sup>", "25 km², 3 m³"),
        ("CO<sub>2</sub> và Ca<sup>2+</sup>", "CO₂ và Ca²⁺"),
        ("1<sup>1</sup>/<sub>2</sub> cốc", "1½ cốc"),
        ("<sup>3</sup>/<sub>16</sub> cốc", "³/₁₆ cốc"),
    ],
)
def test_superscripts_are_not_digits_of_a_number(text, written, page):
    found = read_body(f"<h1>Chợ nổi</h1><div>{page.format(text)}</div>")
    assert written in found.text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ngày 1<sup>st</sup> và x<sup>n+1</sup>.", "ngày 1st và xn+1."),
        ("nguồn<sup>[5]</sup> và<sup></sup> b.", "nguồn[5] và b."),
        ("a<sup><sup>2</sup></sup>b.", "a²b."),
    ],
)
def test_superscripts_with_letters_are_kept(text, written):
    assert written in read_body(f"<h1>Chợ nổi</h1><div>{BODY}<p>Vào {text}</p></div>").text


@pytest.mark.parametrize("tag", ["time", "label", "output"])
@pytest.mark.parametrize("block", ["p", "div", "li", "td"])
def test_words_within_a_sentence_are_kept_whatever_their_tag(tag, block):
    around = "<br><br>".join(f"Ở xã {name} trời mưa to và đường ngập sâu." for name in "ABCDEFGH")
    text = f"Cầu mở vào <{tag}>ngày 12/3</{tag}> và đón 1.400 khách."
    parts = {"li": "<ul><li>{}</li></ul>", "td": "<table><tr><td>{}</td></tr></table>"}
    page = parts.get(block, f"<{block}>{{}}</{block}>").format(
        f"{around}<br><br>{text}<br>{around}"
    )
    assert "Cầu mở vào ngày 12/3 và đón" in read_body(f"<h1>Chợ nổi</h1><div>{page}</div>").text


def read_line(line: str, block: str = "p") -> str:
    """Read a line among the sentences of a page, with paragraphs or without, and return it."""
    form = f"<{block}>{{}}</{block}>" if block != "br" else "{}<br>"
    lines = "".join(form.format(text) for text in [*SENTENCES[:6], line, SENTENCES[6]])
    found = read_body(f"<article>{TITLE}<div>{lines}</div></article>").text
    between = found.split(SENTENCES[5])[1].split(SENTENCES[6])[0]
    return " ".join(between.split())


@pytest.mark.parametrize("block", ["p", "div", "br"])
@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Theo {}, giá năm nay là 90 triệu đồng.", "Canon"),
        ("{} có 1.400 người mắc bệnh.", "Bộ Y tế"),
        ("Nước lên nhanh. {}, phó chủ tịch xã, cho biết như vậy.", "Bà Lan"),
        ("Có 1.400 người mắc bệnh theo {}.", "Bộ Y tế"),
        ("Theo <b>{}</b>, giá năm nay là 90 triệu đồng.", "Canon"),
        ("Vì sao {} im lặng trước lũ", "Bộ Y tế"),
        ("Giá của {}: 90 triệu đồng.", "Canon"),
        ("Có 3-{}-7 người chết vì lũ.", "5"),
    ],
)
@pytest.mark.parametrize(
    "element",
    [
        "<a rel='nofollow sponsored' href=/x>{}</a>",
        "<a class='st_tag internal_tag' rel=tag href=/x>{}</a>", "<a class=p-author>{}</a>",
        "<a class=video-link href=/x>{}</a>", "<a class='social-link' href=/x>{}</a>",
        "<span class=author>{}</span>", "<span class=rating>{}</span>", "<em class=nav>{}</em>",
        "<span class=copyright>{}</span>", "<span id=tags>{}</span>", "<button>{}</button>",
        "<label>{}</label>",
    ],
)  # fmt: skip
def test_words_of_a_sentence_are_kept_whatever_their_name(element, line, text, block):
    assert read_line(line.format(element.format(text)), block) == line.format(text).replace(
        "<b>", ""
    ).replace("</b>", "")


@pytest.mark.parametrize("block", ["p", "div", "br"])
@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("<a rel=tag href=/x>Công an</a> Huế cho biết có 1.400 người mắc bệnh.",
         "Công an Huế cho biết có 1.400 người mắc bệnh."),
        ("<a rel=sponsored href=/x>Canon EOS R5</a> Mark II giá 90 triệu đồng.",
         "Canon EOS R5 Mark II giá 90 triệu đồng."),
        ("Số <a rel=tag href=/1>5</a>-<a rel=tag href=/2>7</a> người.", "Số 5-7 người."),
        ("<label>Ông Hùng</label> Nguyễn cho biết có 1.400 người mắc bệnh.",
         "Ông Hùng Nguyễn cho biết có 1.400 người mắc bệnh."),
        ("<time>Sáng 9/1</time>, tàu chạy từ Huế đi Vinh.",
         "Sáng 9/1, tàu chạy từ Huế đi Vinh."),
        ("Tàu chạy từ Huế đi Vinh lúc <time>7h30</time>", "Tàu chạy từ Huế đi Vinh lúc 7h30"),
        ("Tổng số người bị thương là <label>1.400</label>",
         "Tổng số người bị thương là 1.400"),
        ("Bà nói: <q>Tôi không bán nhà</q> rồi về.", "Bà nói: “Tôi không bán nhà” rồi về."),
        ("Bà nói: <q>Tôi <q>không</q> bán</q>.", "Bà nói: “Tôi ‘không’ bán”."),
        ("Bà nói: “<q>Tôi không bán nhà</q>”.", "Bà nói: “Tôi không bán nhà”."),
        ("Bà nói: “<b><q>Tôi đi</q></b>”, rồi “ <q>về</q> ” nhà.",
         "Bà nói: “Tôi đi”, rồi “ về ” nhà."),
        ("Bà nói: <q>«Tôi không bán nhà»</q>.", "Bà nói: «Tôi không bán nhà»."),
        ("<q>Tôi không bán <b>nhà</b></q>, bà nói.", "“Tôi không bán nhà”, bà nói."),
        ("Bà Lan (<a href=x>Huế</a>) nói <a href=y>nước lên nhanh</a>, rồi đi.",
         "Bà Lan (Huế) nói nước lên nhanh, rồi đi."),
        ("Bà Lan<a name=x></a> đi chợ<a id=y></a> ở Huế.", "Bà Lan đi chợ ở Huế."),
    ],
)  # fmt: skip
def test_words_at_the_ends_of_a_line_and_of_quotations_are_kept(line, text, block):
    assert read_line(line, block) == text


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Xem thêm: <a class=related href=/x>Lũ ở Huế</a>", "Xem thêm:"),
        ("Trời mưa to ở Huế trong đêm qua. <a class=share href=/x>Chia sẻ</a>",
         "Trời mưa to ở Huế trong đêm qua."),
        ("<a class=share href=/x>Chia sẻ</a> Trời mưa to ở Huế trong đêm qua.",
         "Trời mưa to ở Huế trong đêm qua."),
        ("Trời mưa to ở Huế. <span class=ads>Quảng cáo</span> Nước lên rất nhanh.",
         "Trời mưa to ở Huế. Nước lên rất nhanh."),
        ("Trời mưa to<span class=popup>Mưa trên 50 mm</span> ở Huế trong đêm qua.",
         "Trời mưa to ở Huế trong đêm qua."),
        ("Trời mưa to ở Huế<a class=comment-mark href=#c>[2]</a> trong đêm qua.",
         "Trời mưa to ở Huế trong đêm qua."),
        ("Theo dõi <a class=social href=/x>Zalo</a> | <a class=social href=/x>TikTok</a>",
         "Theo dõi |"),
        ("Chủ đề: <a rel=tag href=/1>lũ</a>, <a rel=tag href=/2>mưa</a>, <a rel=tag>Huế</a>",
         "Chủ đề: , ,"),
        ("Tin <span class=author>Lan Anh</span> 10/1/2026, 08:00", "Tin 10/1/2026, 08:00"),
        ("Năm 2025<button class=fn>1</button>, Huế có 1.200<button>2</button> hộ nghèo.",
         "Năm 2025, Huế có 1.200 hộ nghèo."),
        ("Năm 2025 <button>1</button> và 2026<button>Chú thích</button>, Huế có lũ.",
         "Năm 2025 và 2026, Huế có lũ."),
        *((f"Bà Lan nói nước <span class={name}>Mua nhà giá rẻ</span> lên rất nhanh.",
           "Bà Lan nói nước lên rất nhanh.")
          for name in ("ads-inread", "adv", "in-article-advert", "quang-cao", "login-box",
                       "newsletter", "promotion", "wp-caption", "subscribe")),
    ],
)  # fmt: skip
def test_named_words_beside_a_sentence_are_left_out(line, text):
    assert read_line(line) == text


@pytest.mark.parametrize("block", ["p", "div"])
@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Bà dẫn báo <a href=/x>Tuổi Trẻ<span class='css-1x-VisuallyHidden'>, mở trang khác</span>"
         "</a> hôm nay.", "Bà dẫn báo Tuổi Trẻ hôm nay."),
        ("Bà dẫn báo <a href=/x>Tuổi Trẻ<i class=material-icons>open_in_new</i></a> hôm nay.",
         "Bà dẫn báo Tuổi Trẻ hôm nay."),
        ("Bà <a href=/x>đến <span class='sr-only sm:not-sr-only'>Huế</span></a> hôm nay.",
         "Bà đến Huế hôm nay."),
        ("Giá gạo <i class=material-icons>south</i><span class=sr-only>giảm</span> 5% hôm nay.",
         "giảm 5% hôm nay."),
        ("<span class=sr-only>Ông Mai đi về nhà lúc 5 giờ sáng nay cùng con.</span>",
         "Ông Mai đi về nhà lúc 5 giờ sáng nay cùng con."),
    ],
)  # fmt: skip
def test_what_is_not_seen_of_a_link_is_not_of_its_words(line, text, block):
    form = f"<{block}>{{}}</{block}>"
    lines = "".join(map(form.format, [*SENTENCES[:6], line, SENTENCES[6]]))
    assert text in read_body(f"<article>{TITLE}<div>{lines}</div></article>").text


def test_the_author_in_a_line_is_known():
    line = "<div>Bài của <span class=author>Lê Văn Bình</span> viết từ Huế</div>"
    page = f"{TITLE}{line}<div>{'<br>'.join(SENTENCES)}</div>"
    assert read_body(page, "<title>Nước sông Hậu lên</title>").author == "Lê Văn Bình"


@pytest.mark.parametrize("block", ["p", "div", "br"])
@pytest.mark.parametrize(
    ("line", "text", "count"),
    [
        ("Có <del>1.400</del> <ins>1.500</ins> người bị thương.", "Có 1.500 người bị thương.", 1),
        ("Giá <s>200.000</s> 150.000 đồng, <strike>rẻ</strike> đắt.", "Giá 150.000 đồng, đắt.", 2),
        ("Giá <span style='text-decoration: line-through'>20</span> 15 đồng một vé.",
         "Giá 15 đồng một vé.", 1),
        ("Có <del><s>1.400</s></del> 1.500<s></s> người bị thương.",
         "Có 1.500 người bị thương.", 1),
        ("Giá<s> 20 </s>15 đồng, bà đi <b>bộ</b> <s>nhanh</s>.", "Giá 15 đồng, bà đi bộ.", 2),
        ("Giá <a style='color:red;text-decoration-line: underline line-through'>20</a> 15 đồng.",
         "Giá 15 đồng.", 1),
    ],
)  # fmt: skip
def test_struck_text_is_left_out_and_told(line, text, count, block):
    form = f"<{block}>{{}}</{block}>" if block != "br" else "{}<br>"
    lines = "".join(map(form.format, [*SENTENCES[:6], line, SENTENCES[6]]))
    found = read_body(f"<article>{TITLE}<div>{lines}</div></article>")
    assert text in found.text
    what = f"{count} struck passage{'s' if count > 1 else ''}"
    message = f"Parts of the web page were left out of the article: {what}."
    assert [finding.message for finding in found.findings] == [message]


@pytest.mark.parametrize("form", ["<s>{}</s>", "<p><s>{}</s></p>", "<s><p>{}</p></s>"])
def test_a_page_that_is_struck_is_read(form):
    struck = f"<s>{FIRST}{MANY}</s>"
    if form != "<s>{}</s>":
        struck = "".join(map(form.format, SENTENCES[:10]))
    found = read_body(f"<article>{TITLE}{struck}</article>{LAST}")
    assert SENTENCES[3] in found.text


@pytest.mark.parametrize("style", ["text-line-through:none", "color:red", "--x: line-through"])
def test_text_with_another_style_is_not_struck(style):
    line = f"<p style='{style}'>Ông Mai đi về nhà lúc 5 giờ sáng nay cùng con.</p>"
    assert "Ông Mai đi" in read_body(f"<article>{TITLE}{FIRST}{MANY}{line}</article>").text


def test_a_page_with_a_struck_tag_of_any_name_is_read():
    struck = "<a\"b style='text-decoration:line-through'></a>"
    assert SENTENCES[3] in read_body(f"<article>{TITLE}{FIRST}{MANY}{struck}</article>").text


def test_struck_text_of_cells_and_leads_is_left_out():
    lead = "<h2 class=sapo>Có <s>1.400</s> 1.500 người bị thương vì trận lũ ở Huế.</h2>"
    row = "<tr><td>Giá</td><td style='text-decoration:line-through'>99</td><td><s>200</s> 150</td>"
    found = read_body(f"{TITLE}{lead}<div>{BODY}<table>{row}</table>{BODY}</div>").text
    assert "Có 1.500 người" in found
    assert "| Giá |  | 150 |" in found


HEADED = {
    "pandoc": "<section id={id} class=level2><h2>{heading}</h2>{text}</section>",
    "markdown": "<div id={id} class='section level2'><h2>{heading}</h2>{text}</div>",
    "sphinx": "<section id={id}><h2>{heading}<a href=#{id}>¶</a></h2>{text}</section>",
    "index": "<section id={id}><a id=index-2></a><h2>{heading}<a href=#{id}>¶</a></h2>{text}"
    "</section>",
    "anchored": "<section id={id}><h2 data-anchor-id={id}>{heading}</h2>{text}</section>",
    "number": "<section id={id} class=level2><h2><span>1.2</span> {heading}</h2>{text}</section>",
    "single": "<section id={id} class=level1><h2><span class=header-section-number>1</span> "
    "{heading}</h2>{text}</section>",
    "span": "<h2><span id={id}>{heading}</span></h2>{text}",
}
HEADS = [
    ("related-work", "Related work"), ("Social_media", "Social media"), ("vote", "Vote"),
    ("quang-cao-sai", "Quảng cáo sai"), ("quảng-cáo-sai", "Quảng cáo sai"),
    ("author-contributions-1", "Author contributions"),
]  # fmt: skip


@pytest.mark.parametrize("form", HEADED)
@pytest.mark.parametrize(("name", "heading"), HEADS)
def test_an_id_made_from_a_heading_says_nothing(form, name, heading):
    part = HEADED[form].format(id=name, heading=heading, text=LAST)
    found = read_body(f"<main>{TITLE}<div>{FIRST}{MANY}{part}</div></main>")
    assert [sentence in found.text for sentence in SENTENCES] == [True] * 12
    assert heading in found.text
    assert not found.findings


def test_a_section_whose_id_is_its_heading_is_kept_if_it_is_prose():
    part = "<section id=related-work><h2>Related work</h2>{}</section>"
    found = read_body(f"<main>{TITLE}<div>{FIRST}{MANY}{part.format(LAST)}</div></main>")
    assert SENTENCES[11] in found.text
    links = f"{LAST}<a href=/1>Một bài khác về lũ ở Huế</a><a href=/2>Một bài khác về mưa ở Huế</a>"
    found = read_body(f"<main>{TITLE}<div>{FIRST}{MANY}{part.format(links)}</div></main>")
    assert SENTENCES[11] not in found.text


@pytest.mark.parametrize(
    ("name", "heading"),
    [("sidebar", ""), ("comments", "Comments"), ("related-news", "Related news"),
     ("newsletter", "Newsletter"), ("social-media", "Theo dõi")],
)  # fmt: skip
def test_an_id_of_a_part_that_is_no_section_is_its_name(name, heading):
    part = f"<div id={name}><h3>{heading}</h3>{LAST}</div>"
    found = read_body(f"<main>{TITLE}<div>{FIRST}{MANY}{part}</div></main>")
    assert SENTENCES[11] not in found.text


REMARKS = "".join(f"<p>Bạn đọc {n} thấy chuyện này thật đáng buồn.</p>" for n in range(22))


@pytest.mark.parametrize(
    "part",
    [
        "<section id=comments><h2>3 Comments</h2>{}</section>",
        "<section id=binh-luan><h2>Bình luận</h2>{}</section>",
        "<section id=binh-luan class=level2><h2>Bình luận (3)</h2>{}</section>",
        "<div id=comments><h2><a href='#comments'>Comments</a></h2>{}</div>",
        "<section id=comments><h2>Comments<a href='#comments'>¶</a></h2>{}</section>",
        "<div class=box id=related-work><h2><a href='#related-work'>Related work</a></h2>{}</div>",
        "<section id=related-articles><h2>Related articles</h2>{}</section>",
        "<section id=tin-lien-quan><h2>Tin liên quan</h2>{}</section>",
        "<section id=newsletter-signup><h2>Newsletter signup</h2>{}</section>",
        "<section id=related-work><h2>2 Related work</h2>{}</section>",
        "<form id=commentform><h3>Ý kiến</h3>{}</form>",
        "<form><h3>Gửi bài</h3>{}</form>",
    ],
)
def test_what_readers_write_under_its_heading_is_not_of_the_article(part):
    remarks = REMARKS if "form" in part else REMARKS[:300].rpartition("<p>")[0]
    found = read_body(f"<article>{TITLE}{FIRST}{MANY}{part.format(remarks)}</article>")
    assert SENTENCES[3] in found.text
    assert "Bạn đọc" not in found.text


@pytest.mark.parametrize("form", ["p", "div"])
def test_a_form_around_the_page_is_no_form(form):
    lines = "".join(f"<{form}>{sentence}</{form}>" for sentence in SENTENCES)
    body = f"{TITLE}<div class=w><h2 class=sapo>{LEAD}</h2><div class=c>{lines}</div></div>"
    plain = read_body(body)
    assert LEAD in plain.text
    assert read_body(f"<form method=post>{body}</form>") == plain
    other = read_body(f"{body}<form><div>Ghi lại ý kiến của bạn về bài này ở đây.</div></form>")
    assert "ý kiến" not in other.text


def test_lines_of_a_page_in_a_form_are_missed():
    page = f"<form><h1>Lũ</h1><div>Trời mưa to.</div></form><div>{SENTENCES[0]}</div>"
    tree = lxml_html.document_fromstring(f"<html><body>{page}</body></html>")
    assert omissions.describe_missing(tree, SENTENCES[0]) == "1 other line"


def test_a_line_that_is_a_link_between_lines_of_the_text_is_missed():
    line = "<div><a href=/x>Bà Lan đi chợ Huế rồi về nhà.</a></div>"
    page = f"<div>{SENTENCES[0]}</div>{line}<div>{SENTENCES[1]}</div>{line}"
    tree = lxml_html.document_fromstring(f"<html><body>{page}</body></html>")
    assert omissions.describe_missing(tree, "\n".join(SENTENCES[:2])) == "1 other line"


@pytest.mark.parametrize("text", [FIRST + MANY, "<br>".join(SENTENCES)])
def test_sentences_at_the_foot_of_an_article_are_told(text):
    foot = "<footer><p>Đính chính: bản tin trước viết nhầm con số người bị thương.</p></footer>"
    page = f"<article>{TITLE}<div>{text}</div>{foot}</article>"
    found = [finding.message for finding in read_body(page).findings]
    assert found == ["Parts of the web page were left out of the article: 1 inset (1 sentence)."]
    assert not read_body(page.replace("article>", "div>")).findings


def test_the_sentences_of_feet_inside_of_others_are_counted_once():
    foot = "<footer><p>Đính chính: bản tin trước viết nhầm con số người bị thương.</p>" * 20
    page = f"<article>{TITLE}<div>{'<br>'.join(SENTENCES)}</div>{foot}</article>"
    found = [finding.message for finding in read_body(page).findings]
    assert found == ["Parts of the web page were left out of the article: 1 inset (20 sentences)."]


def test_many_labels_in_a_paragraph_are_read_in_linear_time():
    labels = "<label>Bà Lan</label> nói nước, " * 16_000
    start = time.process_time()
    assert "Bà Lan nói" in read_body(f"{TITLE}{FIRST}{MANY}<p>{labels}</p>").text
    assert time.process_time() - start < 5


def test_a_figure_with_a_footnote_is_the_same_figure():
    text = "Năm 2019<sup>5</sup> có 38<sup>6</sup> người trên 12 km<sup>2</sup>."
    document = vnsum.segment(read_body(f"<h1>Chợ nổi</h1><div>{BODY}<p>{text}</p></div>"))
    source = document.sentences[-1].text
    assert vnsum.check(source, "In 2019, 38 people lived on 12 square kilometres.") == []
    assert vnsum.check(source, "In 2019, 386 people lived on 12 square kilometres.")


@pytest.mark.parametrize(
    ("items", "lines"),
    [
        ("<ol><li>Gạo.</li><li>Nước.</li></ol>", ["1. Gạo.", "2. Nước."]),
        ("<ol start=3><li>Gạo.</li><li>Nước.</li></ol>", ["3. Gạo.", "4. Nước."]),
        ("<ol start=0><li>Gạo.<ol><li>Nước.</li></ol><li>Áo.</ol>",
         ["0. Gạo.", "1. Nước.", "1. Áo."]),
        ("<ol><li value=5>Gạo.</li><li>Nước.</li></ol>", ["5. Gạo.", "6. Nước."]),
        ("<ol start=x><li value=-1>Gạo.</li></ol>", ["1. Gạo."]),
    ],
)  # fmt: skip
def test_lists_keep_their_numbers(items, lines):
    found = read_body(f"<h1>Chợ nổi</h1><div>{BODY}{items}</div>")
    assert found.text.split("\n")[-len(lines) :] == lines


LICENCE = "<footer>Giấy phép số 12/GP cấp ngày 24/08/2021</footer>"


@pytest.mark.parametrize(
    ("before", "after", "published"),
    [
        ("<div class='meta'>Thứ Ba, 03/02/2026 | 08:00</div>", LICENCE, "2026-02-03"),
        ("<header><span>Thứ Tư, 04/02/2026</span></header>", "", None),
        ("", "<div>04/02/2026</div>", None),
    ],
)
def test_dates_of_a_page_without_a_headline(before, after, published):
    found = read_body(f"{before}<div>{BODY}</div>{after}")
    assert found.published == (datetime.date.fromisoformat(published) if published else None)


@pytest.mark.parametrize(
    ("head", "before", "after", "published"),
    [
        ("", "", LICENCE, None),
        ("", "", "<div class='bottom'><p>Giấy phép ngày 24/08/2021</p></div>", None),
        ("<title>Lịch thi năm 2026</title>", "", "", None),
        ("", "<div class='meta'>Thứ Ba, 03/02/2026 | 08:00 GMT+7</div>", LICENCE, "2026-02-03"),
        ("", "<span>Cập nhật lúc 08:00 ngày 3/2/2026</span>", LICENCE, "2026-02-03"),
        ("", "<time datetime='2026-02-03T08:00:00+07:00'>hôm qua</time>", "", "2026-02-03"),
        ("<meta name='pubdate' content='2026-02-03T08:00'>", "<i>04/02/2026</i>", "", "2026-02-03"),
        ("<meta itemprop='datePublished' content='2026-02-30'>", "", LICENCE, None),
        ("", "<nav>04/02/2026</nav>", "", None),
        ("", "", "<div class='comment-list'><span>04/02/2026</span></div>", None),
    ],
)
def test_dates_that_a_page_states(head, before, after, published):
    found = read_body(f"<h1>Chợ nổi</h1>{before}<div>{BODY}</div>{after}", head)
    assert found.published == (datetime.date.fromisoformat(published) if published else None)


DAY = datetime.date(2025, 5, 12)


@pytest.mark.parametrize(
    ("above", "below", "published"),
    [
        ("<div>Thứ hai, 12/5/2025, 08:00 (GMT+7)</div>", "", DAY),
        ("<p>Lan Anh - <span>12/5/2025</span></p>", "", DAY),
        ("<ul class=meta><li>Lan Anh</li><li>Thứ hai, 12/5/2025</li></ul>", "", DAY),
        ("<div><b>Cập nhật:</b> <span>12/5/2025</span></div>", "", DAY),
        ("<div>Ngày đăng: <span>12/5/2025 08:00</span></div>", "", DAY),
        (f"<p class=sapo>{LEAD}</p><div>12/5/2025</div>", "", DAY),
        (f"<div><p>{LEAD}</p></div><time>12/5/2025</time>", "", DAY),
        (f"<p><b>{LEAD}</b></p><div>12/5/2025</div>", "", DAY),
        (f"<p>{LEAD}</p><div>12/5/2025</div><p>Hết.</p>", "", None),
        ("", "<p>Cập nhật lúc 08:00 ngày 12/5/2025</p>", DAY),
        ("", "<div class=post-date>12/5/2025</div>", DAY),
        ("", "<p>Ngày đăng: 12/5/2025</p>", DAY),
        ("", "<div>12/5/2025</div>", None),
        ("<table><tr><th>Thành lập</th><td>2 tháng 9 năm 1945</td></tr></table>", "", None),
        ("<p>Khai mạc: <b>12/5/2018</b></p>", "", None),
        ("<div><div>Khai mạc:</div><div>12/5/2018</div></div>", "", None),
        ("<dl><dt>Khai mạc</dt><dd>12/5/2018</dd></dl>", "", None),
        ("", "<table><tr><td>Khai mạc</td><td>12/5/2018</td></tr></table>", None),
        ("", "<ul><li>12/5/2018</li><li>20/5/2018</li></ul>", None),
        ("", "<h4 class=updated>2/9/1945</h4>", None),
    ],
)
def test_dates_of_other_things_are_not_that_of_the_page(above, below, published):
    found = read_body(f"<article><h1>Chợ nổi</h1>{above}<div>{BODY}{below}{BODY}</div></article>")
    assert found.published == published


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Cầu mới thông xe - Báo Mẫu", "Cầu mới thông xe"),
        ("Cầu mới thông xe | VnExpress", "Cầu mới thông xe"),
        ("Cầu mới thông xe - Thời sự - VTV.VN", "Cầu mới thông xe"),
        ("Báo động lũ trên sông Hậu - Tin nhanh", "Báo động lũ trên sông Hậu - Tin nhanh"),
        ("Blog của Lan | Kênh đào Suez tắc", "Blog của Lan | Kênh đào Suez tắc"),
        ("Cầu mới thông xe | Báo điện tử Mẫu", "Cầu mới thông xe"),
        ("Kênh 14 - Cầu mới thông xe", "Cầu mới thông xe"),
        ("Cầu mới thông xe | by Ann Lee | May, 2026 | Medium", "Cầu mới thông xe"),
        ("Cầu mới thông xe – Huế – Blog của Lan", "Cầu mới thông xe"),
        ("TTXVN: Cầu mới thông xe", "TTXVN: Cầu mới thông xe"),
        ("Hà Nội - Huế: thêm một chuyến tàu", "Hà Nội - Huế: thêm một chuyến tàu"),
    ],
)
def test_the_name_of_the_site_leaves_the_title(title, expected):
    headline = "" if title == expected else "<h1>Cầu mới thông xe</h1>"
    found = read_body(f"{headline}<div>{BODY}</div>", f"<title>{title}</title>")
    assert found.title == expected


@pytest.mark.parametrize("text", ["TP.HCM ngập nặng sau mưa", "Giá xăng tăng 1.200 đồng"])
@pytest.mark.parametrize(
    ("title", "head", "source"),
    [
        ("{} - Tin nhanh", "", "Tin nhanh"),
        ("Blog của Lan | {}", "", "Blog của Lan"),
        ("{} | Blog TP.HCM", "<meta property='og:site_name' content='Blog TP.HCM'>", "Blog TP.HCM"),
        ("{} | Tin", "<meta property='og:title' content='{} | Tin'>", "Tin"),
        ("{} | vidu.vn", "", "vidu.vn"),
    ],
)
def test_a_headline_with_a_full_stop_is_not_the_name_of_the_site(text, title, head, source):
    head = f"<title>{title}</title>{head}".replace("{}", text)
    found = read_body(f"<div><h1>{text}</h1><div>{BODY}</div></div>", head)
    assert (found.title, found.source) == (text, source)
    found = read_body(f"<div><h3>{text}</h3><div>{BODY}</div></div>", head)
    assert found.title in (text, title.format(text))
    assert found.source in (source, None)


def test_a_place_stamp_is_a_dateline_whatever_the_place():
    lead = f"<p class='description'><span class='location-stamp'>Xóm Mẫu</span>{LEAD}</p>"
    found = read_body(f"<h1>Chợ nổi</h1>{lead}<div>{BODY}</div>")
    assert ("dateline", "Xóm Mẫu -") in [(p.kind, p.text) for p in found.boilerplate]


def test_the_author_below_the_text_is_the_author():
    found = read_body(f"<h1>Chợ nổi</h1><div>{BODY}<p>Tin, ảnh: Lê Bình</p></div>")
    assert found.author == "Lê Bình"


@pytest.mark.parametrize(
    ("before", "inside", "times"),
    [
        (f"<h1>Chợ nổi</h1><p class='detail-sapo'>{LEAD}</p>", "", 1),
        (f"<h1>Chợ nổi</h1><p class='detail-sapo'>{LEAD}</p>", f"<p>{LEAD}</p>", 1),
        ("<h1>Chợ nổi</h1>", f"<p class='sapo'>{LEAD}</p>", 1),
        (f"<h1>Chợ nổi</h1><ul><li><p class='sapo'>{LEAD}</p></li></ul>", "", 0),
        (f"<p class='sapo'>{LEAD}</p><h1>Chợ nổi</h1>", "", 0),
        ("<h1>Chợ nổi</h1><p class='sapo'>Chợ nổi</p>", "", 0),
    ],
)
def test_a_lead_is_said_once_and_stands_below_the_headline(before, inside, times):
    whole = f"<html><body>{before}<article>{inside}{BODY}</article></body></html>"
    assert article.read_html(whole).text.count(LEAD) == times


def test_a_page_without_an_article(base):
    with pytest.raises(InputError, match="has no article"):
        read(f"{base}/empty.html")


def test_packed_plain_and_unnamed_content(base):
    expected = article.read_html(PORTAL).text
    assert read(f"{base}/gzip").text == expected
    assert read(f"{base}/no-type").text == expected
    assert read(f"{base}/plain").text == "Nước lên nhanh."


def test_redirects_are_followed_and_other_letters_escaped(base):
    assert read(f"{base}/moved").url == f"{base}/portal.html"
    assert read(f"{base}/bài?từ=khóa").url == f"{base}/portal.html"


def test_it_says_who_it_is_and_keeps_nothing(base, server):
    server.asked.clear()
    for _ in range(2):
        fetching.fetch(f"{base}/remember", limits=Limits(allow_private=True))
    assert all(asked["User-Agent"].startswith("vnsum/") for asked in server.asked)
    assert not any("Cookie" in asked or "Referer" in asked for asked in server.asked)
    assert {asked["Host"] for asked in server.asked} == {base.removeprefix("http://")}


# Limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/circle", "redirects in a circle"),
        ("/step1", "redirects more than 5 times"),
        ("/to-file", "only http and https are fetched, not 'file'"),
        ("/large", "up to 10,000,000 bytes are read and it has more"),
        ("/large-told", "up to 10,000,000 bytes are read and it has 50,000,000"),
        ("/bomb", "up to 10,000,000 bytes are read and it is larger when decompressed"),
        ("/cut", "closed after 19 bytes"),
        ("/cut-gzip", "before the end"),
        ("/brotli", "compressed as 'br'"),
        ("/pdf", "it is application/pdf"),
        ("/error", "answered 503"),
        ("/missing", "answered 404"),
        ("/garbage", "SSH"),
    ],
)
def test_what_stops_a_fetch_is_named(base, path, message):
    with pytest.raises(FetchError, match=message) as caught:
        read(base + path)
    assert str(caught.value).startswith(f"cannot fetch {base}{path}")


@pytest.mark.parametrize("path", ["/drip", "/drip-headers"])
def test_a_slow_drip_ends_in_time(base, path):
    with pytest.raises(FetchError, match=r"did not arrive within 0\.5 seconds"):
        read(base + path, timeout=0.5)


def test_a_look_up_that_hangs_ends_in_time(base, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(1) or [])
    with pytest.raises(FetchError, match=r"within 0\.2 seconds"):
        read("http://vidu.example/", timeout=0.2)


def test_limits_can_be_widened_and_have_to_allow_something(base):
    size = len(PORTAL.encode())
    assert read(f"{base}/gzip", max_bytes=size).title
    with pytest.raises(FetchError, match="larger when decompressed"):
        read(f"{base}/gzip", max_bytes=size - 1)
    for wrong in ({"max_bytes": 0}, {"timeout": 0}):
        with pytest.raises(InputError, match=r"^(max_bytes|timeout|redirects) must be "):
            read(f"{base}/plain", **wrong)


# Addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "2002:7f00:0001::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert not addresses.is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_public_addresses(address):
    assert addresses.is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_private_addresses_are_refused_however_they_are_written(base, host):
    port = base.rsplit(":", 1)[1]
    with pytest.raises(FetchError, match=r"not a public address.*allow_private=True"):
        vnsum.read(f"http://{host}:{port}/portal.html")


def fake_names(monkeypatch, table: dict[str, list[str]]) -> list[str]:
    """Answer look-ups from a table that takes the next row each time; return what was asked."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: str, *more: object, **options: object) -> object:
        if host not in table:
            return real(host, *more, **options)
        asked.append(host)
        rows = table[host]
        address = rows.pop(0) if len(rows) > 1 else rows[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_a_redirect_to_a_private_address_is_refused(base, monkeypatch):
    fake_names(monkeypatch, {"inside.example": ["10.0.0.7"]})
    monkeypatch.setitem(ANSWERS, "/inside", redirect("http://inside.example/secret"))
    public = addresses.is_public
    monkeypatch.setattr(
        addresses, "is_public", lambda address: address == "127.0.0.1" or public(address)
    )
    with pytest.raises(
        FetchError, match=r"redirected to http://inside.example/secret.*10\.0\.0\.7"
    ):
        vnsum.read(f"{base}/inside")


def test_a_name_is_looked_up_once_and_the_checked_address_is_connected_to(base, monkeypatch):
    asked = fake_names(monkeypatch, {"rebind.example": ["127.0.0.1", "10.0.0.7"]})
    port = base.rsplit(":", 1)[1]
    connected: list[object] = []
    connect = socket.socket.connect

    class Socket(socket.socket):
        def connect(self, place: object) -> None:
            connected.append(place)
            connect(self, place)

    monkeypatch.setattr(socket, "socket", Socket)
    read(f"http://rebind.example:{port}/portal.html")
    assert asked == ["rebind.example"]
    assert connected == [("127.0.0.1", int(port))]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://vidu.example/a", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("http://", "no valid host"),
        ("http://:80/", "no valid host"),
        ("http://vidu.example:99999/", "not a URL"),
        ("http://a b/", "no valid host"),
        ("http://[::1", "not a URL"),
        (f"http://{'a' * 70}.example/", "not known|no valid name"),
        ("http://vidu.invalid./", "not known"),
    ],
)
def test_urls_that_are_none(base, url, message):
    with pytest.raises(FetchError, match=message):
        read(url)


def test_passwords_are_refused_and_not_repeated(base):
    with pytest.raises(FetchError, match="user name or password") as caught:
        read("http://lan:bimat@vidu.example/")
    assert "bimat" not in str(caught.value)


def test_offline_nothing_is_asked(base, server, monkeypatch):
    server.asked.clear()
    with pytest.raises(FetchError, match="vnsum is offline"):
        read(f"{base}/remember", offline=True)
    monkeypatch.setenv("VNSUM_OFFLINE", "1")
    with pytest.raises(FetchError, match="VNSUM_OFFLINE"):
        read(f"{base}/remember")
    assert server.asked == []
    assert read(f"{base}/remember", offline=False).title


def test_without_the_extra_nothing_is_asked(base, server, monkeypatch):
    server.asked.clear()
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(MissingExtraError, match=r'pip install "vnsum\[web\]"'):
        read(f"{base}/remember")
    assert server.asked == []


# Bytes ---------------------------------------------------------------------------------------


def as_windows_1258(text: str) -> bytes:
    """Encode Vietnamese as Windows does: letters with their tone mark after them."""
    out = b""
    for char in text:
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tone = next(c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323")
            letter = unicodedata.normalize("NFC", parts.replace(tone, ""))
            out += letter.encode("cp1258") + tone.encode("cp1258")
    return out


@pytest.mark.parametrize("where", ["header", "meta", "wrong header", "nowhere"])
def test_pages_in_windows_1258(base, monkeypatch, where):
    label = {"meta": "windows-1258", "wrong header": "windows-1258"}.get(where, "utf-8")
    text = PORTAL.replace('<meta charset="utf-8">', f'<meta charset="{label}">')
    text = text.replace('<meta charset="utf-8">', "") if where in ("nowhere", "header") else text
    kinds = {"header": "text/html; charset=windows-1258", "wrong header": HTML}
    data = as_windows_1258(text)
    monkeypatch.setitem(ANSWERS, "/old", lambda h: send(h, data, kinds.get(where, "text/html")))
    assert read(f"{base}/old").text == article.read_html(PORTAL).text


@pytest.mark.parametrize(
    ("data", "label", "is_html", "text"),
    [
        ("Nước lên".encode(), "iso-8859-1", True, "Nước lên"),
        ("Nước lên".encode("utf-16-le"), "utf-16-le", True, "Nước lên"),
        ("Nước lên".encode("utf-16"), "utf-8", True, "Nước lên"),
        ("Nước lên".encode(), "no-such-thing", True, "Nước lên"),
        (b"caf\xe9", "latin-1", True, "café"),
        (b"caf\xe9", "zlib_codec", True, None),
        (b"caf\xe9", "unicode_escape", True, None),
        (b"caf\xe9", None, False, None),
        ("Nước lên ".encode() * 500 + b"\xe9", None, True, "Nước lên " * 500 + "\ufffd"),
        ("Nước lên ".encode() * 500 + b"\xe9", None, False, None),
    ],
)
def test_decoding(data, label, is_html, text):
    if text is None:
        with pytest.raises(InputError, match="not valid"):
            decode(data, name="bai", label=label, is_html=is_html)
    else:
        assert decode(data, name="bai", label=label, is_html=is_html) == text


def test_saved_pages_have_the_same_door(tmp_path):
    path = tmp_path / "bai.html"
    text = PORTAL.replace('<meta charset="utf-8">', '<meta charset="windows-1258">')
    path.write_bytes(as_windows_1258(text))
    saved = vnsum.read(path)
    assert saved == vnsum.read(str(path)) == article.read_file(path)
    assert saved.text == article.read_html(PORTAL).text
    with pytest.raises(InputError, match="cannot read"):
        vnsum.read(tmp_path / "missing.txt")


# The command line ----------------------------------------------------------------------------


def test_the_command_line_reads_pages_and_does_the_rest(base, capsys, tmp_path):
    text = tmp_path / "bai.txt"
    text.write_text("Trời mưa.", encoding="utf-8")
    urls = [f"{base}/portal.html", f"{base}/circle"]
    status = main(["segment", urls[0], urls[1], str(text), "--allow-private", "-f", "json"])
    out, err = capsys.readouterr()
    assert status == 1
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["file"] for row in rows] == [*urls, str(text)]
    assert rows[0]["result"]["title"].startswith("Chợ nổi")
    assert "redirects in a circle" in rows[1]["error"]
    assert "redirects in a circle" in err
    assert main(["segment", urls[0]]) == 1
    assert "--allow-private" in capsys.readouterr().err


def test_the_command_line_names_results_after_pages(base, tmp_path):
    output = f"{tmp_path}/"
    assert main(["segment", f"{base}/portal.html?a=../b", "--allow-private", "-o", output]) == 1
    assert main(["segment", f"{base}/portal.html", "--allow-private", "-o", output]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["portal.txt"]


def test_offline_on_the_command_line(base, capsys):
    from test_cli import load_fake

    arguments = ["translate", f"{base}/portal.html", "--allow-private", "--offline"]
    assert main(arguments, load=load_fake) == 1
    assert "vnsum is offline" in capsys.readouterr().err


def test_urls_are_told_from_paths():
    assert is_url("http://a") and is_url("HTTPS://a") and is_url("ftp://a")
    assert not any(map(is_url, ["a.html", "./http", "C:\\a", "C:/a", "//a", "-"]))
