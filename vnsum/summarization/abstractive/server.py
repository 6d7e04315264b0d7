"""`ServerGenerator`: summaries by a chat model behind an OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import Sequence

from vnsum.chat.client import ChatClient, ChatRequest
from vnsum.chat.prompts import PROMPTS
from vnsum.chat.server import Server, describe_server, estimate_tokens, require_online
from vnsum.checkpoints.resolution import is_offline
from vnsum.errors import InputError
from vnsum.summarization.abstractive.generation import GeneratedSummary

MAX_OUTPUT_TOKENS = 512
PROMPT_TOKENS = 200  # of the instructions, at most


class ServerGenerator:
    """Generates summaries with one request to a `Server` for each article.

    The server is not asked for anything before the first article. Raises `InputError` if the prompt
    of the server has no text for summaries.
    """

    languages = ("vi", "en")

    def __init__(
        self, server: Server, *, offline: bool | None = None, client: ChatClient | None = None
    ) -> None:
        if not server.chat_prompt.summary:
            able = ", ".join(name for name, row in PROMPTS.items() if row.summary)
            raise InputError(
                f"the prompt {server.prompt!r} of the server has no text for summaries: use a chat "
                f"model with prompt={able!r}"
            )
        require_online(server, offline=is_offline(offline))
        self.server = server
        self._client = client or ChatClient(server)

    @property
    def signature(self) -> str:
        """The model that the server reports, a digest of its address, the prompt and options."""
        return f"writer|{describe_server(self.server, self._client.find_model())}"

    @property
    def max_source_tokens(self) -> int:
        """The context window without the prompt and the summary."""
        return self.server.context - PROMPT_TOKENS - MAX_OUTPUT_TOKENS

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Estimate the number of tokens of each text, as the tokenizer is not known."""
        return [estimate_tokens(text) for text in texts]

    def generate(self, texts: Sequence[str], *, lang: str) -> list[GeneratedSummary]:
        """Return one summary for each text, in order."""
        prompt = self.server.chat_prompt
        replies = self._client.ask(
            [
                ChatRequest(
                    messages=prompt.ask_summary(text, lang=lang), max_tokens=MAX_OUTPUT_TOKENS
                )
                for text in texts
            ]
        )
        return [GeneratedSummary(text=reply.text, finished=reply.finished) for reply in replies]
