"""Import direction, light imports, public surface: the shape of the package as tests."""

import ast
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import vnsum

PACKAGE = Path(vnsum.__file__).parent

# What each part may import of vnsum at the top of its modules, itself aside. A part that is not
# named here may not be imported by any of these. `languages.tones` and the like belong to
# their part.
ALLOWED = {
    "errors": set(),
    "version": set(),
    "storage": {"errors"},
    "importing": set(),
    "forking": set(),
    "processors": {"errors", "forking"},
    "serialization": {"errors"},
    "document": {"serialization"},
    "result": {"document", "errors", "serialization"},
    "text": {"errors", "languages"},
    "languages": {"errors", "importing"},
    "furniture": {"document"},
    "charsets": {"errors", "languages"},
    "web": {"checkpoints", "errors", "version"},
    "article": {"charsets", "document", "errors", "furniture", "storage", "text",
                "web"},
    "boundaries": {"languages"},
    "clauses": {"languages"},
    "segmentation": {"article", "boundaries", "clauses", "document", "errors", "furniture",
                     "languages", "text"},
    "quantities": {"errors", "languages"},
    "fidelity": {"document", "languages", "quantities", "result"},
    "glossary": {"errors", "fidelity", "languages", "result", "storage"},
    "checkpoints": {"errors", "languages", "storage"},
    "decoding": {"checkpoints", "forking"},
    "translation": {"checkpoints", "decoding", "errors", "fidelity", "forking", "glossary",
                    "importing", "languages", "processors", "quantities", "result",
                    "segmentation", "serialization", "storage", "version"},
    "summarization": {"boundaries", "checkpoints", "decoding", "document", "errors", "forking",
                      "furniture", "languages", "processors", "quantities", "result"},
    "assembly": {"document", "fidelity", "quantities", "result"},
    "sections": {"article", "document", "errors", "segmentation"},
    "workers": {"errors", "forking"},
    "streaming": {"article", "document", "errors", "result", "workers"},
    "pipeline": {"article", "assembly", "checkpoints", "document", "errors", "fidelity",
                 "furniture", "glossary", "languages", "processors", "result", "sections",
                 "segmentation",
                 "streaming", "summarization", "translation", "version"},
    "shortcuts": {"article", "checkpoints", "document", "pipeline", "result", "segmentation",
                  "translation", "web"},
    "plotting": {"document", "errors", "rendering", "result"},
    "rendering": {"article", "document", "errors", "furniture", "languages", "result"},
}  # fmt: skip
LEAVES = {"cli", "evaluation", "training", "integrations", "__main__", "__init__"}
HEAVY = (
    "torch",
    "transformers",
    "underthesea",
    "sentencepiece",
    "numpy",
    "sacrebleu",
    "matplotlib",
    "IPython",
    "pandas",
    "polars",
    "pyarrow",
    "trafilatura",
    "urllib.request",
    "http.client",
)


def modules():
    return sorted(path for path in PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_parts(path: Path, *, top_level: bool) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level else list(ast.walk(tree))
    found = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "vnsum":
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("vnsum.")}
    return found - {part_of(path)}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_one_way(path):
    part = part_of(path)
    if part in LEAVES:
        return
    assert part in ALLOWED, f"{part} is new: give it a row in ALLOWED"
    assert imported_parts(path, top_level=True) <= ALLOWED[part]
    # Views and loaders may be fetched inside functions, leaves never.
    assert not imported_parts(path, top_level=False) & (LEAVES - {"__init__"})


def test_the_allowed_directions_have_no_circle():
    seen: set[str] = set()
    while len(seen) < len(ALLOWED):
        ready = {part for part in ALLOWED if part not in seen and ALLOWED[part] <= seen}
        assert ready, f"circle among {set(ALLOWED) - seen}"
        seen |= ready


def test_underthesea_has_one_door():
    users = [p for p in modules() if "import underthesea" in p.read_text(encoding="utf-8")
             or "from underthesea" in p.read_text(encoding="utf-8")]  # fmt: skip
    assert [str(p.relative_to(PACKAGE)) for p in users] == [str(Path("languages/vi.py"))]


def test_importing_is_free():
    code = f"""
import sys, vnsum
print([m for m in sys.modules if m.startswith("vnsum.")])
from vnsum import *
print([m for m in {HEAVY!r} if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "[]"]


def test_all_is_complete():
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    (typed,) = (node for node in tree.body if isinstance(node, ast.If))
    homes = {name.name: node.module for node in typed.body for name in node.names}
    lazy = {name: f"vnsum.{home}" for name, home in vnsum._HOMES.items()}
    assert homes == {**lazy, "errors": "vnsum"}, "type checkers see what there is at run time"
    assert list(vnsum.__all__) == sorted(homes)
    assert all(getattr(vnsum, name) is not None for name in vnsum.__all__)
    assert set(vnsum.__all__) <= set(dir(vnsum))
    assert not any((PACKAGE / f"{name}.py").exists() for name in vnsum._HOMES)


def test_parts_are_attributes_of_the_package():
    code = "import vnsum; vnsum.summarization.load; vnsum.web; vnsum.nothing"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.endswith("AttributeError: module 'vnsum' has no attribute 'nothing'\n")


def test_everything_public_is_documented():
    for name in vnsum.__all__:
        value = getattr(vnsum, name)
        if callable(value):
            assert inspect.getdoc(value), name
            if inspect.isclass(value):
                methods = [m for m in vars(value) if not m.startswith("_")]
                assert all(
                    inspect.getdoc(getattr(value, m)) for m in methods
                    if callable(getattr(value, m))
                ), name  # fmt: skip


def test_every_error_is_in_one_tree():
    errors = [e for e in vars(vnsum.errors).values() if inspect.isclass(e)]
    assert errors and all(issubclass(error, vnsum.VnsumError) for error in errors)


def test_one_version():
    project = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'\nversion = "{vnsum.__version__}"\n' in project


def test_no_junk_drawers():
    names = {name for _, name, _ in pkgutil.walk_packages([str(PACKAGE)])}
    assert not names & {"utils", "helpers", "common", "misc"}
