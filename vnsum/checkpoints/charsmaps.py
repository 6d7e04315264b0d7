"""Charsmaps of SentencePiece, which replace characters by texts: how long these texts are.

A charsmap is the size of a trie, the trie, and the texts that it points to, each with a NUL at its
end. It is in the protocol buffer of a SentencePiece model, or in `tokenizer.json` as Base64.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vnsum.checkpoints.files import read_bytes
from vnsum.errors import ModelError

PATTERNS = ("*.spm", "*.model")
MAX_BYTES = 64 << 20  # the largest known have some 5 MB
LONGEST = 100  # characters; NFKC has 18
SIZE = 4  # bytes of the size of the trie, which are also the bytes of a row of the trie
# Numbers of fields in the protocol buffer.
SPECS = (3, 5)  # of the normalizer and of the denormalizer
CHARSMAP = 2
LARGEST_KEY = 0xFFFFFFFF  # of the bits of a key, protobuf drops the others


def measure_charsmap(data: bytes) -> int:
    """Return the number of characters of the longest text; raise `ValueError` if it is damaged."""
    size = int.from_bytes(data[:SIZE], "little")
    # A library that allocates the size before it reads the trie may abort the process.
    if len(data) < SIZE or size > len(data) - SIZE or size % SIZE:
        raise ValueError("the size of its trie is wrong")
    return max(map(len, data[SIZE + size :].decode("utf-8").split("\0")))


def require_short_texts(folder: Path) -> None:
    """Raise `ModelError` if a SentencePiece model in `folder` replaces characters by long texts."""
    for path in sorted(found for pattern in PATTERNS for found in folder.glob(pattern)):
        for charsmap in _list_charsmaps(read_bytes(path, most=MAX_BYTES)):
            try:
                longest = measure_charsmap(charsmap)
            except ValueError as error:
                raise ModelError(
                    f"cannot read the charsmap of the tokenizer {path}: {error}; download the "
                    "files again"
                ) from error
            if longest > LONGEST:
                raise ModelError(
                    f"the tokenizer {path} replaces characters by {longest:,} others: expected at "
                    f"most {LONGEST}; the model is not used"
                )


def _list_charsmaps(model: bytes) -> list[bytes]:
    """Return the charsmaps of a SentencePiece model that are not empty."""
    try:
        specs = [content for number, content in _list_fields(model) if number in SPECS]
        fields = [field for spec in specs for field in _list_fields(spec)]
    except ValueError:  # a file of another kind, or one that SentencePiece refuses
        return []
    return [content for number, content in fields if number == CHARSMAP and content]


def _list_fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of the fields of a protocol buffer that contain bytes.

    Those of a group, which SentencePiece does not use, are yielded as if outside of it.
    """
    place = 0
    while place < len(message):
        key, place = _read_number(message, place)
        kind = key & 7
        if kind == 2:
            size, place = _read_number(message, place)
            yield (key & LARGEST_KEY) >> 3, message[place : place + size]
            place += size
        elif kind == 0:
            _, place = _read_number(message, place)
        elif kind in (1, 5):
            place += 8 if kind == 1 else 4
        elif kind not in (3, 4):  # the begin and the end of a group
            raise ValueError("not a protocol buffer")
    if place > len(message):
        raise ValueError("the protocol buffer is cut")


def _read_number(message: bytes, place: int) -> tuple[int, int]:
    """Return the number at `place`, of seven bits in each byte, and the place behind it."""
    number = 0
    for shift in range(0, 70, 7):
        if place >= len(message):
            break
        byte = message[place]
        number |= (byte & 127) << shift
        place += 1
        if byte < 128:
            return number, place
    raise ValueError("the protocol buffer is cut")
