"""`ServerBackend`: translation by a chat model behind an OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import Sequence

from vnsum.chat.client import ChatClient, ChatRequest
from vnsum.chat.server import Server, describe_server, estimate_tokens, require_online
from vnsum.checkpoints.families import BOTH
from vnsum.checkpoints.resolution import is_offline
from vnsum.translation.backends.backend import Constraint, Hypothesis
from vnsum.translation.backends.prompts import Terms, ask_for_terms, limit_output

MAX_SOURCE_TOKENS = 400  # as of most families
TEMPERATURE = 0.7  # of a second try; the first one has 0


class ServerBackend:
    """Translates with one request to a `Server` for each text.

    The first request has the temperature 0 and a fixed seed; `translate` with a beam width, which
    servers do not have, asks again with another temperature and seed. The server is not asked for
    anything before the first translation.
    """

    def __init__(
        self, server: Server, *, offline: bool | None = None, client: ChatClient | None = None
    ) -> None:
        require_online(server, offline=is_offline(offline))
        self.server = server
        self._client = client or ChatClient(server)

    @property
    def signature(self) -> str:
        """The model that the server reports, a digest of its address, the prompt and options."""
        return describe_server(self.server, self._client.find_model())

    @property
    def directions(self) -> tuple[str, ...]:
        """Both directions."""
        return BOTH

    @property
    def max_source_tokens(self) -> int:
        """The limit of one text; a quarter of the context window if that is less."""
        return min(MAX_SOURCE_TOKENS, self.server.context // 4)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Estimate the number of tokens of each text, as the tokenizer is not known."""
        return [estimate_tokens(text) for text in texts]

    def translate(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> list[Hypothesis]:
        """Return one translation for each text, in order."""
        return self._ask([self._request(text, source, target, seed=beams or 0) for text in texts])

    def constrain(
        self, constraints: Sequence[Constraint], *, source: str, target: str
    ) -> list[tuple[Hypothesis, ...]]:
        """Ask once more for each text, with the first form of each of its constraints as a term.

        Texts without forms, and prompts that do not support terms, are asked with another
        temperature instead.
        """
        supported = bool(self.server.chat_prompt.terms)

        def translate(texts: Sequence[str], terms: Sequence[Terms]) -> list[Hypothesis]:
            return self._ask(
                [
                    self._request(
                        text, source, target, seed=0 if known and supported else 1, terms=known
                    )
                    for text, known in zip(texts, terms, strict=True)
                ]
            )

        return ask_for_terms(constraints, translate, every=True)

    def _request(
        self,
        text: str,
        source: str,
        target: str,
        *,
        seed: int,
        terms: Terms = (),
    ) -> ChatRequest:
        return ChatRequest(
            messages=self.server.chat_prompt.ask_translation(
                text, source=source, target=target, terms=terms
            ),
            max_tokens=limit_output(estimate_tokens(text)),
            temperature=TEMPERATURE if seed else 0.0,
            seed=seed,
        )

    def _ask(self, requests: Sequence[ChatRequest]) -> list[Hypothesis]:
        replies = self._client.ask(requests)
        return [Hypothesis(text=reply.text, finished=reply.finished) for reply in replies]
