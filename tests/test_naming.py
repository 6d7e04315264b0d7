"""Repairs of names, on fake backends."""

from dataclasses import replace

import pytest

from vnsum import checks
from vnsum.glossary import Glossary
from vnsum.names.recognition import list_names, spell_name
from vnsum.translation import CheckedTranslator, FakeBackend
from vnsum.translation.backends.backend import Hypothesis
from vnsum.translation.repair.names import MAX_LOSS, MAX_LOST, repair_names
from vnsum.translation.repair.states import RepairInput

WAY = {"source": "vi", "target": "en"}
SOURCE = "Ông Petro viết trên Truth Social rằng 1.400 người đã đến Bogota."
WHOLE = "Petro wrote on Truth Social that 1,400 people had come to Bogota."
LOST = "Petro wrote that 1,400 people had come to Bogota."


class Steered(FakeBackend):
    """Can be steered: `answers` are what it writes when a name is given."""

    answers: tuple[Hypothesis, ...] = ()

    def score(self, pairs, *, source, target):
        return [-0.5 for _ in pairs]

    def constrain(self, constraints, *, source, target):
        self.calls.append(tuple(constraints))
        return [self.answers for _ in constraints]


def repair(text, *n_best, source=SOURCE, backend=None, score=-0.5, glossary=None):
    case = RepairInput(source=source, text=text, score=score, n_best=n_best)
    return repair_names(
        [case], backend=backend or FakeBackend(), glossary=glossary or Glossary(), **WAY
    )[0]


def names(source, text):
    return [f for f in checks.check(source, text) if f.kind == "name"]


def test_a_translation_with_all_names_is_left_alone_without_a_call():
    backend = Steered(function=str)
    assert not names(SOURCE, WHOLE)
    assert repair(WHOLE, Hypothesis(text=LOST, score=-0.1), backend=backend) is None
    assert backend.calls == []


def test_another_candidate_that_has_the_name_is_taken_and_told():
    repaired = repair(LOST, Hypothesis(text=WHOLE, score=-0.7))
    assert repaired.text == WHOLE and not names(SOURCE, WHOLE)
    assert {finding.kind for finding in repaired.findings} == {"repair"}
    for finding in repaired.findings:
        name = SOURCE[finding.source.start : finding.source.end]
        assert WHOLE[finding.target.start : finding.target.end] == name
        assert f'"{name}"' in finding.message and "another candidate" in finding.message
    assert len(repaired.findings) == len(names(SOURCE, LOST)) == 2


@pytest.mark.parametrize(
    "other",
    [
        Hypothesis(text=WHOLE, score=-0.5 - MAX_LOSS - 0.1),  # too unlikely
        Hypothesis(text=WHOLE.replace("1,400", "14,000"), score=-0.5),  # a figure is spoilt
        # one name for another
        Hypothesis(text=WHOLE.replace("Social", "It").replace("Bogota", "Quito"), score=-0.1),
        Hypothesis(text=f"{WHOLE} " * 3, score=-0.5),  # repeats itself
        Hypothesis(text=LOST.replace("wrote", "said"), score=-0.1),  # lacks the name as well
        Hypothesis(text=WHOLE.replace("people", "người"), score=-0.5),  # half translated
    ],
)
def test_what_is_no_better_is_not_taken(other):
    assert repair(LOST, other) is None


def test_a_candidate_with_fewer_errors_is_taken():
    other = Hypothesis(text=WHOLE.replace(" to Bogota", ""), score=-0.5)
    assert len(names(SOURCE, other.text)) == 1 < len(names(SOURCE, LOST))
    assert repair(LOST, other).text == other.text


def test_a_term_of_the_glossary_is_not_lost():
    glossary = Glossary.from_dict({"người": "folks"})
    kept, other = LOST.replace("people", "folks"), Hypothesis(text=WHOLE, score=-0.5)
    assert repair(kept, other, glossary=glossary) is None
    assert repair(kept, other).text == WHOLE


def test_a_model_that_can_be_steered_is_given_the_whole_name():
    backend = type("Answering", (Steered,), {"answers": (Hypothesis(text=WHOLE, score=-0.6),)})
    backend = backend(function=str)
    repaired = repair(LOST, backend=backend)
    assert repaired.text == WHOLE
    assert len(repaired.findings) == 2
    assert all("with the name given" in finding.message for finding in repaired.findings)
    ((request,),) = backend.calls  # one request for both words of it
    assert request.forms == ("Truth Social",) and request.translation == LOST


def test_more_lost_names_than_can_be_are_left_alone():
    people = [f"B{letter}zzw{letter}" for letter in "aeiou"][: MAX_LOST + 1]
    source = "Có mặt các ông " + ", ".join(people) + "."
    every = "Present were " + ", ".join(people) + "."
    assert len(names(source, "They were present.")) == MAX_LOST + 1
    assert repair("They were present.", Hypothesis(text=every, score=-0.5), source=source) is None


@pytest.mark.parametrize(
    ("text", "lang", "other", "forms"),
    [
        ("Tổng thống Macron phát biểu.", "vi", "en", ("Macron",)),
        ("Ông Tập Cận Bình phát biểu.", "vi", "en", ("Xi Jinping", "Xi")),
        ("Bà Nguyễn Thị Định phát biểu.", "vi", "en", ("Nguyen Thi Dinh", "Nguyễn Thị Định")),
        ("They met in Hungary.", "en", "vi", ("Hungary", "Hung-ga-ri")),
    ],
)
def test_the_forms_of_a_name_in_the_other_language(text, lang, other, forms):
    (name,) = list_names(text, lang)
    found = spell_name(name, other)
    assert forms[0] in found and (lang == "en" or found[: len(forms)] == forms)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Theo Ansa, cảnh sát lo ngại.", ["Ansa"]),
        ("Đền xây thời Vua Yasovarman.", ["Yasovarman"]),
        ("Họ là người châu Mỹ.", []),
        ("Họ là người Mỹ.", ["Mỹ"]),
        ("Diễn viên Imran Khan đến.", ["Imran", "Khan"]),
        ("Ông Lê Tiến Châu - chủ tịch tỉnh - đến.", ["Lê Tiến Châu"]),
        ("Ông Lê Tiến Châu – Chủ tịch tỉnh – đến.", ["Lê Tiến Châu"]),
        ("Cầu nối Hồ Văn-Lý Sơn.", ["Lý Sơn"]),
        ("Ông Cu - nét và ông Am-xtéc-đam đến.", []),
        ("Ông gia nhập Đoàn Văn công Tổng cục.", []),
        ("Đoàn Thanh niên gặp Đoàn Văn Hậu.", ["Đoàn Văn Hậu"]),
        ("Ông Đoàn Văn nói.", ["Đoàn Văn"]),
    ],
)
def test_what_is_a_name(text, expected):
    assert [name.text for name in list_names(text, "vi")] == expected


def test_only_certain_names_are_given_to_the_model():
    """What follows "sông" may be part of a common name: the basin of the Indus."""
    backend = Steered(function=str)
    source = "Họ sống ở lưu vực sông Ấn và gặp bà Nguyễn Thị Định."
    repair("They lived there and met her.", source=source, backend=backend)
    ((request,),) = backend.calls
    assert request.forms[0] == "Nguyen Thi Dinh"


@pytest.mark.parametrize("repairing", [True, False])
def test_names_are_repaired_on_the_way_to_the_user(repairing):
    class Offering(FakeBackend):
        def translate(self, texts, *, source, target, beams=None):
            others = (Hypothesis(text=WHOLE, score=-0.6),)
            return [Hypothesis(text=LOST, score=-0.5, n_best=others) for _ in texts]

    translator = CheckedTranslator(backend=Offering(function=str), repair=repairing)
    (checked,) = translator.translate_checked([SOURCE], **WAY)
    assert checked.text == (WHOLE if repairing else LOST)
    assert bool(checked.findings) == repairing


def test_a_repair_depends_on_its_own_case_alone():
    other = (Hypothesis(text=WHOLE, score=-0.6),)
    cases = [
        RepairInput(source=SOURCE, text=LOST, score=-0.5, n_best=other),
        RepairInput(source=SOURCE, text=WHOLE, score=-0.5),
        RepairInput(source="", text="", score=None),
    ]
    options = {"backend": FakeBackend(), "glossary": Glossary(), **WAY}
    together = repair_names(cases, **options)
    assert together == [repair_names([replace(case)], **options)[0] for case in cases]
    assert repair_names([], **options) == []


@pytest.mark.parametrize(
    ("source", "text", "right"),
    [
        ("Anh Quyết mở quán ở chợ.", "Then Quyen opened a stall at the market.",
         "Then Quyet opened a stall at the market."),
        ("Bà Lê Thị Hường bán cá.", "Le Thi Huong Giang sells fish.", None),
        ("Bà Lê Thị Hường bán cá.", "Le Thi Hoa sells fish.", "Le Thi Huong sells fish."),
        ("Bà Lê Thị Hường bán cá.", "Pham Van Tuan sells fish.", None),
        # Two names may be meant.
        ("Mưa to ở Buôn Ma Thuột.", "Heavy rain fell in Buong Ma Thuot.",
         "Heavy rain fell in Buon Ma Thuot."),
        ("Anh Quyết mở quán.", "Quyen and Quyeu opened a stall.", None),
        # The other name is in the source as well.
        ("Anh Quyết gặp anh Quyền.", "The man met Quyen.", None),
        ("Công ty của ông Thái phá sản.", "That company went bankrupt.", None),
        ("Công ty của ông Thái phá sản.", "Last year Thao went bankrupt.",
         "Last year Thai went bankrupt."),
    ],
)  # fmt: skip
def test_a_similar_name_is_replaced_where_it_is_certain(source, text, right):
    repaired = repair(text, source=source)
    assert (repaired.text if repaired else None) == right
    if repaired:
        (note,) = repaired.findings
        assert "is now" in note.message and "written in place of a similar name" in note.message
