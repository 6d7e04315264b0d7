"""Digits that are part of a name or a telephone number, which are not quantities."""

from __future__ import annotations

from vnsum.quantities.rules import CODED, Found
from vnsum.quantities.tokens import Tokens, words

VIRUSES = words("corona coronavirus ncov")


def read_code(tokens: Tokens, index: int) -> Found | None:
    """Read digits that are part of a name: A320, Covid-19, 1.2.3, 19/2019/NĐ-CP."""
    before, further = tokens[index - 1], tokens[index - 2]
    token = tokens[index]
    times = before.low in ("x", "×") and before.glued and further.is_digits  # 6x6 cm
    glued_word = (
        token.glued and before.is_word and (before.is_capital or before.text.isascii())
    ) and not times
    glued_dash = (
        token.glued
        and tokens.is_dash(index - 1)
        and before.glued
        and (further.is_word and (further.is_capital or further.low == "covid"))
    )
    type_name = further.is_capital and (len(further.text) <= 2 or further.low == "type")
    loose_dash = token.glued and tokens.is_dash(index - 1) and not before.glued and type_name
    # tokenizers split "Covid-19" into "Covid -19"
    torn = "covid" in (before.low, further.low if tokens.is_dash(index - 1) else "")
    note = before.text == "(" and before.glued and further.is_word and len(token.text) < 3
    note = note and tokens[index + 1].text == ")"  # a footnote mark: word(2)
    document = (
        tokens[index + 1].text == "/"
        and tokens[index + 2].is_digits
        and tokens[index + 3].text == "/"
        and tokens[index + 4].is_capital
        and tokens[index + 4].glued
    )
    chain = all(
        tokens[index + i].is_digits
        if i % 2 == 0
        else tokens.is_dash(index + i) and tokens[index + i].glued
        for i in range(7)
    )  # ISBN 978-604-1-12345
    lineage = (
        before.text == "." and token.glued and before.glued and "." in token.text
    ) and further.text.isupper()  # B.1.351
    virus = token.text == "2019" and (
        before.low in VIRUSES
        or (before.low == "disease" and further.low in VIRUSES)
        or tokens.low(index + 1) in VIRUSES
        or (tokens.is_dash(index + 1) and tokens.low(index + 3) in VIRUSES)
    )  # coronavirus disease 2019, 2019-20 coronavirus pandemic
    entity = before.text == "#" and token.glued  # &#39;
    endless = len(token.text) > 40 or (token.text.count(".") > 1 and token.text[0] == "0")
    if not (
        glued_word
        or glued_dash
        or loose_dash
        or torn
        or note
        or chain
        or entity
        or document
        or lineage
        or virus
        or endless
    ):
        return None
    return CODED._replace(end=glued_end(tokens, index + 1))


def glued_end(tokens: Tokens, index: int) -> int:
    """Return the index after a run of letters, digits and joining marks without spaces."""
    while tokens[index].glued and (
        tokens[index].text[0].isalnum()
        or (
            tokens[index].text in "-–/."
            and tokens[index + 1].glued
            and tokens[index + 1].text[0].isalnum()
        )
    ):
        index += 1
    return index


def read_phone(tokens: Tokens, index: int) -> Found | None:
    """Read a telephone number: 0912 345 678, +84 24 3825 1234, (024) 3825.1234."""
    plus = tokens[index - 1].text == "+" and tokens[index].glued
    first = tokens[index].text
    if not plus and not (first.startswith("0") and len(first) > 1 and first[1].isdigit()):
        return None
    digits, end = 0, index
    while digits <= 15:
        if tokens[end].is_digits and "," not in tokens[end].text:
            digits += sum(character.isdigit() for character in tokens[end].text)
            end += 1
        elif (tokens.is_dash(end) or tokens[end].text in ").") and tokens[end + 1].is_digits:
            end += 1
        else:
            break
    if not 8 <= digits <= 15:
        return None
    return CODED._replace(end=end)
