"""Malicious web pages: each ends in time, as an article or an error of one line."""

from __future__ import annotations

import ipaddress
import json
import math
import random
import re
import socket
import time
from decimal import Decimal
from fractions import Fraction

import hostile_server
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnsum
from vnsum.cli import main
from vnsum.errors import FetchError, InputError, VnsumError
from vnsum.reading import article
from vnsum.reading.charsets import decode
from vnsum.reading.web import addresses, fetching, urls
from vnsum.reading.web.confinement import MEMORY, run_confined
from vnsum.reading.web.deadline import Deadline
from vnsum.reading.web.limits import Limits

pytest.importorskip("trafilatura")

GRACE = 15  # seconds that a machine with much to do may add to a deadline
SECRET = "bimat"


@pytest.fixture(autouse=True)
def _online(monkeypatch):
    for switch in ("VNSUM_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(switch)


@pytest.fixture(scope="module")
def base():
    with hostile_server.serve(hostile_server.ANSWERS) as base:
        yield base


def assert_one_line(error: BaseException) -> None:
    """The message of an error, and of what caused it, is short, printable and without secrets."""
    assert isinstance(error, VnsumError)
    told = str(error)
    assert told.isprintable() and 25 < len(told) < 2_000, ascii(told)
    causes = [str(e) for e in (error.__cause__, error.__context__) if isinstance(e, VnsumError)]
    assert SECRET not in "".join([told, *causes])
    assert all(map(str.isprintable, causes))


def fetch(url: str, **limits: object) -> fetching.Page:
    return fetching.fetch(url, limits=Limits(allow_private=True, **limits))


def read_here(page: fetching.Page) -> dict[str, object]:
    """Read a page as its own process does, in this one."""
    return article._read_page(page.data, url=page.url, charset=page.charset, is_html=page.is_html)


# Answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", hostile_server.BROKEN)
def test_what_is_no_page_is_one_line_in_time(base, name):
    began = time.monotonic()
    with pytest.raises(VnsumError) as caught:
        read_here(fetch(base + name, timeout=0.7))
    assert time.monotonic() - began < 0.7 + GRACE
    assert_one_line(caught.value)


@pytest.mark.parametrize("name", hostile_server.READABLE)
def test_odd_answers_are_read_as_what_they_are(base, name):
    page = fetch(base + name)
    assert page.url.isprintable()
    found = read_here(page)
    assert found["title"] == "Mưa lớn"
    assert found["text"].count("Trời mưa to") == 6
    assert not {"\x1b", "\0", "\ufffe"} & set(found["text"])


def mutate(data: bytes, random: random.Random) -> bytes:
    """Return `data` with a few bytes changed, cut out, said twice or replaced by nasty ones."""
    nasty = (b"\0", b"\r\n", b"\n", b"\r\n\r\n", b"-1", b"9" * 5_000, b"\xff\xfe", b";", b":", b'"',
             b"\x1b[31m", b"[", b"@", b"%", b"chunked", b"gzip", b"\xed\xa0\x80")  # fmt: skip
    for _ in range(random.randint(1, 4)):
        # Half of the damage is done to the headers, where little of the data is.
        at = random.randrange(min(len(data), random.choice((200, 10**9))) or 1)
        to = at + random.choice((0, 1, 1, 5, 40))
        data = data[:at] + random.choice((b"", data[at:to] * 2, *nasty)) + data[to:]
    return data


def test_damaged_answers(base):
    dice = random.Random(22)
    sound = [a for a in hostile_server.ANSWERS.values() if isinstance(a, bytes)]
    sound = [a for a in sound if len(a) < 20_000 and SECRET.encode() not in a]
    damaged = {str(n): mutate(dice.choice(sound), dice) for n in range(400)}
    with hostile_server.serve(damaged) as base:
        for name in damaged:
            try:
                assert fetch(base + name, timeout=5).url.isprintable()
            except VnsumError as error:
                assert_one_line(error)


@pytest.mark.parametrize(
    "page",
    [
        b"<svg>html", b"<math>html</math>", b"<html>", b"<!--", b"\xff\xfe", b"\xff\xfe\0\0", b"\0",
        b"<html>" + bytes(50_000), b"<html>" + b"<b>" * 20_000, b"<html>" + b"&" * 20_000,
        b"<?xml version='1.0' encoding='utf-16'?><html>", b"<html>\xed\xa0\x80</html>",
        b"<!DOCTYPE a [<!ENTITY b '&b;&b;'>]><html>&b;</html>",
        b"<html><head><meta charset=rot13></head>\xff",
    ],
)  # fmt: skip
def test_pages_that_are_none(page):
    with pytest.raises(InputError) as caught:
        article._read_page(page, url="http://vidu.example/", charset=None, is_html=True)
    assert_one_line(caught.value)


def page_with(head: str) -> str:
    return hostile_server.PAGE.decode().replace("<head>", f"<head>{head}")


def test_what_a_page_says_of_itself_is_one_printable_line():
    said = r"""{"@context": "https://schema.org", "@type": "NewsArticle",
        "headline": "Mưa \ud800\u001b[31m\nlớn", "author": {"name": "Lan \udfff\u0007 Anh"},
        "publisher": {"@type": "Organization", "name": "Báo \ud800\u202e Vidu"}}"""
    page = page_with(
        f'<script type="application/ld+json">{said}</script>'
        '<meta name="author" content="Lan&#27;[31m&#10;Anh">'
        '<meta property="og:site_name" content="Báo&#x202e; &#7;Vidu">'
    )
    found = article.read_html(page)
    fields = [found.title, found.author, found.source]
    assert all(field is None or field.isprintable() for field in fields), ascii(fields)
    found.text.encode()


@pytest.mark.parametrize("value", [{"@value": "Mưa"}, ["Mưa", 5], 5, True, None, {}])
@pytest.mark.parametrize("field", ["headline", "author", "publisher"])
def test_metadata_of_any_type_cost_no_article(field, value):
    said = {"@context": "https://schema.org", "@type": "NewsArticle", field: value}
    page = page_with(f'<script type="application/ld+json">{json.dumps(said)}</script>')
    found = article.read_html(re.sub("<title>.*?</title>", "", page))
    assert found.text.count("Trời mưa to") == 6
    assert all(isinstance(x, str | None) for x in (found.title, found.author, found.source))


@pytest.mark.parametrize(
    "reference",
    [
        "&#0;", "&#27;", "&#27", "&#x1b", "&#X1B;", f"&#{'0' * 50}27;", "&#xffff;", "&#127;",
        "&#65534;", "&#99999999;", "&#x110000;", "&#xD800;", "&#;", "&#x;",
    ],
)  # fmt: skip
def test_a_reference_to_a_sign_that_is_none_costs_no_article(reference):
    page = hostile_server.PAGE.decode().replace("vào ngày", f"vào {reference} ngày")
    found = article.read_html(page)
    assert found.text.count("Trời mưa to") == 6
    assert not {"\x1b", "\0", "\uffff", "\ufffe"} & set(found.text)


def test_a_lone_surrogate_is_refused_and_cuts_nothing_off():
    with pytest.raises(InputError, match="lone surrogate"):
        article.read_html(hostile_server.PAGE.decode().replace("thứ 3", "thứ \ud800"))


# Limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "limits",
    [{"timeout": value} for value in (
        0, -1, -0.0, math.nan, math.inf, -math.inf, 10**9, 10**5000, 1e300, "5", None, True, 5j,
        Decimal(5), b"5", [5],
    )] + [{"max_bytes": value} for value in (
        0, -1, 1.5, math.nan, 10**5000, -(10**5000), "5", None, True,
    )] + [{"redirects": value} for value in (-1, 1.5, 10**5000, "5", None, True)]
    + [{"allow_private": value} for value in ("no", 1, None)],
)  # fmt: skip
def test_limits_that_are_none(limits):
    with pytest.raises(InputError) as caught:
        Limits(**limits)
    assert_one_line(caught.value)
    assert next(iter(limits)) in str(caught.value)


@pytest.mark.parametrize("timeout", [1, 1e-9, Fraction(1, 2), 86_400])
def test_limits_that_are_some(base, timeout):
    try:
        assert fetch(base + "page", timeout=timeout)
    except FetchError as error:
        assert "within" in str(error)


# URLs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://lan:bimat@vidu.example/", "http://lan:bimat@[", "http://lan:bi/mat@[::1/",
        "http://lan:bimat/x@vidu.example/", "http:lan:bimat@vidu.example", "http:/lan:bimat@a/",
        "http:///lan:bimat@a/", "http:\\\\lan:bimat@a/", "ftp://lan:bimat@a/", "x://lan:bimat@a:b/",
        "http://lan:bimat@a\u2100b/", "http://lan:bimat@a:99999/", "http://lan:bimat@/",
        "http://lan:bimat@\x1b[31m/", "http://lan:bimat@\ud800/", "http://\ud800/", "http://[",
        "http://a..b/", "http://.a/", "http://a\0b/", "http://" + "a" * 100_000, "http://[::1%25a]/",
        "http://[fe80::1%\x1b]/", "http://1.2.3.4.5/", "http://xn--/", "http://\u202ea.example/",
        "http://" + "\u1ea1" * 100_000 + "/", "http://*/", "http://%00/", "http://-/", "http://0/",
        "http://user@/x", "http://:@/", "http://@", "://", "http://a:-1/", "http://a:\u0663/",
    ],
)  # fmt: skip
def test_urls_that_are_none_and_what_is_told_of_them(url, monkeypatch):
    def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(-2, "Name or service not known")

    if url.isascii() and "\0" not in url:  # a zero byte is refused by the look-up itself
        monkeypatch.setattr(socket, "getaddrinfo", unknown)
    for offline in (False, True):
        with pytest.raises(FetchError) as caught:
            fetching.fetch(url, limits=Limits(timeout=5), offline=offline)
        assert_one_line(caught.value)


@pytest.mark.parametrize("letter", ["a", "\u1ea1"])
def test_no_look_up_is_asked_for_a_host_that_is_too_long(letter):
    with pytest.raises(FetchError, match="300 characters; at most 253 are allowed"):
        fetch(f"http://{letter * 300}/")


@pytest.mark.parametrize("host", ["a\0b", "a" * 300, "a..b", "", "\ud800", "\x1b[31m"])
def test_names_that_no_look_up_takes(host):
    began = time.monotonic()
    with pytest.raises(FetchError, match=r"not known|not a public"):
        addresses.find_addresses(host, allow_private=False, deadline=Deadline(3 * GRACE))
    assert time.monotonic() - began < 2 * GRACE


@given(*[st.text(max_size=20)] * 3)
def test_no_password_is_shown(user, password, rest):
    shown = urls.show(f"https://{user}:bimat{password}@{rest}")
    assert shown.isprintable()
    if not set("/?#\\") & set(user + password):
        assert "bimat" not in shown.removesuffix(urls.clip(rest))


def test_signs_of_paths_are_shown_as_they_are():
    for url in ("https://vidu.example/@lan/bài-1", "http://vidu.example:8080/a?b=c:d@e#f"):
        assert urls.show(url) == url


@pytest.mark.parametrize("many", [[], ["http://["]])
def test_the_command_line_shows_no_password(capsys, tmp_path, many):
    arguments = ["segment", "http://lan:bimat@vidu.example/", *many, "-f", "json"]
    for output in ([], ["-o", f"{tmp_path}/"]):
        assert main([*arguments, *output]) == 1
        out, err = capsys.readouterr()
        assert "user name or password" in err
        assert SECRET not in out + err


# Addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "::127.0.0.1", "::169.254.169.254", "::8.8.8.8", "::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8",
        "64:ff9b:1::127.0.0.1", "64:ff9b:1::8.8.8.8", "64:ff9b::10.0.0.1", "100::1", "100:0:0:1::1",
        "2001::1", "2001:0:7f00:1::", "2001:0:808:808::", "2001:2::1", "2001:10::1", "2001:20::1",
        "2001:db8:ffff::1", "2002::1", "2002:808:808::1", "2620:4f:8000::1", "3fff::1",
        "3fff:fff::1", "4000::1", "5f00::1", "8000::1", "fd00::1", "fe80::1", "fec0::1", "feff::1",
        "ff0e::1", "2001:4860:4860::5efe:7f00:1", "2001:4860:4860::200:5efe:a00:1",
        "2001:4860::5efe:a9fe:a9fe%eth0", "192.0.0.8", "192.31.196.1", "192.88.99.1", "192.0.0.170",
        "198.51.100.1", "203.0.113.1", "239.255.255.250", "240.0.0.1", "::ffff:100.64.0.1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert not addresses.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8", "1.1.1.1", "100.63.255.255", "172.32.0.1", "192.0.1.1", "223.255.255.255",
        "2001:200::1", "2001:4860:4860::8888", "2003::1", "2a00:1450:4001::1", "3ffe::1",
        "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2001:4860:4860::5efe:808:808",
    ],
)  # fmt: skip
def test_addresses_that_are_public(address):
    assert addresses.is_public(address)


@given(st.ip_addresses())
def test_no_address_is_public_that_python_knows_to_be_another(address):
    if addresses.is_public(str(address)):
        embedded = isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped
        assert embedded or address.is_global


# The process that reads ----------------------------------------------------------------------

TAR_PIT = hostile_server.PAGE.replace(
    b"<article>", b"<article><div " + b" ".join(b"a%d=1" % n for n in range(80_000)) + b">"
)


def confined(function: str, data: bytes = b"abc", *, seconds: float = 60, **options: object):
    return run_confined(f"misbehaving:{function}", data, deadline=Deadline(seconds), **options)


def test_a_page_that_is_never_read_to_its_end_ends_in_time():
    with hostile_server.serve({"": hostile_server.answer(TAR_PIT)}) as base:
        began = time.monotonic()
        with pytest.raises(FetchError, match=r"was not read within 2 seconds") as caught:
            vnsum.read(base, allow_private=True, timeout=2)
        assert time.monotonic() - began < 2 + GRACE
    assert_one_line(caught.value)


def test_a_page_is_read_elsewhere_as_it_is_here(base):
    found = vnsum.read(base + "page", allow_private=True, timeout=np.float32(600))
    there = read_here(fetch(base + "page"))
    assert {name: getattr(found, name) for name in ("text", "title", "url", "source")} == {
        name: there[name] for name in ("text", "title", "url", "source")
    }
    assert found.boilerplate and all(
        piece.text == found.text[piece.start : piece.end] for piece in found.boilerplate
    )


def test_what_a_process_answers_comes_back():
    assert confined("shout", "Huế ".encode(), times=2) == "Huế Huế "


def test_a_process_has_limits_of_its_own():
    pytest.importorskip("resource")
    memory, seconds, core = confined("tell_limits", seconds=30)
    assert (memory, core) == (MEMORY, 0)
    assert seconds <= 31


@pytest.mark.parametrize(
    ("function", "kind", "message"),
    [
        ("fill", FetchError, "memory"),
        ("die", FetchError, "ended with status 7"),
        ("fail", FetchError, "ZeroDivisionError"),
        ("refuse", InputError, "no such text"),
    ],
)
def test_what_a_process_dies_of_is_told(function, kind, message):
    with pytest.raises(kind, match=message):
        confined(function)


def test_a_process_that_hangs_is_ended():
    began = time.monotonic()
    with pytest.raises(FetchError, match=r"within 0\.5 seconds"):
        confined("hang", seconds=0.5)
    assert time.monotonic() - began < 0.5 + GRACE


@pytest.mark.parametrize("place", [None, ""])
def test_without_an_interpreter_to_start_it_is_said(monkeypatch, place):
    monkeypatch.setattr("sys.executable", place)
    with pytest.raises(FetchError, match="save the page"):
        confined("shout", times=1)


# Files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["a\0b.txt", "\ud800.txt", "a" * 10_000 + ".txt", "\x1b[31m.txt", 5, None, b"a.txt", []]
)
def test_paths_that_are_none(path):
    with pytest.raises(InputError) as caught:
        vnsum.read(path)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("suffix", ["txt", "html"])
@pytest.mark.parametrize(
    "data", [b"\0", b"\xff\xfe\0\xd8", b"\xed\xa0\x80", b"\xef\xbb\xbf\xff", bytes(range(256)) * 9]
)
def test_files_of_bytes_that_are_no_text(tmp_path, suffix, data):
    path = tmp_path / f"bai.{suffix}"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        vnsum.read(path)
    assert_one_line(caught.value)


# Bytes ---------------------------------------------------------------------------------------


@given(
    st.binary(max_size=200),
    st.sampled_from([None, "utf-16", "utf-32", "cp1258", "tcvn3", "gb18030", *map(repr, range(3))])
    | st.text(max_size=50),
    st.booleans(),
)
def test_bytes_are_a_text_or_refused(data, label, is_html):
    try:
        decode(data, name="bai\x1b.html", label=label, is_html=is_html).encode()
    except InputError as error:
        assert_one_line(error)


@pytest.mark.parametrize("label", ["utf-16", "UTF-16LE", "utf_32", "utf-16-be"])
@pytest.mark.parametrize("length", range(4))
def test_a_wide_label_on_narrow_bytes_is_not_believed(label, length):
    text = "Nước lên nhanh ở Huế" + "." * length
    assert decode(text.encode(), name="bai", label=label, is_html=True) == text
    page = f"<meta charset={label}>{text}"
    assert decode(page.encode(), name="bai", is_html=True) == page
