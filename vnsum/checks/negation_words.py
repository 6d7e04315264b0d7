"""Words that negate, that may translate a negation, and that only look like one; no code."""

from __future__ import annotations

from collections.abc import Mapping

from vnsum.quantities.tokens import words

NEGATIONS = {
    "vi": words("không chưa chẳng chả đừng chớ"),
    "en": words(
        "not no never none nobody nothing neither nor without cannot nowhere t dont didnt doesnt"
    ),
}
# Words with a negative meaning that may translate any negation, unless a negative word of the other
# side explains them: "illegal" is "trái phép" and then not the translation of "không".
NEGATIVE_WORDS = {
    "vi": words("thiếu tránh cấm ít chối vô trống miễn ngừng ngớt thôi giờ gì đâu hẳn bại kẻo"),
    "en": words(
        "inability insufficient inadequate"
        " disagree disagreed hardly rarely seldom barely lack lacks lacked lacking fail fails"
        " failed failing failure refuse refused refuses refusing reject rejected deny denied"
        " denies denying absent absence prevent prevents prevented avoid avoided except prohibit"
        " prohibited miss missed missing zero inconsistent incomplete inaccurate"
        " ineffective inefficient inefficiency devoid ain inexperienced incorrect"
        " incorrectly inappropriate intolerance improper improperly imperfect"
        " negligible non insecure informal irregular incompetent illiterate"
        " asymptomatic inconsistency instability disregard displeased dissatisfied doubt exempt"
        " excluding exclude forbid forbids forbidden ignorant ignored abandoned disappeared"
        " illegible illiteracy extraneous abort aborted bare unlikely disobedience default"
        " defaulted illegitimate inequity distrust distrustful injustice grounded doubtful"
        " opposed opposes oppose"
        " defunct refrain refrains refrained refraining defaults anymore"
    ),
}
LEXICAL: Mapping[str, frozenset[str]] = {
    word: words(english)
    for vietnamese, english in (
        ("thiếu khuyết", "lack lacks lacked lacking insufficient absence absent missing miss"),
        ("tránh", "avoid avoided prevent prevented"),
        ("cấm", "ban banned prohibit prohibited forbid forbids forbidden"),
        ("chối bác", "refuse refused refuses refusing reject rejected deny denied denies denying"),
        ("trái phi", "illegal illegally unlawful unlawfully unauthorised unauthorized"),
        ("ngăn chặn phòng", "prevent prevents prevented"),
        ("trừ", "except exclude excluding"),
        ("hiếm", "rarely hardly seldom"),
        ("bỏ", "abandoned ignored miss missed"),
        ("trượt bại", "fail fails failed failing failure"),
        ("ngờ", "doubt"),
        ("lỡ nhỡ", "miss missed missing"),
        ("mù", "ignorant"),
        ("miễn", "free"),
    )
    for word in words(vietnamese)
}
# What may translate a negation followed by one of these words, within `NEAR` words. Two words in
# succession are joined by "_".
NEAR = 3
PAIRED: Mapping[str, frozenset[str]] = {
    word: words(english)
    for vietnamese, english in (
        # existence and amount
        ("có", "lack free little empty desolate bare exempt"),
        ("còn nữa", "former formerly gone ceased stop stopped quit lost empty free over"),
        ("phát thải", "free zero clean"),
        ("mất tốn", "free keep kept"),
        ("nhiều mấy lắm cao gì", "little few limited low rarely hardly small less fewer minor"
         " slight slightly minimal"),
        ("ảnh", "little slight slightly minimal minor spared unscathed"),  # không ảnh hưởng
        ("rộng lớn quá sâu", "narrow small limited within under most shallow"),
        ("đến tới đầy tuổi", "under less fewer almost nearly below short within preschool"
         " preschoolers underage minor minors"),
        ("lâu hẹn", "soon shortly recently walk surprise unannounced"),
        ("hoàn", "partial partially partly"),
        ("kể tính bao gồm", "excluded excludes exclude excluding exclusive besides regardless soon"
         " whatever little slight slightly minor"),
        ("riêng nghĩa", "also but just only"),
        # people
        ("ai", "nobody few"),
        ("người", "drone drones unmanned desolate uninhabited robot driverless"),
        ("chuyên", "amateur amateurs"),
        ("làm", "quit resign resigned retired idle unemployed"),
        ("giáp", "landlocked"),
        ("mặc dây mang", "naked bare barefaced barefoot wireless"),
        # ability, knowledge and perception
        ("nổi xuể kịp", "too unable"),
        ("thể", "too unable difficult hard beyond far lost losing struggle struggled"),
        ("biết rõ hiểu", "ignorant wonder wondered mysterious mystery vague"),
        ("thấy nhìn nghe", "blind blindly hidden unseen unheard deaf"),
        ("quên", "remember remembered"),
        ("nghi tin", "doubt doubts doubted doubting doubtless undoubtedly certainly surely"
         " clearly sceptical skeptical disbelief"),
        ("ngờ", "doubt doubts doubted doubtless undoubtedly certainly surely surprise surprised"
         " surprising surprisingly suddenly shock shocked"),
        # judgement
        ("giống đồng bằng như", "different differ differs differed differently distinct vary"
         " varies unlike less worse disagree disagrees divided declined decline declines"),
        ("dễ đơn", "difficult hard tough tricky complicated complex"),
        ("kém thua", "equally also as well"),
        ("tốt hay đẹp đủ ổn khỏe khoẻ", "poor poorly bad badly adverse adversely low short ill ugly"
         " weak volatile negative unable insufficient unwell sick"),
        ("đúng chính thật", "wrong wrongly false falsely untrue amateur citizen"),
        ("phải", "rather instead false"),
        ("hợp đáng phù", "deficient unfit unsuitable wrong excessive"),
        ("thiếu bỏ", "essential integral vital key crucial must"),
        ("may", "unfortunately unfortunate sadly unlucky"),
        ("thuận", "disadvantage disadvantages disadvantaged disadvantageous adverse adversely"),
        ("sao", "fine okay ok alright all_right"),
        ("hề rẻ chắc", "anything_but far_from"),
        # permission, will and action
        ("chấp trả bình", "declined decline declines declining turned_down turn_down"
         " turns_down turning_down"),
        ("khơi", "in_port ashore"),  # ships that may not sail
        ("đấu", "in_hand"),  # a game that was not played yet
        ("cho được để", "ban bans banned stop stopped prevent preventing prohibit block blocked"
         " barred forbidding"),
        ("nên", "against avoid refrain discourage discouraged bad"),
        ("chịu muốn thích ưa", "reluctant loath hesitant skip avoid dislike dislikes disliked hate"
         " hates hated"),
        ("dám", "afraid fear feared scared"),
        ("tham ăn ngủ", "opt boycott boycotted abstain abstained skip skipping skipped"),
        ("quan cần chú", "regardless indifferent free optional marginalised marginalized"
         " overlooked"),
        ("an yên tâm", "concerned worried worry uneasy anxious neglected"),
        ("xem coi", "downplay downplayed dismiss dismissed belittle"),
        ("nhận", "dispute disputed disputes challenge challenged contested declined turned_down"),
        ("khai công", "secret secretly private closed"),
        ("ghi kê toa", "counter otc"),  # thuốc không kê đơn
        ("rời nhúc", "stay stays stayed staying still"),
        # change
        ("dừng ngừng", "more beyond continue keep"),
        ("tăng giảm thay đổi", "against flat steady constant same stable"),
        ("hoạt", "idle"),
        ("đều liên", "sporadic sporadically irregularly intermittent intermittently"),
    )
    for word in words(vietnamese)
}  # fmt: skip
# What may translate a negation whatever follows it.
BY_NEGATION = {
    "chưa": words("pending still before remains remained prior yet_to"),
    "đừng": words("stop quit avoid beware"),
}
OTHERWISE = words("otherwise or unless else")  # for "nếu không"
# Words before and after which "không" is not a negation: air force, air traffic, midnight.
NOT_BEFORE = words("quân tấn gian khí trung lực phận kích trọng qua tặc tưởng dây lưu vận giờ")
# Words after "không" in phrases that English may say without a negation: not only, before long.
IDIOM_BEFORE = words("chỉ những ngừng ngớt ít gì lâu thôi lẽ nhẽ chừng khéo")
# Phrases in which a word of `NEGATIONS` is part of another word: air-to-air, spring rolls.
OTHER_PHRASES = (
    "không đối không", "không đối đất", "không đối hải", "không đối hạm", "đất đối không",
    "hạm đối không", "biển đối không", "một không hai", "lá trầu không", "cây trầu không",
    "giàn trầu không", "bóng thám không",
    "thinh không", "nói không rằng",
    *(f"{before} chân không" for before in
      words("hút trong bơm buồng gói túi ép trường sấy lọc đèn nồi máy")),
    *(f"{before} chả" for before in words("bún bánh giò nem món miếng đĩa dĩa suất")),
    *(f"chả {after}" for after in
      words("giò cá lụa mực nướng quế rán rươi viên cuốn cốm tôm bò ốc chay ram")),
)  # fmt: skip
# Phrases that English may say without a negation: fiancée, could it be that, may, no wonder.
IDIOM_PHRASES = (
    "vợ chưa cưới", "chồng chưa cưới", "chẳng lẽ", "chẳng nhẽ", "chưa chừng", "chưa biết chừng",
    "không biết chừng", "chẳng những", "chẳng trách", "cực chẳng đã", "không ai khác",
    "không hẹn mà", "không mấy chốc", "biếu không", "tặng không", "chớ sao",
    *(f"không khỏi {feeling}" for feeling in
      words("xúc ngạc bất lo băn ngậm chạnh bàng bồi giật tự bật trầm thắc xót đau buồn ngỡ sửng"
            " hoang choáng cảm")),
)  # fmt: skip
# The end of a question inside a sentence: xem có ai không và ...
ASKING = words("có liệu xem hỏi")
TAGS = words("phải đúng")  # before "không" after a statement: ..., phải không, ...
PARTICLES = words("ạ hả nhỉ vậy thế nhé hở hử")  # at the end of a question
AFTER_QUESTION = words("và nhưng vẫn nữa hay hoặc")
QUESTION_WITHIN = 15  # words
NOT_AFTER = words("hàng trên khoảng số hay tầm")
# Words before "hàng" (goods), which is then not "hàng không" (air).
GOODS = words("cửa khách nhà ngân đơn bán mặt mua giao xếp đặt món gian tiền trả nhận lô kho")
# Words after "không" and such a word, with which they form a verb: không lưu trữ (not to store).
VERBS: Mapping[str, frozenset[str]] = {
    "lưu": words("trữ giữ lại hành thông truyền ý tâm luyến lạc động danh bản file tên hình ảnh"),
    "khí": words("phách"), "tấn": words("công"), "gian": words("lận dối xảo"),
    "kích": words("hoạt thích động nổ"),
    "trung": words("thực thành lập hòa hoà tính"), "tưởng": words("tượng nhớ niệm rằng là"),
    "trọng": words("dụng thị thể"), "vận": words("động hành chuyển dụng"),
    "giờ": words("giấc"), "khéo": words("léo tay"),
    "chỉ": words("định đạo trích huy rõ ra điểm"), "qua": words("đào kiểm đêm trường lớp mặt"),
}  # fmt: skip
DEFENCE = words("lửa pháo quân lượng thống đoàn đạn")  # before "phòng không" (air defence)
ADVERBS = words("hạn qua mấy")  # after "chẳng"
DOUBLED_WITHIN = 8  # words between "no" and "not even"
UNPRECEDENTED = words("có thấy")  # after "chưa từng", which is "never" otherwise
BOUNDS = words("quá dưới kém hơn")  # before a number: "không quá 10" is "at most 10"
NUMERALS = words("một hai ba bốn năm sáu bảy tám chín mười nửa vài")
AIR_BATTLE = ("không", "chiến")  # but "không chiến đấu" is "not to fight"
# Vietnamese prefixes of adjectives that have a negative affix in English: bất hợp pháp, vô lý.
PREFIXES = words("bất vô phi")
NOT_PREFIXED = words("kỳ kì kể cứ ngờ chấp động cùng tình địch")  # bất kỳ (any), vô cùng (very)
FORMED = words(
    "illegal illegally invalid irrelevant abnormal abnormally asymmetric"
    " asymmetrical insensitive insensitivity impure impurity impurities indefinite indefinitely"
    " incompatibility dissatisfaction displeasure inactive inactivity indecisive indecision"
    " dishonest dishonesty inconclusive imperfection disloyal impolite imprecise impractical"
    " incoherent insincere irrational disapprove disapproved disapproval disobey"
    " disobeyed dysfunctional inaction infertile intolerant involuntary involuntarily"
)
# Negative affixes: unclear, nonviolent, wireless, mercilessly.
NEGATIVE_PREFIXES, NEGATIVE_SUFFIXES = ("un", "non"), ("less", "lessly")
NEGATIVE_STEMS, ABLE = ("in", "im", "ir", "dis"), ("able", "ible", "ably", "ibly")  # inseparable
SHORTEST_NEGATIVE = 5  # letters of a word with a negative affix
NOT_NEGATIVE = ("under", "unif", "unio", "uniq", "unis", "unit", "univ", "unic", "unila",
                "unto", "unesco", "nonetheless", "nevertheless", "bless", "until",
                "unlike", "regardless", "unfortunate", "unturned")  # fmt: skip
UNCLES = words("uncle uncles")  # exact, as "uncle" is also a prefix of "unclear"
ONLY = words("only just merely")
NOT_ONLY = words("not no t also but beyond besides both well more never without nor cannot rather")
LITOTES = words(
    "uncommon unusual unlike unlikely unreasonable unknown unheard unthinkable"
    " surprising surprisingly surprised"
)  # after "not"
NOT_ALONE = words("only just merely mere simply")  # after "not"
VOTING = words("vote votes voted voting")  # before "no"
NO_BEFORE = words("doubt matter choice option alternative nonsense wonder")
COMPARATIVES = words("less fewer more smaller larger bigger lower higher later earlier"
                     " shorter greater")  # fmt: skip
# Vietnamese verbs of prevention take a second negation ("ngăn không cho"), English ones do not.
PREVENTION = {
    "vi": words("ngăn chặn cản"),
    "en": words("prevent prevents prevented preventing stop stops stopped stopping block blocks"
                " blocked blocking"),
}  # fmt: skip
KEEPING = words("keep keeps keeping kept")  # before "from": keep them from scoring
KEPT_WITHIN = 6  # words
OUT_OF = words("stock reach order action work service fuel food money water date")  # "out of"
SHORTEST_QUOTED = 2  # letters; "no" and "t" are also Vietnamese words
FAILING = words("fail fails failed failing unable")  # before a verb of prevention
REACH = 4  # words from a negation to the verb: không thể nào ngăn
APOSTROPHES = frozenset("'’")
