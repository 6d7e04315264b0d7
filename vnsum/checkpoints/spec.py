"""`ModelSpec`: one row of the table of models."""

from __future__ import annotations

from dataclasses import dataclass

from vnsum import require
from vnsum.checkpoints.families import Family

BOTH = ("vi->en", "en->vi")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """A translation model: where its weights come from, what it speaks, under which licence.

    `checkpoint` is a Hugging Face id or a folder (`origin` `"hub"` or `"path"`), or the name of
    weights inside the package (`"package"`). `directions` are strings like `"vi->en"`; `size_mb`
    is the download or the file in megabytes, 0 where it is not known. `revision` is a commit, tag
    or branch of the hub; without one, the commit that was downloaded first stays in use.
    """

    name: str
    checkpoint: str
    origin: str
    family: Family
    directions: tuple[str, ...]
    licence: str
    size_mb: int = 0
    revision: str | None = None
    note: str = ""

    def speaks(self, source: str, target: str) -> bool:
        """Return whether the model translates from `source` to `target`.

        >>> import vnsum
        >>> vnsum.models()[0].speaks("vi", "en")
        True
        """
        way = f"{require.text(source, 'source')}->{require.text(target, 'target')}"
        return way in self.directions
