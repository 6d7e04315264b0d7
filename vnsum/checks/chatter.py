"""Detecting replies of a chat model that are not the translation alone.

What the source may say itself is not reported: an article may quote an apology or have a note.
"""

from __future__ import annotations

import re

from vnsum.results.findings import Finding, Severity

_TRANSLATION = r"(?:translat\w+|render(?:ed|ing)|bản dịch|dịch (?:sang|ra|như sau)|được dịch)"
_REPLY = (
    r"(?:sure|certainly|of course|absolutely|okay|ok|vâng|dạ|được|chắc chắn|tất nhiên|dĩ nhiên)"
)
_SHOWING = r"(?:here|below|the following|this is|dưới đây|sau đây|đây là)"
# What the model did, how it does it, and what a source has that says the same. The number of
# characters between the parts is bounded, so that matching is linear.
_ADDED = (
    (
        "introduces the translation",
        re.compile(
            rf"^\W*(?:{_REPLY}\b[^\n:]{{0,40}})?{_SHOWING}\b[^\n:]{{0,80}}?{_TRANSLATION}"
            r"[^\n:]{0,60}:"
            rf"|^\W*{_REPLY}\b[^\n:]{{0,20}}[!,.][^\n:]{{0,80}}{_TRANSLATION}[^\n:]{{0,60}}:"
            r"|^\W*(?:(?:here is|in) )?(?:(?:the|my|final) )?(?:(?:english|vietnamese|tiếng anh"
            r"|tiếng việt)(?: (?:translation|version|text))?|translation|translated text|bản dịch"
            r"(?: tiếng \w+)?)\W{0,3}:",
            re.IGNORECASE,
        ),
        re.compile(r":(?![\d/])"),
    ),
    (
        "speaks about the translation",
        re.compile(
            r"^\W*the (?:\w{1,20} )?translation\b[^\n:]{0,60}(?:\bis\b|\bwould be\b|:)"
            r"|\bi(?: would| have|['’]d|['’]ve) (?:translate|render)",
            re.IGNORECASE,
        ),
        re.compile(r"dịch|translat", re.IGNORECASE),
    ),
    (
        "answers before it translates",
        re.compile(
            r"^\W*(?:sure|certainly|of course|absolutely|okay|chắc chắn|tất nhiên|dĩ nhiên)"
            r"(?: rồi)?[!.](?=\s)",
            re.IGNORECASE,
        ),
        re.compile(
            r"!|\b(?:chắc|tất nhiên|dĩ nhiên|đương nhiên|hẳn|vâng|dạ|ừ|được|ok\w*|sure\w*"
            r"|certain\w*|course|absolutely|indeed)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "adds a note",
        re.compile(
            r"(?:^|[.!?)\n*]\s{0,3}\W{0,3})(?:(?:translator(?:'|’)?s )?notes?|explanation"
            r"|ghi chú|lưu ý|chú thích|giải thích)(?: của người dịch)?\W{0,2}:"
            r"|[.!?)\n]\s{0,3}(?:please )?(?:let me know if|i hope th(?:is|at)|hope this|feel free"
            r" to)\b"
            r"|[.!?)\n]\s{0,3}(?:hãy cho tôi biết nếu|hy vọng (?:bản dịch|điều) này)",
            re.IGNORECASE,
        ),
        re.compile(
            r"\b(?:notes?|explanation|ghi chú|chú ý|lưu ý|chú thích|giải thích|biết|báo|nói|ngại"
            r"|cứ|mong|hy vọng|hi vọng|know|tell|hope|free|n\.b)\b",
            re.IGNORECASE,
        ),
    ),
)
_REFUSAL = re.compile(
    r"^\W*(?:(?:i(?:['’]m| am)? (?:\w+ )?(?:sorry|afraid|unable|not able)|sorry\b|i apologi[sz]e"
    r"|i can(?:not|['’]t| not)|i won['’]t|i will not|i must decline|as an? (?:ai|large|language)\b)"
    r"[^\n]{0,120}?\b(?:help|assist|translat\w+|provid\w+|fulfil\w*|compl\w+|process|continue"
    r"|engage|generate|requests?|content|do (?:that|this))\b"
    r"|(?:(?:tôi )?(?:rất |thành thật )?xin lỗi|(?:tôi )?rất tiếc|tôi (?:không thể|là một)"
    r"|(?:với tư cách )?là (?:một )?(?:mô hình|trợ lý|ai)\b)"
    r"[^\n]{0,120}?(?:dịch|hỗ trợ|giúp|cung cấp|đáp ứng|thực hiện|xử lý|yêu cầu|nội dung))",
    re.IGNORECASE,
)
# Words with which a source may itself refuse something.
_OWN_REFUSAL = re.compile(
    r"\b(?:xin lỗi|tiếc|không thể|chẳng thể|không \w+ được|sorry|apolog\w+|regret\w*|can ?not|"
    r"can['’]t|won['’]t|unable|afraid|unfortunate\w*|pity|too bad|refus\w+|từ chối)\b",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.\n]{0,40}\b(?:your|previous|prior|above|earlier"
    r"|all|any|these)\b[^.\n]{0,30}\b(?:instructions?|prompts?|directions?|rules|guidelines)\b"
    r"|\b(?:bỏ qua|phớt lờ|lờ đi|quên|không làm theo)\b[^.\n]{0,40}\b(?:chỉ dẫn|hướng dẫn|chỉ thị"
    r"|câu lệnh|mệnh lệnh|lời nhắc|quy tắc|lệnh|prompt)\b[^.\n]{0,30}\b(?:của bạn|của mày|trước"
    r"|ở trên|bên trên|trên đây|này)\b"
    r"|\bsystem prompt\b|\blời nhắc hệ thống\b",
    re.IGNORECASE,
)
# What a translation of such a sentence contains.
_MENTIONED = re.compile(
    r"\b(?:instruct\w*|prompts?|direct(?:ion|ive)s?|rules?|guid\w+|commands?|orders?"
    r"|chỉ dẫn|hướng dẫn|chỉ thị|lệnh|lời nhắc|câu nhắc|quy tắc|yêu cầu)\b",
    re.IGNORECASE,
)
_QUOTES = re.compile('["“”‘«»*`]')
_WRAPPED = re.compile(r"\s*(?:[\"“‘«][^\"“”‘«»]*[\"”’»]|\*\*[^*]*\*\*|`{1,3}[^`]+`{1,3})\s*")
# Scripts of other languages; Greek letters are units and variables.
_OTHER_SCRIPT = re.compile(
    "[\u0400-\u052f\u0590-\u06ff\u0900-\u0eff\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+"
)


def find_chatter(source_text: str, text: str) -> list[Finding]:
    """Return the findings about parts of a reply that are not the translation.

    >>> [finding.message for finding in find_chatter("Trời mưa.", "Translation: It rained.")]
    ['The model introduces the translation: "Translation:".']
    >>> find_chatter("Bản dịch: trời mưa.", "Translation: It rained.")
    []
    """
    findings = []
    for what, pattern, excuse in _ADDED:
        match = pattern.search(text)
        if match and not excuse.search(source_text):
            said = match.group().lstrip(".!?)* ").strip()
            findings.append(_find(f'The model {what}: "{said}".'))
    if _REFUSAL.match(text) and not _OWN_REFUSAL.search(source_text):
        findings.append(_find("The model refused to translate this sentence.", severity="error"))
    if _ADDRESSED.search(source_text) and not _MENTIONED.search(text):
        findings.append(
            _find(
                "The sentence has an instruction to a model, which the translation lacks; the "
                "model may have followed it.",
                severity="error",
            )
        )
    if "\n" in text.strip() and "\n" not in source_text.strip():
        lines = len([line for line in text.splitlines() if line.strip()])
        findings.append(_find(f"The translation of one line has {lines} lines."))
    elif _WRAPPED.fullmatch(text) and not _QUOTES.search(source_text):
        findings.append(_find("The translation is in quotation marks or other marks."))
    foreign = _OTHER_SCRIPT.search(text)
    if foreign and not _OTHER_SCRIPT.search(source_text):
        message = f'The translation has letters of another script: "{foreign.group()[:40]}".'
        findings.append(Finding(kind="untranslated", severity="warning", message=message))
    return findings


def _find(message: str, *, severity: Severity = "warning") -> Finding:
    return Finding(kind="chatter", severity=severity, message=message)
