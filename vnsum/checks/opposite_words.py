"""Phrases that have an opposite, and phrases that rule an opposition out; no code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Opposition:
    """Phrases of one meaning and of the opposite meaning in Vietnamese and in English.

    The first of `vi` and the second of `en` are certain; the others rule an opposition out.
    """

    vi: tuple[tuple[str, ...], tuple[str, ...]]
    en: tuple[tuple[str, ...], tuple[str, ...]]


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip().replace("-", " - ") for phrase in text.split(","))


# A time before "trước khi" may be turned around: a year before they divorced is a year after they
# married.
OPPOSITIONS = tuple(
    Opposition(vi=(_phrases(vi), _phrases(other_vi)), en=(_phrases(en), _phrases(other_en)))
    for vi, other_vi, en, other_en in (
        (
            "trước khi",
            "sau khi, sau đó, giờ trước khi, ngày trước khi, tuần trước khi, tháng trước khi,"
            " năm trước khi",
            "before, prior to, until, till, ahead of, pre, when, as, while, earlier, without, by",
            "after, afterwards",
        ),
        (
            "sau khi",
            "trước, trước khi, giờ sau khi, ngày sau khi, tuần sau khi, tháng sau khi, năm sau khi",
            "after, afterwards, once, since, upon, following, then, post, when, on, later, with,"
            " having, as, from, in, not until, recovering",
            "before, prior to",
        ),
        (
            "tăng lên, tăng thêm, tăng mạnh, tăng trưởng, tăng cao, tăng gấp, gia tăng, đã tăng,"
            " tăng",
            "tăng trưởng âm, giảm, hạ, sụt, bớt, thấp, mất, xuống, thiệt, suy, thâm hụt, cắt, chậm,"
            " hẹp",
            "increase, increases, increased, increasing, rise, rises, rose, risen, rising, up,"
            " grow, grows, grew, grown, growing, growth, climb, climbed, gain, gains, gained,"
            " higher, high, more, raise, raised, raising, boost, boosted, jump, jumped, soar,"
            " soared, surge, surged, over, additional, extra, strengthen, strengthened, improve,"
            " improved, hike, hypertension, above, times, doubled, expand, expanded, accelerate,"
            " heighten, heightened, intensify, enhance, enhanced, larger, greater, upward,"
            " expansion, inflated, multiplied, added, spike, spiked, swell, further",
            "decrease, decreases, decreased, decreasing, decline, declined, declines, declining,"
            " fall, falls, fell, fallen, falling, drop, dropped, drops, plunge, plunged, shrink,"
            " shrank, reduce, reduced, reduces, reducing, plummeted, tumbled, slumped, cooled to,"
            " cooled from, eased to, slipped to",
        ),
        (
            "giảm xuống, giảm mạnh, giảm còn, sụt giảm, đã giảm, suy giảm, giảm",
            "tăng, lên, thêm, cao hơn, nhiều hơn, phát triển, nâng",
            "decrease, decreases, decreased, decreasing, decline, declined, declines, declining,"
            " fall, falls, fell, fallen, falling, drop, dropped, drops, plunge, plunged, shrink,"
            " shrank, low, lower, lowered, lowering, less, reduce, reduced, reduces, reducing,"
            " reduction, cut, cuts, cutting, down, fewer, loss, lose, lost, slump, slumped, slow,"
            " slowed, ease, eased, relieve, mitigate, minimize, minimise, lessen, curb, weaken,"
            " weakened, off, slash, discount, under, dip, dipped, drag, downturn, decreases, shed,"
            " alleviate, sink, sank, downgraded, eliminate, control, worse, shorten, shortened,"
            " halve, halved, from, limit",
            "increase, increases, increased, increasing, rise, rises, rose, risen, rising, grew,"
            " grown, growing, climbed, soared, surged, raised",
        ),
        (
            "cao nhất",
            "thấp nhất",
            "highest, most, top, tallest, best, biggest, maximum, high, peak, supreme, record,"
            " great, greatest, hottest",
            "lowest, least, minimum",
        ),
        (
            "thấp nhất",
            "cao nhất",
            "lowest, least, minimum, low, lower, bottom, shortest, coldest",
            "highest, maximum, tallest",
        ),
        (
            "lớn nhất",
            "nhỏ nhất",
            "largest, biggest, greatest, most, major, top, main, leading, large, big, huge,"
            " maximum, highest, great",
            "smallest, least, minimum",
        ),
        (
            "nhập khẩu",
            "xuất khẩu, xuất nhập khẩu",
            "import, imports, imported, importing, importer, importers, importation, shipments,"
            " trade, foreign",
            "export, exports, exported, exporting, exporter, exporters",
        ),
        (
            "xuất khẩu",
            "nhập khẩu, xuất nhập khẩu",
            "export, exports, exported, exporting, exporter, exporters, shipments, trade, ship,"
            " shipped, overseas, abroad",
            "import, imports, imported, importing, importer, importers",
        ),
        (
            "bên trái, phía trái, tay trái, chân trái, rẽ trái, mắt trái, cánh trái, vai trái,"
            " tai trái, quẹo trái, sang trái, đùi trái",
            "bên phải, phía phải, tay phải, chân phải, rẽ phải, mắt phải, cánh phải, vai phải,"
            " tai phải, quẹo phải, sang phải",
            "left",
            "right",
        ),
        (
            "bên phải, phía phải, tay phải, chân phải, rẽ phải, mắt phải, cánh phải, vai phải,"
            " tai phải, quẹo phải, sang phải, đùi phải",
            "bên trái, phía trái, tay trái, chân trái, rẽ trái, mắt trái, cánh trái, vai trái,"
            " tai trái, quẹo trái, sang trái",
            "right",
            "left",
        ),
        (
            "tăng trưởng âm",
            "giảm, sụt, thoát, hết, âm thầm, âm nhạc, âm thanh",
            "shrink, shrinks, shrank, shrunk, shrinking, contract, contracts, contracted,"
            " contracting, contraction, negative, minus, below, -, recession, plunge, plunged,"
            " fall, falls, fell, fallen, falling,"
            " drop, dropped, drops, decline, declined, declines, declining, decrease, decreased",
            "grow, grows, grew, grown, expand, expands, expanded,"
            " rise, rises, rose, risen, increased, climbed, gained",
        ),
        (
            "người chồng, chồng bà, chồng chị, chồng cô",
            "vợ",
            "husband, husbands, spouse, partner, man, groom",
            "wife, wives",
        ),
        (
            "người vợ, vợ ông, vợ anh, vợ tôi",
            "chồng",
            "wife, wives, spouse, partner, couple, bride, woman",
            "husband, husbands",
        ),
        (
            "con trai",
            "con gái, cháu gái, bé gái",
            "son, sons, boy, boys, child, children, male, brother, guy, guys, man",
            "daughter, daughters, girl, girls",
        ),
        (
            "con gái",
            "con trai, cháu trai, bé trai",
            "daughter, daughters, girl, girls, child, children, female, woman, women, sister, lady",
            "son, sons, boy, boys",
        ),
        (
            "ủng hộ",
            "phản đối, chống",
            "support, supports, supported, supporting, supporter, supporters, back, backed,"
            " backing, favor, favour, endorse, endorsed, for, advocate, advocates, donate,"
            " donated, donation, approve, supportive",
            "oppose, opposes, opposed, opposing, opponents",
        ),
        (
            "phản đối",
            "ủng hộ",
            "oppose, opposes, opposed, opposing, opposition, protest, protests, protested,"
            " protesting, against, object, objected, reject, rejected, condemn, condemned,"
            " opponents, disagree, objection, rejection, defy, denounce",
            "support, supports, supported, supporting",
        ),
        (
            "mãn nhiệm, hết nhiệm kỳ, rời nhiệm sở",
            "không mãn nhiệm, chưa mãn nhiệm, chưa hết nhiệm kỳ, nhậm chức, tuyên thệ, đắc cử, tái"
            " cử, trúng cử, tại vị, tại chức, đương chức, cầm quyền, nắm quyền, kế nhiệm",
            "leave, leaves, leaving, left, step, steps, stepped, stepping, resign, resigns,"
            " resigned, resigning, resignation, retire, retires, retired, retiring, retirement,"
            " outgoing, end, ends, ended, ending, expire, expires, expired, finish, finished,"
            " complete, completed, quit, quits, former, last, until, out, over, depart, departs,"
            " departed, departing, departure, exit, ousted, removed, vacate, relinquish, successor,"
            " replaced, final, concludes, concluded, after, serve, served, serving, years, term",
            "in office, take office, takes office, took office, taking office, re-elected,"
            " reelected, elect, sworn in, inaugurated, in power",
        ),
    )
)
