"""Patterns of English picture credits, such as `Photo by Ann Lee/AP` and `Photograph: Ann Lee`.

They match only names up to the end of a line: `Photo by Ann Lee won a prize.` is a sentence.
"""

from __future__ import annotations

import re

from vnsum.reading.boilerplate.names import NAME_WORD, NAMES

# Agencies and banks of pictures. A newspaper would make `Ann Lee/The Times` ambiguous.
_AGENCY = (
    r"(?:Getty Images|Getty|Shutterstock(?:\.com)?|Alamy(?: Stock Photo)?|iStock|EPA(?:-EFE)?|"
    r"AFP|AP|AP Photo|Associated Press|Reuters|REUTERS|Rex|Rex Features|PA(?: Wire| Images)?|"
    r"Corbis|Bloomberg|Xinhua|Anadolu(?: Agency)?|NurPhoto|ZUMA(?: Press)?|Unsplash|Pexels|Flickr)"
)
_BANK = r"(?:Getty Images|Shutterstock(?:\.com)?|Alamy(?: Stock Photo)?|iStock)"
_PERSON = rf"(?:{NAME_WORD}(?: {NAME_WORD}){{0,2}})"
_PICTURE = r"(?i:photo(?:graph)?|image|picture|pic|illustration|video|graphic)"
_FILE = r"(?i:file (?:photo(?:graph)?|image|picture))"
_WHO = (
    rf"(?:(?i:courtesy of) )?(?:[Tt]he )?(?:{NAMES})"
    rf"(?: (?:for|via|of|on) (?:[Tt]he )?(?:{NAMES}|{_AGENCY}))?"
)
_BY = (
    rf"{_PICTURE} (?i:courtesy of) {_WHO}|"
    rf"{_PICTURE} (?i:by) {_PERSON}(?:(?: ?/ ?| (?:for|via|of|on) (?:[Tt]he )?|, ?){NAMES})?"
)
_LABELLED = (
    r"(?i:photographs?|pics?|"
    r"(?:photo|photograph|image|picture|video)s? (?:credit|courtesy|by)s?)"
    rf"\s?: ?{_WHO}|Image source, {_WHO}|{_FILE}(?:(?:\s?: ?| by |, ){_WHO})?"
)
_START = r"(?:^|(?<=[.!?…”\"’'\])])\s|\s[-–—|•·]\s)(?=[A-Z])"
_STOP = r"[.…]?$"

ENGLISH_CREDITS = (
    re.compile(rf"{_START}(?:{_LABELLED}|{_BY}){_STOP}"),
    re.compile(
        rf"[(\[](?:{_LABELLED}|{_BY}|(?:{_AGENCY} )?(?:Photo|File|PHOTO)(?:/|: ?){_WHO}|"
        rf"{_PERSON} ?/ ?{_BANK})[)\]]{_STOP}"
    ),
    # Also alone, as only pictures are credited in this way.
    re.compile(
        rf"(?:^|(?<=[.!?…”\"’'\])])\s|\s[-–—|•·]\s)(?:Credit\s?: ?)?"
        rf"(?:{_PERSON}(?: ?/ ?{_AGENCY})? ?/ ?{_BANK}|{_PERSON} via {_BANK}){_STOP}"
    ),
    re.compile(
        rf"(?:^|(?<=[.!?…”\"’'\])])\s)REUTERS/(?!{_AGENCY}){_PERSON}(?:/File Photo)?{_STOP}"
    ),
    re.compile(r"^Image caption, [A-Z\"“‘].{1,240}$"),
)
