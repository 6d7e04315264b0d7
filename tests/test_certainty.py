"""Repairs: only of certain readings, without harm to other values, and limited in number."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vnsum import checks, quantities
from vnsum.glossary import Glossary
from vnsum.quantities.values import Quantity
from vnsum.translation import CheckedTranslator, FakeBackend
from vnsum.translation.backends.backend import Hypothesis
from vnsum.translation.repair import figures
from vnsum.translation.repair.acceptance import adds_names
from vnsum.translation.repair.certainty import is_fully_read, may_be_misread
from vnsum.translation.repair.figures import repair_figures
from vnsum.translation.repair.meanings import repair_meanings
from vnsum.translation.repair.names import repair_names
from vnsum.translation.repair.states import MAX_TOTAL_LOSS, MAX_TRIES, RepairInput

WAY = {"source": "vi", "target": "en"}
REPAIRS = (repair_meanings, repair_names, repair_figures)
RIGHT = (
    ("Ngày 23/12, giá gạo tăng 25%.", "On 23 December the price of rice rose 25%."),
    ("Ông Macron trả 2,5 triệu đồng cho 48 vé.", "Macron paid 2.5 million dong for 48 tickets."),
    ("Bà cụ hai mươi mốt tuổi không đến.", "The woman aged twenty-one did not come."),
    ("Từ 8/3 đến 10/3 có 1.400 người.", "From March 8 to March 10 there were 1,400 people."),
    ("Tàu chạy lúc 7h30 và đi 120 km.", "The train leaves at 7:30 a.m. and covers 120 km."),
)


class Obedient(FakeBackend):
    """Writes every form that it is asked for, and finds all translations equally likely."""

    def score(self, pairs, *, source, target):
        return [-0.5 for _ in pairs]

    def constrain(self, constraints, *, source, target):
        return [
            tuple(Hypothesis(text=text, score=-0.5) for text in self.write(constraint))
            for constraint in constraints
        ]

    def write(self, constraint):
        forms, text, place = constraint.forms, constraint.translation, constraint.place
        if not forms:
            return [text[:place] + text[place:].split(" ", 1)[-1]]
        if place is None:
            return [f"{text[:-1]}, {form}." for form in forms]
        return [text[:place] + form + " " + text[place:].split(" ", 1)[-1] for form in forms]


def repair(source, text, *, backend=None, n_best=(), repairs=REPAIRS):
    """Return the text after all repairs and their findings."""
    found = []
    for step in repairs:
        case = RepairInput(source=source, text=text, score=-0.5, n_best=n_best)
        (done,) = step([case], backend=backend or Obedient(), glossary=Glossary(), **WAY)
        text = done.text if done else text
        found += done.findings if done else ()
    return text, found


def misread(read_all, seed):
    """Return a reader that drops, shortens and changes readings at random; it is not certain."""

    def read(text, *, lang, published=None):
        rng = random.Random(f"{seed} {text}")
        kept = []
        for quantity in read_all(text, lang=lang, published=published):
            what = rng.choice(["right", "right", "dropped", "shorter", "another", "a date"])
            if what == "dropped":
                continue
            change = {
                "right": {},
                "shorter": {"end": quantity.start + 1, "text": quantity.text[:1], "value": 2},
                "another": {"value": rng.randrange(30, 99)},
                "a date": {"kind": "date", "unit": "", "value": quantities.Date(month=12, day=3)},
            }[what]
            kept.append(replace(quantity, **change, certain=not change) if change else quantity)
        return tuple(kept)

    return read


@given(st.sampled_from(RIGHT), st.integers(0, 10**6), st.permutations(range(len(RIGHT))))
@settings(deadline=None, max_examples=150)
def test_a_reader_that_misreads_never_changes_a_right_translation(pair, seed, order):
    others = tuple(Hypothesis(text=RIGHT[i][1], score=-0.5) for i in order)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quantities, "read_all", misread(quantities.read_all, seed))
        text, found = repair(*pair, n_best=others)
    assert (text, found) == (pair[1], [])


@pytest.mark.parametrize("seed", [3, 21])
def test_the_law_can_fail(monkeypatch, seed):
    """The same misreadings change a translation where the reader claims to be certain."""
    read_all = quantities.read_all

    def read(text, *, lang, published=None):
        found = misread(read_all, seed)(text, lang=lang, published=published)
        return tuple(replace(quantity, certain=True) for quantity in found)

    monkeypatch.setattr(quantities, "read_all", read)
    assert any(repair(*pair)[0] != pair[1] for pair in RIGHT)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Lợi nhuận tăng từ 200 lên 1.500 tỷ đồng.",
         "Profit rose from 200 billion to 1.5 trillion dong."),
        ("Mức phạt tăng từ 4-6 lên 18-20 triệu đồng.",
         "The fine rose from 4-6 million to 18-20 million dong."),
        ("Thuế giảm từ 10 xuống 8%.", "The tax is cut from 10% to 8%."),
        ("Giá tăng từ 500 lên 1 triệu đồng.", "The price rose from 500,000 to 1 million dong."),
        ("Giá tăng từ 500 lên 1 triệu đồng.", "The price rose from 500 to 1 million dong."),
        ("Họ lỗ 3, 5 và 7 triệu USD.", "They lost $3 million, $5 million and $7 million."),
        ("Chỉ 1/3 số trường thiếu giáo viên.", "Only one in three schools lacks teachers."),
        ("Giá cao gấp 3 lần rưỡi.", "The price is three and a half times as high."),
        ("Gần nghìn tỷ đồng bị thất thoát.", "Nearly a trillion dong was lost."),
        ("Anh quản lý 90 000 người.", "He manages 90,000 people."),
        ("Học sinh cấp 3 thi đại học.", "High school seniors take the entrance exam."),
        ("Đi hết 2 giờ 30 phút.", "It takes two and a half hours."),
        ("Tôi dậy lúc năm giờ rưỡi.", "I get up at five thirty."),
        ("Mua cho mẹ 2 lạng thịt.", "Buy 200 grams of meat for mum."),
        ("Ông có 3 sào ruộng.", "He has 1,080 square metres of rice fields."),
        ("Cụ bà bát tuần vẫn đi làm.", "The old woman still goes to work."),
    ],
)  # fmt: skip
def test_a_right_translation_with_other_scales_stays(source, target):
    assert repair(source, target) == (target, [])


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("The price is 7 million.", ["number warning"]),
        ("The price is high.", ["number warning"]),
        ("It has cost 2.3 billion since 1998.", ["date warning"]),
    ],
)
def test_findings_that_depend_on_an_uncertain_reading_are_warnings(monkeypatch, target, found):
    read_all = quantities.read_all

    def read(text, *, lang, published=None):
        return tuple(
            replace(q, certain=lang == "en") for q in read_all(text, lang=lang, published=published)
        )

    source = "Giá là 2,3 triệu."
    assert all(f.severity == "error" for f in checks.check(source, target))
    monkeypatch.setattr(quantities, "read_all", read)
    messages = checks.check(source, target)
    assert {f"{f.kind} {f.severity}" for f in messages} >= set(found)
    assert all(f.severity == "warning" for f in messages)


def test_what_was_not_read_is_not_certain():
    number = Quantity(kind="number", value=5, text="5", start=3, end=4)
    assert is_fully_read("Có 5 nhà.", [number], lang="vi")
    assert not is_fully_read("Có 5 nhà.", [replace(number, certain=False)], lang="vi")
    assert not is_fully_read("Có 5 nhà, 7 xe.", [number], lang="vi")
    assert not is_fully_read("Có 5 nhà, ba mươi xe.", [number], lang="vi")
    assert is_fully_read(
        "It has 5 doors.", quantities.read("It has 5 doors.", lang="en"), lang="en"
    )
    for text in ("June and Jack married.", "August is the hottest month."):
        assert not is_fully_read(text, quantities.read(text, lang="en"), lang="en")


def test_the_numbers_of_a_time_are_its_hour_and_minute():
    times = quantities.read("Họ đến lúc năm giờ rưỡi.", lang="vi")
    numbers = quantities.read("They came on the five, thirty of them.", lang="en")
    assert [quantity.kind for quantity in times] == ["time"]
    assert may_be_misread(times[0], times, numbers)
    assert not may_be_misread(times[0], times, numbers[:1])


@pytest.mark.parametrize(
    "other",
    [
        "There were fifty people at the festival.",  # a number in words is a number
        "There were 20 people at the festival.",
        "There were dozens of people at the festival on two days.",
    ],
)
def test_an_invented_figure_does_not_become_another_one(other):
    source, text = "Có nhiều người dự lễ hội.", "There were 18,000 people at the festival."
    assert repair(source, text, n_best=(Hypothesis(text=other, score=-0.1),))[0] != other


def test_a_value_of_another_unit_is_not_substituted():
    source, text = "Ông mua 50 kg gạo.", "He drove 30 km for the rice."
    assert "50 km" not in repair(source, text)[0]
    assert repair(source, text, backend=FakeBackend(function=lambda _: text))[0] == text


class Judging(Obedient):
    """Finds a translation without its first value less likely by `loss` nats in all."""

    directions = ("vi->en", "en->vi")
    forward: float = 0.0
    back: float = 0.0

    def score(self, pairs, *, source, target):
        loss = self.forward if source == "vi" else self.back
        lengths = self.count_tokens([written for _, written in pairs])
        return [
            -0.1 - (loss / (length + 1) if "18,000" not in " ".join(pair) else 0)
            for pair, length in zip(pairs, lengths, strict=True)
        ]


@given(st.floats(0, 4.9), st.floats(0, 12))
@settings(deadline=None)
def test_a_repair_that_makes_the_translation_much_less_likely_is_refused(forward, back):
    source = "Có 1.400 người dự lễ hội lớn ở thành phố Huế trong những ngày mưa gió này."
    text = source.replace("1.400", "18,000")
    text = "There were 18,000 people at the great festival in the city of Hue on these rainy days."
    backend = type("Strict", (Judging,), {"forward": forward, "back": back})()
    done, _ = repair(source, text, backend=backend, repairs=[repair_figures])
    # Digits alone and a number in words are spared the loss of "1,400".
    assert ("1,400" in done) == (forward + back <= MAX_TOTAL_LOSS + 1e-9)


class Futile(Obedient):
    """Never writes what it is asked for."""

    def write(self, constraint):
        return [constraint.translation.replace("1", "7")]

    def constrain(self, constraints, *, source, target):
        self.calls.append(tuple(constraints))
        return super().constrain(constraints, source=source, target=target)


def test_a_repair_is_given_up_after_a_number_of_tries_and_says_so():
    source = "Hộp nặng 21 kg, dài 32 cm, giá 43 USD, bán ngày 4/5 ở Huế."
    text = "The box from Hue is big."
    backend = Futile()
    done, found = repair(source, text, backend=backend, repairs=[repair_figures])
    assert done == text
    assert sum(map(len, backend.calls)) == MAX_TRIES
    assert [(f.kind, f.severity, f.message) for f in found] == [
        ("limit", "info", f"The repair was given up after {MAX_TRIES} more translations of the "
                          "sentence.")]  # fmt: skip


def test_a_repair_within_the_limit_does_not_mention_it():
    source, text = "Hộp nặng 21 kg.", "The box is heavy."
    backend = Futile()
    assert repair(source, text, backend=backend) == (text, [])
    assert 0 < sum(map(len, backend.calls)) <= MAX_TRIES


def test_the_limit_is_part_of_the_signature():
    assert f"{MAX_TRIES} tries" in CheckedTranslator(backend=FakeBackend()).signature


@pytest.mark.parametrize(
    "other",
    [
        "There were 48 người at the festival in Hue.",  # a word of the source
        "There were 48 people, $1 each, at the festival in Hue.",  # a value of its own
        "In Hue there were 48 people at the festival, in Hue.",  # a name twice
    ],
)
def test_a_repair_adds_no_word_of_the_source_and_no_value_of_its_own(other):
    source, text = "Có 48 người dự lễ hội ở Huế.", "There were people at the festival in Hue."
    right = "There were 48 people at the festival in Hue."
    others = tuple(Hypothesis(text=text, score=-0.1) for text in (other, right))
    backend = FakeBackend(function=lambda _: text)
    assert repair(source, text, n_best=others[:1], backend=backend)[0] == text
    assert repair(source, text, n_best=others, backend=backend)[0] == right


MISREAD = {  # as it was read, beside the right reading as a plain number
    "date": lambda n: {"kind": "date", "value": quantities.Date(month=n)},
    "label": lambda n: {"kind": "label", "unit": "grade", "value": n},
    "measure": lambda n: {"kind": "measure", "unit": "km", "value": n},
    "scale": lambda n: {"value": n * 10**6, "text": f"{n} triệu"},
}


def repair_misread(monkeypatch, reading, number):
    """Return what becomes of a right translation if the source is read as `reading`."""
    read_all = quantities.read_all

    def read(text, *, lang, published=None):
        found = read_all(text, lang=lang, published=published)
        change = MISREAD[reading](number) if lang == "vi" else {}
        return tuple(replace(quantity, **change) for quantity in found)

    monkeypatch.setattr(quantities, "read_all", read)
    return repair(f"Ở đó có {number} con.", f"There are {number} cats.")[0]


@pytest.mark.parametrize("number", [2, 7, 12])
@pytest.mark.parametrize("reading", MISREAD)
def test_a_number_that_one_side_reads_in_another_way_is_not_repaired(monkeypatch, reading, number):
    assert repair_misread(monkeypatch, reading, number) == f"There are {number} cats."


def test_other_readings_are_what_prevents_it(monkeypatch):
    monkeypatch.setattr(figures, "may_be_misread", lambda *_: False)
    assert repair_misread(monkeypatch, "scale", 7) == "There are 7 million cats."


@pytest.mark.parametrize(
    ("candidate", "taken"),
    [
        ("The storm in the gulf killed 9 people.", True),
        ("The storm in the Pacific killed 9 people.", False),
        ("The storm in the gulf, Wright, killed 9 people.", False),
    ],
)
def test_a_repair_adds_no_name(candidate, taken):
    source, first = "Bão ngoài khơi làm 9 người chết.", "The storm in the gulf killed people."
    assert adds_names(candidate, first, source) is not taken
    others = (Hypothesis(text=candidate, score=-0.5),)
    text = repair(source, first, n_best=others, backend=FakeBackend(function=str))[0]
    assert text == (candidate if taken else first)


@pytest.mark.parametrize(("place", "certain"), [("Côn Minh", True), ("Tương Dương", False)])
def test_a_name_that_two_places_have_is_not_repaired(place, certain):
    first = "Heavy rain in Xuong Doong."
    assert (repair(f"Mưa lớn ở {place}.", first)[0] != first) is certain
