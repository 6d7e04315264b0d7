"""Model card and licence notice of a trained model.

Gemma's terms require that every redistributed derivative carries their notice and their use
restrictions; both are always written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vnsum.checkpoints.families import BOTH
from vnsum.checkpoints.rules import MANIFEST_RULES
from vnsum.errors import InputError
from vnsum.require import show
from vnsum.training.config import Corpus

GEMMA_NOTICE = (
    "Gemma is provided under and subject to the Gemma Terms of Use found at "
    "ai.google.dev/gemma/terms"
)
RESTRICTIONS = """Whoever uses, modifies or passes on these files, or a model made from them, is
bound by the terms, among them the use restrictions of section 3.2 and the Gemma Prohibited Use
Policy found at ai.google.dev/gemma/prohibited_use_policy, and has to pass these restrictions and
this notice on. A copy of the terms is in GEMMA_TERMS.txt."""
LIMITS = (
    "rare words and names, idioms, numbers with scales, and kinds of text that are not in its "
    "training data. Check every output"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The contents of a model card that differ from model to model.

    Raises `InputError` for values that the manifest of a package must not have.
    """

    name: str
    version: str = "v1"
    directions: tuple[str, ...] = BOTH
    tasks: tuple[str, ...] = ("translate",)
    corpora: tuple[Corpus, ...] = ()
    scores: tuple[str, ...] = ()
    steps: int = 0
    tokens: int = 0

    def __post_init__(self) -> None:
        """Raise for what `load` would refuse."""
        stored = {"directions": [*self.directions], "tasks": [*self.tasks]}
        for name, value in {"version": self.version, **stored}.items():
            if not MANIFEST_RULES[name].accepts(value):
                expected = MANIFEST_RULES[name].expected
                raise InputError(f"{name} of a model must be {expected}, not {show(value)}")


def write_card(card: Card) -> str:
    """Return the model card as Markdown.

    >>> "Gemma Terms of Use" in write_card(Card(name="mine"))
    True
    """
    tasks = " and ".join([*card.tasks])
    trained = f", then trained for {card.steps:,} steps on {card.tokens:,} tokens" * bool(
        card.steps
    )
    scores = "\n".join(f"- {line}" for line in card.scores) or "Not measured yet."
    return f"""# {card.name}, {card.version}

A small model of the Gemma 3 architecture for Vietnamese and English ({tasks};
{", ".join(card.directions)}), trained with vnsum.

**Base model**: Gemma 3 270M. Its vocabulary was pruned to the tokens of Vietnamese and
English{trained}.

**Licence**: {GEMMA_NOTICE}. {RESTRICTIONS}

## Data

{_tabulate(card.corpora)}

The licences of the data apply in addition to that of the model; some allow research or
non-commercial use only.

## Scores

{scores}

## Use and limits

Prompt: `<bos> SOURCE<2en>` or `<bos> SOURCE<2vi>`, the text with a leading space, tokenized
without special tokens; the model generates ` TARGET<eos>`. With `<sum>` instead of `<2en>` it
generates a summary in the language of the text, if it was trained to.

Weak at {LIMITS}.
"""


ADAPTER_HEADING = "## Adapter"


def add_adapter(readme: str, card: Card) -> str:
    """Return a model card with a section on its adapter, which replaces an existing one.

    >>> card = Card(name="mine", tasks=("summarize",))
    >>> once = add_adapter(write_card(card), card)
    >>> once == add_adapter(once, card)
    True
    """
    before, _, _ = readme.partition(f"\n{ADAPTER_HEADING}\n")
    trained = f" It was trained for {card.steps:,} steps." * bool(card.steps)
    scores = "\n".join(f"- {line}" for line in card.scores) or "Not measured yet."
    return f"""{before.rstrip()}

{ADAPTER_HEADING}

adapter.safetensors adds a task ({", ".join(card.tasks)}) to the model and does not change its
translations; the same terms apply.{trained}

{_tabulate(card.corpora)}

{scores}
"""


def write_notice(card: Card) -> str:
    """Return the notice that must accompany the weights."""
    return f"""{GEMMA_NOTICE}

The files in this folder ({card.name}, {card.version}) are a Model Derivative of Gemma 3 270M. They
were modified: the vocabulary was pruned, and the weights were fine-tuned and may have been
quantized (see README.md).

{RESTRICTIONS}
"""


def _tabulate(corpora: Sequence[Corpus]) -> str:
    if not corpora:
        return "None in addition to the data of the base model."
    rows = [
        f"| {row.name} | {row.source or '-'} | {row.licence} | {row.weight:g} "
        f"| {'machine-made' if row.synthetic else ''} |"
        for row in corpora
    ]
    head = ["| corpus | source | licence | weight |  |", "|---|---|---|---:|---|"]
    return "\n".join(head + rows)
