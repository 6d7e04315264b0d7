"""Digests in one language: what is chosen, what is counted once, conflicts, events."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import vnsum
from vnsum import Budget, summarization
from vnsum.errors import InputError
from vnsum.evaluation.digests import b_cubed
from vnsum.summarization.digests import grouping
from vnsum.summarization.digests.selection import Coverage, Room

DAY = datetime.date(2026, 3, 14)
STORM = (
    "Bão số 4 đổ bộ vào Quảng Trị lúc rạng sáng, gió giật cấp 11 làm tốc mái hàng trăm ngôi nhà.",
    "Chính quyền tỉnh đã di dời 6.000 người dân vùng ven biển đến trường học và trụ sở xã.",
    "Tàu thuyền của ngư dân được neo đậu an toàn ở cảng Cửa Việt từ chiều hôm trước.",
    "Ngành điện đang sửa chữa các đường dây bị đứt để cấp điện lại trong ngày.",
)
SAME_STORM = (
    "Rạng sáng nay, bão số 4 đổ bộ vào Quảng Trị với gió giật cấp 11, nhiều nhà dân tốc mái.",
    "Hơn một trăm cây xanh ở thành phố Đông Hà bị quật ngã, chắn ngang nhiều tuyến đường.",
    "Học sinh toàn tỉnh Quảng Trị được nghỉ học cho đến khi bão tan và trường lớp được dọn sạch.",
)
GOLD = (
    "Giá vàng miếng tại các cửa hàng ở Hà Nội giảm mạnh trong phiên giao dịch cuối tuần.",
    "Các chuyên gia khuyên nhà đầu tư nhỏ lẻ thận trọng trước biến động của đồng đô la.",
)


def article(*sentences, **options):
    return vnsum.Article(text=" ".join(sentences), **{"published": DAY, **options})


def messages(digest):
    return [finding.message for finding in digest.findings]


def conflicts(digest):
    own = [finding for sentence in digest.sentences for finding in sentence.findings]
    return [f for f in (*own, *digest.findings) if f.kind == "conflict"]


# The budget ----------------------------------------------------------------------------------

VOCABULARY = "mưa bão lũ người dân tỉnh nhà đường gió lớn 12 15 Huế 3.000"
words = st.sampled_from(VOCABULARY.split())
sentences = st.lists(words, min_size=1, max_size=14).map(lambda some: f"{' '.join(some)}.")
piles = st.lists(st.lists(sentences, max_size=5).map(" ".join), min_size=1, max_size=4)


@settings(deadline=None, max_examples=12)
@example(piles=["", ""], words=5)
@given(piles=piles, words=st.integers(1, 60))
def test_a_digest_is_within_its_words_and_copies_its_evidence(piles, words):
    documents = [vnsum.segment(text, lang="vi") for text in piles]
    digest = summarization.digest(documents, Budget(words=words))
    assert len(digest.text.split()) <= words
    texts = [sentence.text for sentence in digest.sentences]
    assert len({*texts}) == len(texts)
    for sentence in digest.sentences:
        place = sentence.evidence[0]
        assert documents[place.article].sentences[place.sentence].text == sentence.text
        assert place.article not in {other.article for other in sentence.support}


@pytest.mark.parametrize(
    ("length", "most"), [(1, 1), (4, 4), ("brief", 2), (0.3, 3), (Budget(sentences=2), 2)]
)
def test_all_ways_to_say_a_length(length, most):
    digest = summarization.digest([article(*STORM), article(*SAME_STORM)], length)
    assert len(digest.sentences) == most


def test_words_that_fit_no_sentence_give_an_empty_digest_and_a_warning():
    digest = summarization.digest([article(*STORM), article(*SAME_STORM)], Budget(words=3))
    assert digest.text == ""
    assert "No sentence has at most 3 words, so the summary is empty." in messages(digest)
    summary = summarization.load("ranker").summarize(
        vnsum.segment(" ".join(STORM)), Budget(words=3)
    )
    assert [f.message for f in summary.findings] == [
        "No sentence has at most 3 words, so the summary is empty."
    ]


@pytest.mark.parametrize("method", sorted(summarization.METHODS))
@pytest.mark.parametrize("words", [10, 25, 60])
def test_summaries_are_within_their_words(method, words):
    document = vnsum.segment(" ".join((*STORM, *SAME_STORM)))
    summary = summarization.load(method).summarize(document, Budget(words=words))
    assert len(summary.text.split()) <= words
    assert summary.sentences or words == 10


def test_words_are_one_way_to_say_a_length():
    with pytest.raises(InputError, match=r"one of sentences=\.\.\., ratio=\.\.\., length"):
        Budget(words=9, sentences=2)
    with pytest.raises(InputError, match="words must be an integer >= 1, not 0"):
        Budget(words=0)


# Coverage ------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6))
def test_the_selection_is_near_the_best_one(seed):
    random = np.random.default_rng(seed)
    has = random.random((7, 12)) < 0.4
    rows, columns = np.nonzero(has)
    coverage = Coverage(
        rows=rows, columns=columns, weights=random.random(12),
        lengths=random.integers(3, 9, 7).astype(float), free=np.ones(7, dtype=bool),
    )  # fmt: skip
    chosen = coverage.select(Room(words=15.0, sentences=7))
    assert coverage.lengths[chosen].sum() <= 15
    best = 0.0
    for mask in range(1, 128):
        some = [k for k in range(7) if mask >> k & 1]
        if coverage.lengths[some].sum() <= 15:
            best = max(best, coverage.weights[has[some].any(axis=0)].sum())
    value = coverage.weights[has[chosen].any(axis=0)].sum() if chosen else 0.0
    assert value >= 0.6 * best


def test_what_is_said_again_is_printed_once_with_its_support():
    digest = summarization.digest([article(*STORM), article(*SAME_STORM)], 4)
    storms = [s for s in digest.sentences if "đổ bộ" in s.text]
    assert len(storms) == 1
    assert storms[0].articles == (0, 1)


# Articles ------------------------------------------------------------------------------------


def test_near_copies_count_once_and_are_named():
    copy = article(*STORM[:3], source="Báo B")
    digest = summarization.digest([article(*STORM), copy, article(*SAME_STORM)], 3)
    assert messages(digest) == [
        "Article 2 (Báo B) is a near copy of article 1 and counts as one with it."
    ]


def test_identical_articles_give_the_digest_of_one():
    one = summarization.digest([article(*STORM)], 2)
    three = summarization.digest([article(*STORM)] * 3, 2)
    assert one.text == three.text
    assert messages(one) == ["Only one article was used, so this is a summary of it."]
    assert messages(three) == [
        "Articles 2 and 3 are near copies of article 1 and count as one with it."
    ]


def test_an_article_on_something_else_is_left_out():
    digest = summarization.digest([article(*STORM), article(*GOLD), article(*SAME_STORM)], 9)
    assert messages(digest) == ["Article 2 seems to be about something else and was left out."]
    assert {s.evidence[0].article for s in digest.sentences} == {0, 2}


def test_articles_on_different_events_are_all_used_and_a_warning_says_so():
    digest = summarization.digest([article(*STORM), article(*GOLD)], 9)
    assert messages(digest) == ["The articles seem to be about different events."]
    assert {s.evidence[0].article for s in digest.sentences} == {0, 1}


def test_empty_articles_other_languages_and_missing_dates_are_told():
    english = "A storm hit the coast of Quang Tri early on Saturday. Thousands of people left."
    pile = [article(*STORM), article(*SAME_STORM, published=None), "", english]
    digest = summarization.digest(pile, 3)
    assert messages(digest) == [
        "Article 3 has no sentences.",
        "Article 4 is not in Vietnamese; no sentence was taken from it.",
        "Article 2 has no date, so sentences are not ordered by date.",
    ]
    assert summarization.digest(pile, 1, lang="en").text in english
    assert summarization.digest(["", ""], 1).text == ""


def test_the_order_is_that_of_the_dates():
    late, early = DAY + datetime.timedelta(days=4), DAY
    pile = [article(*STORM, published=late), article(*SAME_STORM, published=early)]
    printed = [s.evidence[0].article for s in summarization.digest(pile, 5).sentences]
    assert printed == sorted(printed, reverse=True)


# Conflicts -----------------------------------------------------------------------------------

DEAD = "Vụ lật tàu du lịch trên hồ Núi Cốc làm {} người chết và nhiều người bị thương."
TEAMS = "The regional chess tournament in Hue has {} teams from nine provinces this spring."


@pytest.mark.parametrize(
    ("frame", "one", "other", "found"),
    [
        (DEAD, "4", "7", True),
        (DEAD, "bốn", "bảy", True),
        (DEAD, "4", "bốn", False),
        (DEAD, "khoảng 20", "22", False),
        (DEAD, "hơn 100", "115", False),
        (TEAMS, "18", "21", True),
        (TEAMS, "about 20", "21", False),
        ("Hội chợ sách ở phố đi bộ sẽ khai mạc vào ngày {} tới đây.", "3/4", "5/4", True),
        ("Hội chợ sách ở phố đi bộ sẽ khai mạc vào {} tới đây.", "ngày 3/4", "tháng 4", False),
        ("Đoàn thuyền đua trên sông Hương đã vượt {} trong sáng nay.", "12 km", "40 phút", False),
        ("Nhà máy giấy ở khu Bãi Bằng được đầu tư {} trong năm nay.", "1,25 tỷ đồng",
         "1,26 tỷ đồng", False),
    ],
)  # fmt: skip
def test_different_figures_for_the_same_thing_are_a_conflict(frame, one, other, found):
    pile = [article(frame.format(value)) for value in (one, other)]
    digest = summarization.digest(pile, 1)
    assert bool(conflicts(digest)) is found
    for finding in conflicts(digest):
        assert {place.article for place in finding.places} == {0, 1}
        assert (finding.severity, digest.sentences[0].findings) == ("warning", (finding,))
        span = finding.source
        assert digest.text[span.start : span.end] in (one, other, f"ngày {one}", f"ngày {other}")


def test_a_conflict_names_all_papers_the_latest_first():
    later = DAY + datetime.timedelta(days=1)
    pile = [
        article(DEAD.format(4), source="Báo A"),
        article(DEAD.format(7), source="Báo B", published=later),
    ]
    (finding,) = conflicts(summarization.digest(pile, 1))
    assert finding.severity == "info"
    assert finding.message == (
        "Articles give different figures at different times, the latest first: "
        '"7 người chết" (Báo B, 2026-03-15); "4 người chết" (Báo A, 2026-03-14).'
    )
    same_day = [replace(one, published=DAY) for one in pile]
    (finding,) = conflicts(summarization.digest(same_day, 1))
    assert finding.message == (
        "Articles give different figures for the same thing: "
        '"4 người chết" (Báo A, 2026-03-14); "7 người chết" (Báo B, 2026-03-14).'
    )
    named = [replace(one, source=f"Báo {'o' * 1000}") for one in same_day]
    (finding,) = conflicts(summarization.digest([named[0], same_day[1]], 1))
    assert f"(Báo {'o' * 95}…, 2026-03-14)" in finding.message
    moment = [same_day[0], replace(same_day[1], text=f"Tính đến 10h, {pile[1].text}")]
    (finding,) = conflicts(summarization.digest(moment, 1))
    assert finding.severity == "info"


def test_a_figure_that_both_articles_have_is_no_conflict():
    pile = [article(DEAD.format(4)), article(DEAD.format(7), "Ban đầu có tin 4 người đã chết.")]
    assert conflicts(summarization.digest(pile, 1)) == []


RIDER = "Chiều qua, xe tải đâm vào xe máy của {} trên quốc lộ 27, đoạn qua thị trấn Liên Nghĩa."
FLOOD = "Nước lũ sáng nay làm sập cây cầu treo bắc qua suối ở {}, cô lập hơn chục hộ dân."
DRIVER = "Công an huyện đã tạm giữ lái xe {} để làm rõ nguyên nhân vụ tai nạn chiều qua."
# What only one of the articles says, so that they are no near copies.
APART = (
    "Cơ quan chức năng đang thống kê thiệt hại và động viên các gia đình ở khu vực này.",
    "Theo nhiều người có mặt lúc đó, trời mưa nặng hạt và tầm nhìn rất kém suốt buổi.",
)
TOLD = "{} kể rằng tiếng nổ rất lớn phát ra từ gian bếp quán phở vào lúc rạng sáng."
HEARD = "Tiếng nổ rất lớn phát ra từ gian bếp quán phở vào lúc rạng sáng, theo lời {} ở gần đó."
ALSO = "Người dân cho biết {} sống ở đây đã lâu."


def named(pile):
    """Return the conflicts of names in the digest of a pile."""
    return [f for f in conflicts(summarization.digest(pile, 1)) if "different names" in f.message]


def pair(frame, *names):
    return [article(frame.format(name), own) for name, own in zip(names, APART, strict=True)]


@pytest.mark.parametrize(
    ("frame", "one", "other"),
    [
        (RIDER, "ông Nguyễn Văn Nam, 45 tuổi", "ông Nguyễn Văn Nâm, 45 tuổi"),
        (RIDER, "Phạm Đức Hùng", "Phạm Đức Hưng"),
        (RIDER, "anh Lê Quang Tân", "anh Lê Quan Tân"),
        (RIDER, "bà Đỗ Thị Lan (SN 1961)", "bà Đỗ Thị Lam (SN 1961)"),
        (RIDER, "bà Đỗ Thị Lan (SN 1961)", "bà Đỗ Thị Lam (SN 1967)"),
        (FLOOD, "xã Sơn Kỳ", "xã Sơn Ky"),
        (FLOOD, "thôn Vĩnh Hoà", "thôn Vĩnh Hoa"),
        (DRIVER, "Trần Đình Bách (29 tuổi)", "Trần Đình Khôi (29 tuổi)"),
        (DRIVER, "Trần Đình Bách", "Trần Đình Khôi"),
    ],
)
def test_different_names_of_one_person_or_place_are_a_conflict(frame, one, other):
    pile = pair(frame, one, other)
    digest = summarization.digest(pile, 1)
    (finding,) = (f for f in conflicts(digest) if "names" in f.message)
    assert (finding.severity, digest.sentences[0].findings[-1]) == ("warning", finding)
    assert {place.article for place in finding.places} == {0, 1}
    assert digest.text[finding.source.start : finding.source.end] in f"{one} {other}"


@pytest.mark.parametrize(
    ("frame", "one", "other"),
    [
        (RIDER, "anh Phan Thế Thuỵ", "anh Phan Thế Thụy"),  # tone marks
        (FLOOD, "xã Sơn Kỳ", "xã Sơn Kì"),  # i for y
        (FLOOD, "xã Sơn Lộc", "xã Son Loc"),  # without diacritics
        (FLOOD, "xã Tân Sơn", "xã Tan Son"),
        (FLOOD, "thôn Nam Sơn", "thôn Nam Son"),
        (RIDER, "ông NGUYỄN VĂN NAM", "ông Nguyễn Văn Nam"),
        (FLOOD, "tỉnh Quảng Trị", "tỉnh Quảng Tri"),
        (FLOOD, "Hà Nam", "Hà Nội"),  # two places of the table of names
        (RIDER, "ông Xéc-gây La-vrốp", "ông Sergei Lavrov"),
        (RIDER, "ông Sergey Lavrov", "ông Sergei Lavrov"),
        (FLOOD, "Xy-ri", "Syria"),
        (FLOOD, "xã Sơn Kỳ", "huyện Sơn Ky"),  # of different kinds
        (RIDER, "ông Lê Thanh Hải", "bà Lê Thanh Hai"),
        (FLOOD, "xã Sơn Kỳ", "xã Sơn Hà"),
        (FLOOD, "xã Lộc Tân", "xã Lộc An"),
        (RIDER, "Nguyễn Văn A.", "Nguyễn Văn An"),  # an initial
        (RIDER, "ông Nguyễn Văn Nam", "ông Nam"),
    ],
)
def test_spellings_of_one_name_and_names_of_two_are_no_conflict(frame, one, other):
    assert named(pair(frame, one, other)) == []


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("Anh Lê Văn Hải", "anh Lê Văn Hai", 0),
        ("Anh Lê Văn Hải gần đó", "anh Lê Văn Hai", 1),
        ("Anh Lê Văn Hải ở gần đó", "anh Lê Văn Phúc", 0),
        ("Anh Lê Văn Hải, 61 tuổi, ở gần đó", "anh Lê Văn Hai, 61 tuổi,", 1),
        ("Anh Lê Văn Hải, 61 tuổi, ở gần đó", "anh Lê Văn Phúc, 61 tuổi,", 1),
        ("Anh Lê Văn Hải, 61 tuổi, ở gần đó", "anh Lê Văn Hai, 33 tuổi,", 0),
        ("Anh Lê Văn Hải gần đó cùng ông Võ Tá Lộc", "anh Lê Văn Hai", 0),
    ],
)
def test_names_of_two_people_have_other_words_beside_them(one, other, count):
    pile = [article(TOLD.format(one), APART[0]), article(HEARD.format(other), APART[1])]
    assert len(named(pile)) == count


def test_names_conflict_only_if_sentences_say_the_same_or_the_age_is_the_same():
    first, _ = pair(RIDER, "ông Vũ Bá Thăng, 52 tuổi", "")
    for age, count in ((52, 1), (25, 0)):
        other = (
            f"Bác sĩ đã phẫu thuật trong đêm cho ông Vũ Bá Thắng, {age} tuổi, và hai người khác."
        )
        assert len(named([first, article(other)])) == count
    school = (
        "Trường tiểu học ở xã Sơn Ky, cách chợ hai cây số, vừa được sơn lại để đón năm học mới."
    )
    assert named([article(FLOOD.format("xã Sơn Kỳ")), article(school)]) == []


def test_names_of_which_one_article_has_both_are_no_conflict():
    one, other = pair(FLOOD, "xã Sơn Kỳ", "xã Sơn Ky")
    assert len(named([one, other])) == 1
    for first, second in ((one, other), (other, one)):
        for name in ("Sơn Kỳ", "Sơn Ky"):  # without a word that tells that it is a place
            both = replace(second, text=f"{second.text} Chợ {name} vẫn họp.")
            for pile in ([first, both], [both, first]):
                assert len(named(pile)) == (name in second.text)


def test_names_of_one_origin_are_no_conflict():
    same = [
        replace(each, source="Báo A")
        for each in pair(RIDER, "anh Phạm Đức Hùng", "anh Phạm Đức Hưng")
    ]
    assert named(same) == []


def test_a_conflict_of_names_has_all_their_places_the_latest_first():
    later = DAY + datetime.timedelta(days=1)
    first, second = pair(RIDER, "anh Phạm Đức Hùng", "anh Phạm Đức Hưng")
    pile = [
        replace(first, source="Báo A"),
        replace(second, source="Báo B", published=later),
        article(ALSO.format("anh Phạm Đức Hùng"), source="Báo C"),
    ]
    (finding,) = named(pile)
    assert finding.severity == "warning"
    assert finding.message == (
        'Articles give different names for the same thing: "anh Phạm Đức Hưng" (Báo B, 2026-03-15);'
        ' "anh Phạm Đức Hùng" (Báo A, 2026-03-14); "anh Phạm Đức Hùng" (Báo C, 2026-03-14).'
    )
    assert [place.article for place in finding.places] == [1, 0, 2]


def test_a_name_like_two_of_one_article_is_not_compared():
    one, other = pair(RIDER, "anh Phạm Đức Hùng", "anh Phạm Đức Hưng")
    assert len(named([one, other])) == 1
    third = RIDER.format("anh Phạm Đức Hứng").replace("Chiều qua", "Hôm thứ ba")
    two = replace(other, text=f"{other.text} {third} {ALSO.format('anh Phạm Đức Hưng')}")
    assert named([one, two]) == []


@pytest.mark.parametrize(
    ("frame", "one", "other"),
    [
        ("Xã Vĩnh Kim được cấp {} và được hỗ trợ xi măng làm đường.", "860 tỷ đồng", "680 tỷ đồng"),
        ("Xã Vĩnh Kim được cấp {} vốn vay trong năm nay để làm đường.", "86 tỷ đồng", "68 tỷ đồng"),
        ("Lớp học vẽ ở đình làng có {} và thầy giáo trẻ dạy mỗi tối.", "15 em", "18 em"),
        ("Lớp học vẽ ở đình làng có {} được học miễn phí mỗi tối.", "15 học sinh", "18 học sinh"),
        ("The village art class has {} from three schools every night.", "15 pupils", "18 pupils"),
    ],
)
def test_a_figure_is_quoted_with_at_most_the_noun_that_it_counts(frame, one, other):
    pile = [article(frame.format(figure)) for figure in (one, other)]
    (finding,) = conflicts(summarization.digest(pile, 1))
    assert f': "{one}" (article 1, ' in finding.message
    assert f'; "{other}" (article 2, ' in finding.message


# Events --------------------------------------------------------------------------------------


def test_a_pile_is_split_into_events_in_order():
    pile = [article(*GOLD), article(*STORM), article(*SAME_STORM), article(*GOLD, source="Báo B")]
    assert summarization.group(pile) == [[0, 3], [1, 2]]
    assert summarization.group(" ".join(one) for one in (GOLD, STORM, SAME_STORM)) == [[0], [1, 2]]
    with pytest.raises(InputError, match="articles is empty"):
        summarization.group([])


def test_days_far_apart_are_other_events():
    weeks = DAY + datetime.timedelta(days=20)
    pile = [article(*STORM), article(*STORM, published=weeks), article(*STORM, published=None)]
    assert summarization.group(pile[:2]) == [[0], [1]]
    assert summarization.group(pile[1:]) == [[0, 1]]


def test_a_large_pile_is_split_as_a_small_one(monkeypatch):
    pile = [article(*text) for text in (GOLD, STORM, SAME_STORM, GOLD, STORM)]
    small = summarization.group(pile)
    monkeypatch.setattr(grouping, "SMALL_PILE", 1)
    monkeypatch.setattr(grouping, "CHARACTERISTIC", 500)  # these articles are short and alike
    assert summarization.group(pile) == small == [[0, 3], [1, 2, 4]]


def test_b_cubed_is_one_for_the_same_groups_only():
    assert b_cubed([[0, 2], [1]], [5, 6, 5]) == (1.0, 1.0, 1.0)
    precision, recall, f1 = b_cubed([[0, 1, 2]], [5, 6, 5])
    assert (precision, recall) == (pytest.approx(5 / 9), 1.0)
    assert f1 == pytest.approx(2 * (5 / 9) / (1 + 5 / 9))
