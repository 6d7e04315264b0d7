"""Word lists for resolving references to people and earlier sentences, for each language."""

from __future__ import annotations

from dataclasses import dataclass, field

from vnsum.quantities.tokens import words


def _phrases(text: str) -> tuple[str, ...]:
    """Return comma-separated phrases, the longest first, so that it matches first."""
    return tuple(sorted((phrase.strip() for phrase in text.split(",")), key=len, reverse=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceWords:
    """The words of one language that refer to people or to earlier sentences.

    - `titles` precede names; `pronouns` maps a pronoun to the titles of possible antecedents.
    - `demonstratives` may follow a pronoun; `not_alone` are words that turn a preceding pronoun
      into part of a common noun.
    - `plurals` refer to several people; `roles` to a person by occupation and sex.
    - `offices` and `office_words` precede names of people, `places` names of places; `professions`
      and `relatives` stand beside names of people.
    - `pointing` ends a phrase that refers back, unless the phrase starts with one of `times`, or is
      long and ends in one of `fixed` before it.
    - `above` are phrases that refer back anywhere in a sentence, `above_at_start` in its opening,
      before a comma; `demonstrations` do so at its start.
    - `connectives` open a sentence and need a comma, `bare` do not; nor do `adverbials`, unless a
      word of `predicates` follows, which needs them. `sequels` are connectives of time, of which
      those in `points_in_time` refer back without a comma, too. `restating` are those that continue
      a claim, which a source may have, as `sources` tell; `attributing` are those that give it a
      source, and `leading` those that also open an article.
    - `moments` are like `points_in_time`, unless a word of `present` follows, after which they mean
      "now".
    - `later` are phrases of time that refer back after words of `counts` or a number.
    - `reported` are phrases that refer back directly after a word of `speech`.
    - `same_day` are phrases that refer back after words of `clock`, which tell the time of day.
    - `first_person` are words by which a speaker refers to himself.
    - `strangers` are unnamed people, who are possible antecedents, too.
    - `speech` follows the name of a speaker; `according` opens an attribution.
    - `keeps_title` says whether a pronoun that is a title is kept before the name.
    """

    titles: frozenset[str]
    pronouns: dict[str, frozenset[str]]
    demonstratives: frozenset[str] = frozenset()
    not_alone: frozenset[str] = frozenset()
    plurals: tuple[str, ...] = ()
    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    offices: frozenset[str] = frozenset()
    professions: tuple[str, ...] = ()
    relatives: tuple[str, ...] = ()
    places: frozenset[str] = frozenset()
    pointing: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    above: tuple[str, ...] = ()
    above_at_start: tuple[str, ...] = ()
    demonstrations: tuple[str, ...] = ()
    connectives: tuple[str, ...] = ()
    sequels: tuple[str, ...] = ()
    points_in_time: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    present: frozenset[str] = frozenset()
    later: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    same_day: tuple[str, ...] = ()
    clock: frozenset[str] = frozenset()
    bare: tuple[str, ...] = ()
    adverbials: tuple[str, ...] = ()
    predicates: frozenset[str] = frozenset()
    restating: tuple[str, ...] = ()
    attributing: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()
    first_person: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    speech: tuple[str, ...] = ()
    according: str = ""
    keeps_title: bool = True
    office_words: frozenset[tuple[str, ...]] = field(default=frozenset())


# Nouns for what was said or done, and for other things that a person is not.
_MATTERS = _phrases(
    "yêu cầu, vụ việc, sự việc, sự cố, vụ án, vụ tai nạn, tuyên bố, phát ngôn, quyết định,"
    " quy định, đề xuất, đề nghị, kiến nghị, thông tin, hành vi, tình trạng, vấn đề,"
    " trường hợp, nội dung, dự án, số tiền, con số, đối tượng, nguyên nhân, lý do,"
    " kết quả, động thái, nguyện vọng, biện pháp, kế hoạch, cáo buộc, nhận định,"
    " chính sách, hiện tượng, thời điểm, danh sách"
)
_THINGS = _phrases(
    "chương trình, phương án, chiến dịch, đề án, công trình, phát hiện, giải pháp, thoả thuận,"
    " thỏa thuận, hợp đồng, con tàu, con tàu chiến, chiếc xe, chiếc máy bay, tuyến đường"
)

VIETNAMESE = ReferenceWords(
    titles=words("ông bà anh chị cô chú bác cụ em cháu bé"),
    pronouns={
        **{word: frozenset({word}) for word in words("ông bà anh chị cô cụ")},
        "cậu": words("cậu anh em cháu bé"),
        "hắn": words("ông anh"),
    },
    demonstratives=words("này ấy ta"),
    not_alone=words(
        "chủ con em chị anh trai gái dâu rể mẹ bố cha giáo cụ lão trùm bầu hoàng xã ngoại nội già"
        " trẻ bé nông thợ tiên lớn hùng nuôi đỡ hàng bán mối mai chồng vợ cả hai út tây đồng bụt"
        " lang bác chú dì cô ông bà tổ quan họ thư đầu thông thầy lái hoạ họa quốc cháu nào ruột"
        " gì ai đẻ tướng vua chúa bạn dân thể"
    ),
    plurals=_phrases(
        "họ, cả hai, hai người, ba người, hai bên, những người này, trong số đó, trong số này,"
        " trong số họ, một trong số đó, một trong số họ, số còn lại, những người còn lại"
    ),
    roles={
        f"{sex} {trade}": titles
        for trade in _phrases(
            "ca sĩ, diễn viên, nghệ sĩ, cầu thủ, danh hài, đạo diễn, người mẫu, nhạc sĩ, bác sĩ,"
            " tài xế, chính trị gia, doanh nhân, tỷ phú, nghi phạm, bị cáo, bị can, rapper,"
            " sinh viên"
        )
        for sex, titles in (
            ("nam", words("ông anh chú bác em cháu")),
            ("nữ", words("bà chị cô bác em cháu")),
        )
    },
    offices=words("nước hlv gs pgs ts ths bs nsưt nsnd ks ls đbqh"),
    office_words=frozenset(
        tuple(phrase.split())
        for phrase in _phrases(
            "tổng thống, tổng bí thư, chánh văn phòng, thượng nghị sĩ, siêu sao,"
            " thủ tướng, chủ tịch, bộ trưởng, thứ trưởng, giám đốc, bí thư, ca sĩ,"
            " diễn viên, cầu thủ, tiền vệ, tiền đạo, hậu vệ, thủ môn, bị cáo, bị can, nghi phạm,"
            " nghi can, đối tượng, luật sư, bác sĩ, tiến sĩ, giáo sư, đại tá, thượng tá, trung tá,"
            " thiếu tá, đại uý, đại úy, thượng uý, thượng úy, trung uý, trung úy, thiếu uý,"
            " trung tướng, thiếu tướng, thượng tướng, đại tướng, nghệ sĩ, nhà báo, tác giả,"
            " đạo diễn, người mẫu, hoa hậu, á hậu, nhạc sĩ, huấn luyện viên, người phát ngôn,"
            " phát ngôn viên, ngoại trưởng, đại sứ, nữ hoàng, hoàng tử, công chúa, giáo hoàng,"
            " nạn nhân, tỷ phú, tỉ phú, doanh nhân, nghị sĩ, thống đốc, thị trưởng, kiến trúc sư,"
            " kỹ sư, linh mục, vợ, chồng, con trai, con gái, em trai, em gái, hlv, tên là, phó"
            " trưởng phòng, trưởng phòng, hiệu trưởng, thẩm phán, danh hài, tay vợt, võ sĩ"
        )
    ),
    professions=_phrases(
        "trưởng, tổng thư ký, thư ký, trợ lý, cố vấn, chuyên gia, học giả, chiến lược gia, uỷ viên,"
        " ủy viên, thành viên, ứng viên, phóng viên, quan chức, sĩ quan, đô đốc, tướng, tư lệnh,"
        " lãnh đạo, thủ lĩnh, người đứng đầu, người sáng lập, đồng cấp, tiền nhiệm, cấp phó,"
        " đối thủ, đặc phái viên, đại diện, chánh án, chánh thanh tra, công tố viên, tổng biên tập,"
        " hồng y, giáo sĩ, gián điệp, nhà phân tích, nhà nghiên cứu, nhà khoa học, nhà hoạt động,"
        " nhà điều tra, nhà kinh tế, nhà sử học, nhà khảo cổ, nhà văn, ceo"
    ),
    relatives=_phrases(
        "vợ, chồng, con trai, con gái, em trai, em gái, anh trai, chị gái, con dâu, con rể, cha,"
        " bố, mẹ, cháu trai, cháu gái, phu nhân, ái nữ, quý tử"
    ),
    places=words(
        "tỉnh huyện xã quận phường trấn làng thôn đường phố sông núi đảo hồ cầu đèo chùa trường"
        " thpt thcs đh học ấp bản công-ty phủ viện đền giải cúp"
    ),
    pointing=words("này"),
    times=words("năm tháng tuần lần hôm ngày sáng trưa chiều tối đêm dịp thời lúc giờ mùa đợt kỳ"),
    fixed=words("sau thế kiếp"),
    # Longer phrases, because "trên" also means "on"; "cấp trên" and "phần trên" do not refer back.
    above=tuple(
        f"{noun} {above}"
        for noun in _MATTERS
        for above in _phrases(
            "nói trên, kể trên, nêu trên, trên của, trên đã, trên được, trên bị, trên là, trên sẽ,"
            " trên xảy ra, trên diễn ra, trên cũng, trên và, trên do"
        )
    ),
    above_at_start=tuple(f"{noun} trên" for noun in _MATTERS),
    reported=tuple(f"{noun} này" for noun in (*_MATTERS, *_THINGS)),
    demonstrations=_phrases(
        "đó là, đây là, đây cũng là, đó cũng là, tại đây, tại đó, dịp này, nhân dịp này, trong đó,"
        " song song đó, song song với đó"
    ),
    connectives=_phrases(
        "tuy nhiên, ngoài ra, bên cạnh đó, trong khi đó, đồng thời, thế nhưng, nhưng, do đó,"
        " vì vậy, vì thế, do vậy, cụ thể, theo đó, được biết, đáng chú ý, như vậy, tuy vậy,"
        " dù vậy,"
        " mặc dù vậy, mặt khác, hơn nữa, thậm chí, chẳng hạn, song, bởi vậy, từ đó, qua đó,"
        " trái lại,"
        " không những vậy, cùng với đó, kèm theo đó, đặc biệt, cũng theo đó, nói cách khác, vả lại,"
        " cạnh đó, ngược lại, chính vì vậy, chính vì thế, trong đó, thực tế, tương tự,"
        " không chỉ thế, không chỉ vậy, chưa hết, song song đó, chưa dừng lại,"
        " chưa dừng lại ở đó, không dừng lại ở đó, chi tiết hơn, nói một cách khác,"
        " song song với đó"
    ),
    sequels=_phrases(
        "trước đó, sau đó, khi đó, lúc đó, khi ấy, lúc ấy, lúc này, ngay sau đó, tiếp đó,"
        " cùng lúc đó, cùng lúc"
    ),
    # Without "lúc này", which also means "now", and "cùng lúc", which also means "at once".
    points_in_time=_phrases(
        "trước đó, sau đó, khi đó, lúc đó, khi ấy, lúc ấy, ngay sau đó, tiếp đó, cùng lúc đó"
    ),
    moments=_phrases("lúc này"),
    present=words("là đây mới chính cũng vẫn"),
    later=tuple(
        f"{unit} sau{then}"
        for unit in _phrases("giây, phút, giờ, tiếng, ngày, hôm, tuần, tháng, năm")
        for then in (" đó", "")
    ),
    counts=_phrases("một, hai, ba, bốn, năm, sáu, bảy, tám, chín, mười, vài, mấy, ít, nửa, nhiều"),
    same_day=_phrases("cùng ngày, hôm sau, hôm đó, hôm ấy"),
    clock=words(
        "khoảng vào đến tới cũng trong từ ngay rạng cuối đầu giữa lúc sáng trưa chiều tối đêm ngày"
        " giờ phút rưỡi hơn gần và"
    ),
    bare=_phrases("nhưng, thế nhưng, tuy nhiên, đồng thời, và"),
    adverbials=_phrases(
        "trong khi đó, bên cạnh đó, ngoài ra, do đó, vì vậy, vì thế, do vậy, bởi vậy,"
        " chính vì vậy, chính vì thế, tuy vậy"
    ),
    predicates=words("là có còn cũng vẫn thì mà nên đã bị được lại chỉ"),
    restating=_phrases("nói cách khác, nói một cách khác, như vậy"),
    attributing=_phrases("theo đó, cũng theo đó"),
    sources=_phrases(
        "kết luận, giải trình, báo cáo, nghiên cứu, văn bản, công văn, dự thảo, nhấn mạnh, dẫn lời,"
        " tuyên bố, phân tích, giải thích, lý giải, cảnh báo, đánh giá, cáo buộc, dự báo, ước tính"
    ),
    leading=_phrases("theo đó, cụ thể"),
    first_person=_phrases("tôi, chúng tôi, bọn tôi, tụi tôi"),
    strangers=_phrases(
        "người đàn ông, người phụ nữ, phụ nữ, một người, người này, nạn nhân, cô gái, chàng trai,"
        " thanh niên, thiếu nữ, cụ ông, cụ bà, tài xế, nam sinh, nữ sinh, bé gái, bé trai, một ông,"
        " một bà, một anh, một chị, nghi phạm, bị cáo, chủ nhà, chủ xe, chủ quán, nhân viên,"
        " đại diện, lãnh đạo, thí sinh, sinh viên, học sinh, người dân"
    ),
    speech=_phrases(
        "cho biết, nói, chia sẻ, kể, cho hay, khẳng định, tâm sự, bộc bạch, cho rằng, thừa nhận,"
        " trả lời, khai, nhận định"
    ),
    according="theo",
)

ENGLISH = ReferenceWords(
    titles=words("mr mrs ms miss sir lady lord dr"),
    pronouns={"he": words("mr sir lord dr"), "she": words("mrs ms miss lady dr")},
    plurals=_phrases("they, both, both men, both women, the two"),
    offices=words(
        "president minister prime chancellor senator governor secretary general king queen prince"
        " princess pope professor coach captain judge former vice foreign"
    ),
    professions=_phrases(
        "president, minister, senator, governor, secretary, king, queen, prince, princess, pope,"
        " professor, coach, captain, judge, ceo, chief, director, analyst, adviser, advisor,"
        " founder, chairman, chairwoman, leader,"
        " scientist, researcher, expert, economist, lawyer, spokesman, spokeswoman, ambassador"
    ),
    relatives=_phrases(
        "wife, husband, son, daughter, brother, sister, father, mother, widow, nephew, niece,"
        " first lady"
    ),
    pointing=frozenset(),
    above=_phrases("the above, the above-mentioned, the aforementioned, mentioned above"),
    demonstrations=_phrases("this, that, these, those, such"),
    connectives=_phrases(
        "however, in addition, besides, moreover, furthermore, meanwhile, therefore, thus, hence,"
        " in contrast, on the other hand, in particular, for example, for instance, nevertheless,"
        " in other words, also, accordingly, consequently, as a result, notably, likewise,"
        " similarly"
    ),
    sequels=_phrases("earlier, then, later, after that, before that, afterwards, previously"),
    bare=_phrases("but, and, yet"),
    restating=_phrases("in other words, in particular, accordingly"),
    first_person=_phrases("I, we, my, our"),
    strangers=_phrases(
        "a man, the man, a woman, the woman, the victim, the suspect, the driver, a boy, a girl,"
        " the boy, the girl, a spokesman, a spokeswoman, spokesperson, official"
    ),
    speech=_phrases("said, says, told, added, wrote, claimed, argued"),
    according="according to",
    keeps_title=False,
)

WORDS = {"vi": VIETNAMESE, "en": ENGLISH}
