"""Loading of tokenizers, and whether they fit a model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vnsum.checkpoints.charsmaps import require_short_texts
from vnsum.checkpoints.failures import wrap_errors
from vnsum.checkpoints.families import ModelSpec
from vnsum.checkpoints.files import TOKENIZERS, read_settings
from vnsum.checkpoints.resolution import Located
from vnsum.checkpoints.rules import TOKENIZER_RULES, pick
from vnsum.checkpoints.settings import TOKENIZER, require_settings
from vnsum.checkpoints.tokenizer_rules import (
    VOCABULARY,
    make_exact,
    replace_settings,
    require_bounded,
    require_short_tokens,
)
from vnsum.errors import ModelError


def load_tokenizer(located: Located) -> Any:
    """Load the tokenizer only, without torch; raise `ModelError` if it is invalid."""
    import transformers

    folder = located.folder
    packaged = located.spec.origin == "package"
    named = "PreTrainedTokenizerFast" if packaged else located.spec.family.tokenizer
    kind = getattr(transformers, named or "AutoTokenizer")
    settings = require_settings(folder)
    if (folder / VOCABULARY).exists():
        require_bounded(folder / VOCABULARY)
    require_short_texts(folder)
    own = replace_settings(folder, settings[TOKENIZER]) if TOKENIZER in settings else {}
    with wrap_errors(*_list_tokenizers(folder), what="cannot load the tokenizer from"):
        tokenizer = kind.from_pretrained(
            folder,
            local_files_only=True,
            trust_remote_code=False,
            **own,
        )
        make_exact(tokenizer)
        require_short_tokens(tokenizer, folder)
        _require_tokens(tokenizer, located.spec, folder)
    return tokenizer


def build_tokenizer(folder: Path, spec: ModelSpec, *, rows: int) -> Any:
    """Create the tokenizer of a model in the package's format, which has `rows` embeddings.

    `from_pretrained` would read the large file twice.
    """
    import transformers

    settings, path = folder / TOKENIZER, folder / VOCABULARY
    options = pick(settings, read_settings(settings), TOKENIZER_RULES)
    require_bounded(path)
    with wrap_errors(path, what="cannot load the tokenizer from"):
        tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(path), **options)
        make_exact(tokenizer)
        require_short_tokens(tokenizer, path, settings)
        _require_tokens(tokenizer, spec, folder)
        last = max(tokenizer.get_vocab().values())
    if last >= rows:
        raise ModelError(_explain_rows(f"{path} and {settings.name}", last, rows))
    return tokenizer


def require_rows(tokenizer: Any, located: Located, *, rows: int) -> None:
    """Raise `ModelError` if a tokenizer has more tokens than the model has embeddings.

    Added tokens other than those of the languages may have none, because they are not used.
    """
    family = located.spec.family
    used = [tokenizer.vocab_size - 1, tokenizer.eos_token_id, tokenizer.pad_token_id]
    if family.target_token != "none":
        used += [
            tokenizer.convert_tokens_to_ids(family.spell_target(code)) for code in family.codes
        ]
    if (last := max(index for index in used if index is not None)) >= rows:
        names = ", ".join(path.name for path in _list_tokenizers(located.folder))
        raise ModelError(_explain_rows(f"{located.folder} ({names})", last, rows))


def _require_tokens(tokenizer: Any, spec: ModelSpec, folder: Path) -> None:
    """Raise `ModelError` if a tokenizer lacks a special token or the token of a target language."""
    family = spec.family
    marks: tuple[str, ...] = ("eos_token", "pad_token")
    if family.causal:  # those of a prompt are in its template
        marks = ("eos_token",) if family.prompt else ("bos_token", "eos_token")
    lacking = [mark for mark in marks if getattr(tokenizer, f"{mark}_id") is None]
    if family.target_token != "none":
        targets = {d.partition("->")[2] for d in spec.directions}
        tokens = [family.spell_target(language) for language in sorted(targets)]
        unknown = (None, tokenizer.unk_token_id)
        lacking += [t for t in tokens if tokenizer.convert_tokens_to_ids(t) in unknown]
    if family.prompt and not tokenizer.chat_template:
        lacking.append("chat template")
    if lacking:
        names = ", ".join(path.name for path in _list_tokenizers(folder))
        raise ModelError(
            f"the tokenizer in {folder} ({names}) has no {', no '.join(lacking)}: expected a "
            f"tokenizer of the family {family.name!r}"
        )


def _list_tokenizers(folder: Path) -> list[Path]:
    """Return the tokenizer files in `folder`."""
    names = [*TOKENIZERS, TOKENIZER]
    return sorted({path for pattern in names for path in folder.glob(pattern)})


def _explain_rows(where: str, last: int, rows: int) -> str:
    return (
        f"the tokenizer of {where} has the token id {last}, but the vocabulary of the model has "
        f"{rows:,} tokens: the files belong to different models; download both again"
    )
