"""What a server answers: parsing of replies, and the errors for everything else."""

from __future__ import annotations

import datetime
import email.utils
import html
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vnsum import require
from vnsum.chat.prompts import strip_thinking
from vnsum.chat.server import Server, Usage
from vnsum.errors import ModelError, VnsumError

SHOWN = 300  # characters of an answer in a message
SHORTEST_SECRET = 16  # characters of a key; shorter ones are placeholders such as "none"
LONGEST_TEXT = 50_000  # characters of a reply; sentences and summaries have far fewer
LONGEST_NAME = 200  # characters of the name of a model
TEMPORARY = (408, 425, 429)  # and those from 500 on, except that the server lacks the method
NOT_IMPLEMENTED = 501
QUOTA = "insufficient_quota"  # also a 429, but waiting does not help


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply of a chat model: its text, and whether the model ended it itself."""

    text: str
    finished: bool = True
    model: str = ""
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer, or with `problem` the reason why there is none.

    `retry_after` is in seconds. `is_closed` is true if no connection was made. `key` is removed
    from all errors, and from replies if it is no placeholder.
    """

    status: int = 0
    body: bytes = b""
    kind: str = ""
    retry_after: float | None = None
    problem: str = ""
    is_closed: bool = False
    key: str | None = field(default=None, repr=False)

    @property
    def data(self) -> dict[str, Any]:
        """The JSON object of the body; empty if there is none."""
        try:
            data = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) else {}

    @property
    def code(self) -> int:
        """The status; that of the error where a router answers 200 with an error inside."""
        error = self.data.get("error") if self.status == 200 else None
        if not error:
            return self.status
        code = error.get("code") if isinstance(error, Mapping) else None
        return code if isinstance(code, int) and 400 <= code <= 599 else 500

    @property
    def is_broken(self) -> bool:
        """Whether it should have a reply but no JSON: a page of a proxy, or a cut body."""
        return self.status == 200 and not self.data

    @property
    def is_success(self) -> bool:
        """Whether the answer has a reply."""
        data = self.data
        return self.status == 200 and bool(data) and not data.get("error")

    @property
    def is_temporary(self) -> bool:
        """Whether the same request may succeed later."""
        if QUOTA in self.show():
            return False
        code = self.code
        failed = not code or code in TEMPORARY or (code >= 500 and code != NOT_IMPLEMENTED)
        return failed or self.is_broken

    def hide_key(self, text: str) -> str:
        """Return a text of the server without the key, which it may send back, also escaped."""
        if not self.key:
            return text
        flags = re.IGNORECASE if len(self.key) >= SHORTEST_SECRET else 0
        return re.sub("".join(map(_write_escaped, self.key)), "[key]", text, flags=flags)

    def hide_secret(self, text: str) -> str:
        """Return a text of the model without the key, unless a word or name may equal the key."""
        return self.hide_key(text) if len(self.key or "") >= SHORTEST_SECRET else text

    def show(self) -> str:
        """Return the message of an error, shortened to one line and without the key."""
        error = self.data.get("error") or self.data.get("message") or self.data.get("detail")
        if isinstance(error, Mapping):
            words = [error.get("message"), error.get("code") if error.get("code") == QUOTA else ""]
            error = " ".join(str(word) for word in words if word)
        page = self.hide_key(self.body.decode("utf-8", "replace"))[: 4 * SHOWN]
        text = self.problem or (str(error) if error else "" if _is_markup(page) else page)
        text = require.printable(" ".join(self.hide_key(text).split()))
        return f"{text[:SHOWN]}…" if len(text) > SHOWN else text


def _write_escaped(character: str) -> str:
    """Return a pattern of a character as it is, and as JSON, URLs and HTML escape it."""
    code = ord(character)
    forms = [character, f"\\u{code:04x}", f"%{code:02x}", html.escape(character), f"&#{code};",
             f"&#x{code:x};"]  # fmt: skip
    if character != "\\":  # in two ways, a run of them would take exponential time
        forms.append(f"\\{character}")
    return f"(?:{'|'.join(re.escape(form) for form in dict.fromkeys(forms))})"


def _is_markup(page: str) -> bool:
    return page.lstrip().startswith("<")


def read_retry_after(header: str) -> float | None:
    """Return the seconds of a `Retry-After` header, which has a number or a date.

    >>> read_retry_after("3"), read_retry_after("soon")
    (3.0, None)
    """
    try:
        seconds = float(header)
    except ValueError:
        try:
            date = email.utils.parsedate_to_datetime(header)
        except (TypeError, ValueError, IndexError, OverflowError):
            return None
        if date.tzinfo is None:
            date = date.replace(tzinfo=datetime.timezone.utc)
        seconds = (date - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None


def list_ids(answer: Answer) -> list[str]:
    """Return the ids of a list of models; empty if the answer is none."""
    rows = answer.data.get("data") if answer.status == 200 else None
    ids = [row.get("id") for row in rows if isinstance(row, Mapping)] if isinstance(
        rows, list) else []  # fmt: skip
    return [name for name in map(_read_name, ids) if name]


def _read_name(value: Any) -> str:
    """Return the name of a model, or an empty string for anything else."""
    is_name = isinstance(value, str) and value.isprintable() and len(value) <= LONGEST_NAME
    return str(value) if is_name else ""


def read_reply(answer: Answer, server: Server) -> Reply:
    """Return the reply of a successful answer; raise an error if it is none.

    A server whose first answer is broken is probably none of a chat model. A reply that was cut, or
    ended for another reason than `stop`, is not finished.
    """
    data = answer.data
    if not data:
        kind = answer.hide_key(_one_line(answer.kind))
        raise ModelError(
            f"the server {server.url} does not answer with JSON ({kind}); url= must be the base "
            "URL of an OpenAI-compatible API, which usually ends in /v1"
        )
    choices = data.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, Mapping) else None
    if not isinstance(choice, Mapping) or not isinstance(message, Mapping):
        raise VnsumError(
            f"the server {server.url} sent a reply without a message: {answer.show()}; it must "
            "speak the chat protocol of OpenAI"
        )
    lines = strip_thinking(_join_parts(message.get("content"))).splitlines()
    # Last, because characters that are dropped may separate those of the key.
    text = answer.hide_secret("\n".join(map(_drop_controls, lines)).strip())
    return Reply(
        text=text[:LONGEST_TEXT],
        finished=choice.get("finish_reason") == "stop" and len(text) <= LONGEST_TEXT,
        model=answer.hide_secret(_read_name(data.get("model"))),
        usage=_read_usage(data.get("usage")),
    )


def _drop_controls(line: str) -> str:
    """Return a line without what is not shown, its white space as ordinary spaces."""
    return "".join(" " if c.isspace() else c for c in line if c.isprintable() or c.isspace())


def _join_parts(content: Any) -> str:
    """Return the text of a message, which a few servers send in parts."""
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, Mapping)]
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def _read_usage(usage: Any) -> Usage:
    def count(name: str) -> int:
        value = usage.get(name) if isinstance(usage, Mapping) else None
        if not isinstance(value, int) or isinstance(value, bool):
            return 0
        return value if 0 < value < require.LARGEST else 0

    return Usage(
        replies=1,
        prompt_tokens=count("prompt_tokens"),
        completion_tokens=count("completion_tokens"),
    )


def _one_line(text: str) -> str:
    return "".join(c for c in text[:80] if c.isprintable()) or "no content type"


def explain_failure(answer: Answer, server: Server, *, tries: int = 1) -> VnsumError:
    """Return the error for an answer that is no reply, with what to do.

    A `ModelError` ends a job of many texts; another `VnsumError` may concern one text only.
    """
    code, shown = answer.code, answer.show()
    kind, what, advice = _choose_error(answer, server)
    if tries > 1:
        what += f" after {tries} tries"
    if code == 429 and answer.retry_after:
        what += f", and asks to wait {answer.retry_after:g} s"
    said = f" ({shown})" if shown else ""
    return kind(f"the server {server.url} {what}{said}; {advice}")


def _choose_error(answer: Answer, server: Server) -> tuple[type[VnsumError], str, str]:
    """Return the type of the error, what the server did, and what to do."""
    model, code = f"the model {server.model!r}", answer.code
    key = (
        f"check the key in the environment variable {server.key_env}"
        if server.key_env
        else "name the environment variable that has the key with key_env="
    )
    by_code: dict[int, tuple[type[VnsumError], str, str]] = {
        0: (VnsumError, "gave no answer", "allow more time with timeout=, or see its log"),
        401: (ModelError, "does not accept the key", key),
        403: (ModelError, f"refuses access to {model}", key),
        404: (ModelError, f"does not know {model} or the path",
              "check model= and url=, which usually ends in /v1"),
        429: (ModelError, "accepts no more requests",
              "use fewer workers=, check the limits of the account, or continue later with a "
              "cache"),
    }  # fmt: skip
    if answer.is_broken:
        return VnsumError, "does not answer with JSON", "see its log"
    if answer.is_closed:
        return ModelError, "cannot be reached", "check that it is running and that url= is right"
    if code in by_code:
        return by_code[code]
    if code >= 500:
        return VnsumError, f"failed with status {code}", "see its log"
    if code < 400:
        return ModelError, f"answers with status {code} and no reply", "check url="
    return (
        VnsumError,
        f"refuses the request with status {code}",
        "change or remove fields of the request with options=, or lower context=",
    )
