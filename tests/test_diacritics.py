"""Tests of the spelling of Vietnamese names in translations."""

from __future__ import annotations

import pytest

import vnsum
from vnsum.errors import InputError
from vnsum.glossary import Glossary
from vnsum.pipeline import Pipeline
from vnsum.results.result import CheckedText
from vnsum.translation import CheckedTranslator, FakeBackend
from vnsum.translation.repair.diacritics import spell_names
from vnsum.translation.repair.places import mark_places


def spell(text: str, translation: str, diacritics: str, **terms: str) -> str:
    glossary = Glossary.make(terms)
    done = CheckedText(text=translation)
    return spell_names(text, done, glossary=glossary, diacritics=diacritics).text


@pytest.mark.parametrize(
    ("text", "translation", "stripped", "kept"),
    [
        ("Bà Lê Thị Hoà gặp ông Tuấn.", "Ms Lê Thị Hoà met Mr Tuan.",
         "Ms Le Thi Hoa met Mr Tuan.", "Ms Lê Thị Hoà met Mr Tuấn."),
        ("Ông Thế đến huyện Cần Giờ.", "The man came to Can Gio.",
         "The man came to Can Gio.", "The man came to Cần Giờ."),
        ("Cầu thủ Müller đá ở Đức.", "Müller plays in Germany.",
         "Müller plays in Germany.", "Müller plays in Germany."),
        ("Món phở của chị Đào ngon.", "Đào's phở is good.",
         "Dao's phở is good.", "Đào's phở is good."),
        ("Tôi thích phim Mùa len trâu.", "I like the film Mùa len trâu.",
         "I like the film Mùa len trâu.", "I like the film Mùa len trâu."),
        ("Tiến Linh ghi bàn - Ảnh: N.K.", "Tien Linh scored - Ảnh: N.K.",
         "Tien Linh scored - Ảnh: N.K.", "Tien Linh scored - Ảnh: N.K."),
        ("Kính James Webb có thể kiểm tra.", "Kính James Webb can check.",
         "Kính James Webb can check.", "Kính James Webb can check."),
        ("Đoàn Thanh niên xã tặng quà.", "The Youth Đoàn Thanh niên donated gifts.",
         "The Youth Đoàn Thanh niên donated gifts.", "The Youth Đoàn Thanh niên donated gifts."),
        ("Bà hát bài Chiều bên sông Mã.", "She sang the song Chiều bên sông Mã.",
         "She sang the song Chiều bên sông Mã.", "She sang the song Chiều bên sông Mã."),
        ("Ông đi từ sông Mã đến Huế.", "He went from the river Mã to Huế.",
         "He went from the river Ma to Hue.", "He went from the river Mã to Huế."),
        ("Huế mưa to.", "Huế has rain.", "Hue has rain.", "Huế has rain."),
        # The two placements of tone marks.
        ("Công ty Đèo Cả Khánh Hoà thua.", "Đèo Cả Khánh Hòa lost.",
         "Deo Ca Khanh Hoa lost.", "Đèo Cả Khánh Hòa lost."),
        ("Chính quyền Cộng hoà thua.", "The Cộng hòa government lost.",
         "The Cộng hòa government lost.", "The Cộng hòa government lost."),
        ("Thuý đến.", "Here is Thúy.", "Here is Thúy.", "Here is Thúy."),
        ("Chị Thuý đến.", "Here is Thúy.", "Here is Thuy.", "Here is Thúy."),
        # Not Lawrence Wong, whose name is the same in Vietnamese.
        ("Anh Hoàng Tuấn Tài đến.", "Hoàng Tuấn Tài came.",
         "Hoang Tuan Tai came.", "Hoàng Tuấn Tài came."),
        # Foreign names with diacritics that Vietnamese has, too.
        ("Họ sống ở São Paulo.", "They live in São Paulo.",
         "They live in São Paulo.", "They live in São Paulo."),
        ("Tổng thống gặp Léo Durand và anh Tuấn, Quist.", "He met Léo Durand and Tuấn, Quist.",
         "He met Léo Durand and Tuan, Quist.", "He met Léo Durand and Tuấn, Quist."),
        ("Anh gặp Théo ở Huế.", "He met Théo in Huế.", "He met Théo in Hue.",
         "He met Théo in Huế."),
        ("Chị Lý gặp Gün.", "Lý met Gün.", "Ly met Gün.", "Lý met Gün."),
        # Names with the same letters.
        ("Bà Thủy và bà Thúy cãi bà Nguyễn Thị Lạn.", "Ms Thuy and Ms Thuy fought Nguyen Thi Lan.",
         "Ms Thuy and Ms Thuy fought Nguyen Thi Lan.",
         "Ms Thuy and Ms Thuy fought Nguyễn Thị Lạn."),
        ("Chị Thanh Hoa ở Thanh Hóa.", "Thanh Hoa lives in Thanh Hoa.",
         "Thanh Hoa lives in Thanh Hoa.", "Thanh Hoa lives in Thanh Hoa."),
        ("Ông Lê Văn Hoan và bà Hoàn đến.", "Le Van Hoan and Hoan came.",
         "Le Van Hoan and Hoan came.", "Lê Văn Hoan and Hoan came."),
        ("Anh sang nước Anh thăm bà Ánh.", "He went to Britain to see Anh.",
         "He went to Britain to see Anh.", "He went to Britain to see Anh."),
        ("Ông Hải đến hôm thứ Hai.", "Mr Hai came on Monday.",
         "Mr Hai came on Monday.", "Mr Hải came on Monday."),
        ("Son Quist gặp ông Sơn.", "The coach met Son and Son.",
         "The coach met Son and Son.", "The coach met Son and Son."),
        ("Ở tỉnh Khánh Hòa, Khánh Hoà mưa.", "In Khanh Hoa it rains.",
         "In Khanh Hoa it rains.", "In Khánh Hòa it rains."),
        ("Trời mưa to.", "It rains hard.", "It rains hard.", "It rains hard."),
    ],
)  # fmt: skip
def test_names_have_one_spelling(text, translation, stripped, kept):
    assert spell(text, translation, "strip") == stripped
    assert spell(text, translation, "keep") == kept


def test_changes_are_findings():
    done = spell_names(
        "Bà Lê Thị Hoà đến.", CheckedText(text="Lê Thị Hoà came."), glossary=Glossary(),
        diacritics="strip",
    )  # fmt: skip
    assert [f.message for f in done.findings] == ['"Lê Thị Hoà" was changed to "Le Thi Hoa".']


def test_terms_are_not_changed():
    found = spell("Phố Hàng Đào đông.", "Hàng Đào is crowded.", "strip", **{"Hàng Đào": "Hàng Đào"})
    assert found == "Hàng Đào is crowded."


@pytest.mark.parametrize(("diacritics", "name"), [("strip", "Le Thi Hoa"), ("keep", "Lê Thị Hoà")])
def test_the_policy_of_a_pipeline(diacritics, name):
    english = {"strip": "Ms Lê Thị Hoà came.", "keep": "Ms Le Thi Hoa came."}[diacritics]
    pipeline = Pipeline(
        translator=CheckedTranslator(backend=FakeBackend(function=lambda _: english)),
        summarizer=vnsum.summarization.load("lead"),
        diacritics=diacritics,
    )
    assert name in pipeline.translate("Bà Lê Thị Hoà đến.", source_lang="vi").text


def test_an_unknown_policy_is_an_error():
    with pytest.raises(InputError, match="diacritics must be one of"):
        vnsum.load(diacritics="drop")


@pytest.mark.parametrize(
    ("text", "translation", "marked"),
    [
        ("It rained in Lao Cai and Son La.", "Ở Lao Cai và Sơn La có mưa.",
         "Ở Lào Cai và Sơn La có mưa."),
        ("Hanoi and Da Nang won.", "Hanoi và Da Nang thắng.", "Hà Nội và Đà Nẵng thắng."),
        # A person, a newspaper, a club, a syllable of another word, another place.
        ("Mr. Ha Nam met Le Hai Duong.", "Ông Ha Nam gặp Lê Hai Duong.",
         "Ông Ha Nam gặp Lê Hai Duong."),
        ("The Hanoi Times is in Hanoi.", "Tờ Hanoi Times ở Hanoi.", "Tờ Hanoi Times ở Hà Nội."),
        ("Bac Ninh FC won.", "Bac Ninh FC thắng.", "Bac Ninh FC thắng."),
        ("Lao workers came.", "Lao động Lao đến.", "Lao động Lao đến."),
        ("Thai Nguyen, a singer, met Binh Duong in Hanoi.",
         "Thai Nguyen, ca sĩ, gặp Binh Duong ở Hanoi.",
         "Thai Nguyen, ca sĩ, gặp Binh Duong ở Hà Nội."),
        ("Hai Phong, a major port city, is near Quang Ninh Province.",
         "Hai Phong, một thành phố cảng lớn, giáp Quang Ninh.",
         "Hai Phong, một thành phố cảng lớn, giáp Quảng Ninh."),
        ("See #Hanoi, Hanoi.vn, Hanoi-2024 and Hanoi_1.jpg in Ca Mau, Son La or Ha Giang.",
         "Xem #Hanoi, Hanoi.vn, Hanoi-2024 và Hanoi_1.jpg ở Ca Mau, Sơn La và Ha Giang.",
         "Xem #Hanoi, Hanoi.vn, Hanoi-2024 và Hanoi_1.jpg ở Cà Mau, Sơn La và Ha Giang."),
        ("It rained in Hong Kong, Vietnam.", "Hong Kong, Vietnam mưa.", "Hong Kong, Vietnam mưa."),
        ("It rained in Laos.", "Ở Lao Cai có mưa.", "Ở Lao Cai có mưa."),
        # People who are called like a province; places that nobody is called, or that are certain.
        ("She told me about Thanh Hoa, her best friend.", "Cô kể về Thanh Hoa, bạn thân nhất.",
         "Cô kể về Thanh Hoa, bạn thân nhất."),
        ("A letter came from Thai Binh.", "Có thư từ Thai Binh.", "Có thư từ Thai Binh."),
        ("She confided in Ha Giang, her best friend.", "Cô tin ở Ha Giang, bạn thân nhất.",
         "Cô tin ở Ha Giang, bạn thân nhất."),
        ("She found a friend in Thanh Hoa.", "Cô có người bạn tốt ở Thanh Hoa.",
         "Cô có người bạn tốt ở Thanh Hoa."),
        ("Thanh Hoa, a big fan of the city, came.", "Thanh Hoa, rất mê thành phố, đã đến.",
         "Thanh Hoa, rất mê thành phố, đã đến."),
        ("In Hanoi, Thai Binh and Lan sing.", "Ở Hanoi, Thai Binh và Lan hát.",
         "Ở Hà Nội, Thai Binh và Lan hát."),
        ("He met Lan from Hanoi and Thai Binh, 32.", "Ông gặp Lan từ Hanoi và Thai Binh, 32 tuổi.",
         "Ông gặp Lan từ Hà Nội và Thai Binh, 32 tuổi."),
        ("Ms. Ha Nam lives in Ha Nam.", "Bà Ha Nam sống ở Ha Nam.", "Bà Ha Nam sống ở Ha Nam."),
        ("Police in Ha Nam, South Korea, came.", "Cảnh sát ở Ha Nam, Hàn Quốc, đến.",
         "Cảnh sát ở Ha Nam, Hàn Quốc, đến."),
        ("Nguyen Thai Binh left Thai Binh Province.", "Nguyen Thai Binh rời tỉnh Thai Binh.",
         "Nguyen Thai Binh rời tỉnh Thai Binh."),
        ("He lives in Thanh Hoa and works in northern Ha Giang.",
         "Ông sống ở Thanh Hoa và làm ở phía bắc Ha Giang.",
         "Ông sống ở Thanh Hoa và làm ở phía bắc Hà Giang."),
        ("Faith in Thai Binh is strong, police in Thai Binh said.",
         "Niềm tin ở Thai Binh rất mạnh, cảnh sát ở Thai Binh nói.",
         "Niềm tin ở Thai Binh rất mạnh, cảnh sát ở Thai Binh nói."),
        ("Hai Duong Province fined Hai Duong.", "Tỉnh Hai Duong phạt Hai Duong.",
         "Tỉnh Hải Dương phạt Hai Duong."),
        ("Da Nang hosts visitors from Vung Tau.", "Da Nang đón khách từ Vung Tau.",
         "Đà Nẵng đón khách từ Vũng Tàu."),
    ],
)  # fmt: skip
def test_places_have_their_marks_in_vietnamese(text, translation, marked):
    done = mark_places(text, CheckedText(text=translation), glossary=Glossary())
    assert done.text == marked
    assert bool(done.findings) == (marked != translation)
    pipeline = Pipeline(
        translator=CheckedTranslator(backend=FakeBackend(function=lambda _: translation)),
        summarizer=vnsum.summarization.load("lead"),
    )
    assert pipeline.translate(text, to="vi", source_lang="en").text == marked


def test_the_people_of_a_document_are_no_places():
    pipeline = Pipeline(
        translator=CheckedTranslator(
            backend=FakeBackend(function=lambda text: text.replace("lives in", "ở tỉnh"))
        ),
        summarizer=vnsum.summarization.load("lead"),
    )
    text = "Nguyen Thanh Hoa sings. He lives in Thanh Hoa."
    assert "Thanh Hóa" not in pipeline.translate(text, to="vi", source_lang="en").text
    assert "Thanh Hóa" in pipeline.translate(text[24:], to="vi", source_lang="en").text


def test_a_place_with_two_spellings_has_the_usual_one():
    done = CheckedText(text="Mưa ở Saigon và Dak Lak.")
    marked = mark_places("It rains in Saigon and Dak Lak.", done, glossary=Glossary())
    assert marked.text == "Mưa ở Sài Gòn và Đắk Lắk."


def test_places_of_a_glossary_keep_their_spelling():
    glossary = Glossary.make({"Hanoi": "Hanoi"})
    done = CheckedText(text="Ở Hanoi mưa.")
    assert mark_places("It rains in Hanoi.", done, glossary=glossary) == done


@pytest.mark.parametrize(
    ("text", "translation", "done"),
    [
        ("Set `TZ=Hanoi` in Hanoi.", "Đặt `TZ=Hanoi` ở Hanoi.", "Đặt `TZ=Hanoi` ở Hà Nội."),
        ("Hello {Hanoi}, %(Hanoi)s and Hanoi.", "Chào {Hanoi}, %(Hanoi)s và Hanoi.",
         "Chào {Hanoi}, %(Hanoi)s và Hà Nội."),
        ('Choose <a href="Hanoi">Hanoi</a> or <code>Hanoi</code>.',
         'Chọn <a href="Hanoi">Hanoi</a> hoặc <code>Hanoi</code>.',
         'Chọn <a href="Hanoi">Hà Nội</a> hoặc <code>Hanoi</code>.'),
        ("See [Hanoi](Hanoi/Hanoi.html).", "Xem [Hanoi](Hanoi/Hanoi.html).",
         "Xem [Hà Nội](Hanoi/Hanoi.html)."),
        ('Đặt `TP="Đà Nẵng"` ở Đà Nẵng.', 'Set `TP="Đà Nẵng"` in Đà Nẵng.',
         'Set `TP="Đà Nẵng"` in Da Nang.'),
        ("Xin chào {Đà Nẵng} và Đà Nẵng.", "Hello {Đà Nẵng} and Đà Nẵng.",
         "Hello {Đà Nẵng} and Da Nang."),
        ("Xem trang x@Đà-Nẵng.vn của Đà Nẵng.", "See the new page x@Đà-Nẵng.vn of Đà Nẵng.",
         "See the new page x@Đà-Nẵng.vn of Da Nang."),
    ],
)  # fmt: skip
def test_code_placeholders_tags_and_addresses_are_not_changed(text, translation, done):
    checked = CheckedText(text=translation)
    if text.isascii():
        assert mark_places(text, checked, glossary=Glossary()).text == done
    else:
        assert spell(text, translation, "strip") == done
