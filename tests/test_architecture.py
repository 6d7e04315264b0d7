"""The shape of the package: import direction, light imports, public names, documentation."""

import ast
import functools
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
    "require": {"errors"},
    "version": set(),
    "storage": {"errors"},
    "importing": set(),
    "forking": set(),
    "normalization": set(),
    "processors": {"forking", "require"},
    "results": {"errors", "require"},
    "languages": {"errors", "importing", "normalization", "require"},
    "chat": {"errors", "forking", "languages", "require", "version"},
    "checkpoints": {"chat", "errors", "forking", "languages", "require", "storage"},
    "reading": {"checkpoints", "errors", "forking", "languages", "names", "normalization",
                "require", "results", "storage", "version"},
    "segmentation": {"errors", "languages", "reading", "require", "results"},
    "quantities": {"languages", "normalization", "require"},
    "names": {"languages", "normalization", "quantities", "results"},
    "checks": {"languages", "names", "normalization", "quantities", "require", "results"},
    "glossary": {"errors", "languages", "names", "normalization", "require", "results", "storage"},
    "decoding": {"checkpoints", "forking"},
    "translation": {"chat", "checkpoints", "checks", "decoding", "errors", "forking", "glossary",
                    "importing", "languages", "names", "normalization", "processors",
                    "quantities", "require", "results", "segmentation", "storage", "version"},
    "summarization": {"chat", "checkpoints", "checks", "decoding", "errors", "forking", "languages",
                      "names", "normalization", "processors", "quantities", "reading", "require",
                      "results", "segmentation"},
    "assembly": {"languages", "names", "quantities", "results"},
    "workers": {"errors", "forking", "require"},
    "pipeline": {"assembly", "chat", "checkpoints", "checks", "errors", "glossary", "languages",
                 "names", "reading", "require", "results", "segmentation",
                 "summarization", "translation", "version", "workers"},
    "api": {"checkpoints", "languages", "pipeline", "reading", "results", "segmentation",
            "summarization"},
    "rendering": {"errors", "languages", "reading", "require", "results"},
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


@functools.cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_parts(path: Path, *, top_level: bool) -> set[str]:
    tree = parse(path)
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
    # Every package may validate its arguments.
    assert imported_parts(path, top_level=True) - {"require"} <= ALLOWED[part]
    # Views and loaders may be fetched inside functions, leaves never.
    assert not imported_parts(path, top_level=False) & (LEAVES - {"__init__"})


def test_the_allowed_directions_have_no_circle():
    seen: set[str] = set()
    while len(seen) < len(ALLOWED):
        ready = {part for part in ALLOWED if part not in seen and ALLOWED[part] <= seen}
        assert ready, f"circle among {set(ALLOWED) - seen}"
        seen |= ready


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(path: Path, known: set[str]) -> set[str]:
    """Return the modules that running `path` may load, inside functions too, types aside."""
    tree = parse(path)
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in for_types and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (names & known) or {node.module} & known
    return found - {module_of(path)}


def test_no_files_import_each_other_in_a_circle():
    paths = {module_of(path): path for path in modules()}
    waiting = {name: imported_modules(path, {*paths}) for name, path in paths.items()}
    while ready := [name for name, needs in waiting.items() if not needs & {*waiting}]:
        for name in ready:
            del waiting[name]
    assert not waiting, f"circle among or below {sorted(waiting)}"


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
    lazy = {name: f"vnsum.{home}" for name, home in vnsum._MODULES.items()}
    assert homes == {**lazy, "errors": "vnsum"}, "type checkers see what there is at run time"
    assert list(vnsum.__all__) == sorted(homes)
    assert all(getattr(vnsum, name) is not None for name in vnsum.__all__)
    assert set(vnsum.__all__) <= set(dir(vnsum))
    assert not any((PACKAGE / f"{name}.py").exists() for name in vnsum._MODULES)


def test_parts_are_attributes_of_the_package():
    code = "import vnsum; vnsum.summarization.load; vnsum.reading; vnsum.nothing"
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


def calls_of(tree: ast.AST, names: tuple[str, ...]) -> list[ast.Call]:
    return [
        node for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", None) in names
    ]  # fmt: skip


def test_no_model_brings_its_own_code():
    """Every load says so outright: a setting in a dictionary could be lost unseen."""
    loads = {
        f"{path.relative_to(PACKAGE)}:{call.lineno}": {
            keyword.arg: getattr(keyword.value, "value", None) for keyword in call.keywords
        }
        for path in modules()
        for call in calls_of(parse(path), ("from_pretrained", "from_config"))
    }
    assert len(loads) > 5, "or the test looks for the wrong thing"
    assert [place for place, given in loads.items() if given.get("trust_remote_code") is not False
            or "trust_remote_code" not in given] == []  # fmt: skip


def test_no_property_is_cached_behind_a_lock():
    """Before Python 3.12 a class has one lock for it, which a fork may copy while it is held."""
    for path in modules():
        names = {getattr(node, "attr", getattr(node, "id", None)) for node in ast.walk(parse(path))}
        assert "cached_property" not in names, path


def test_nothing_unpickles():
    for path in modules():
        tree = parse(path)
        imported = {
            alias.name.split(".")[0]
            for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        } | {(node.module or "").split(".")[0] for node in ast.walk(tree)
             if isinstance(node, ast.ImportFrom)}  # fmt: skip
        unpicklers = {"pickle", "marshal", "shelve", "joblib", "dill"}
        if part_of(path) == "workers":  # what processes of its own send to each other
            unpicklers -= {"pickle"}
        assert not imported & unpicklers, path
        loads = [call for call in calls_of(tree, ("load",))
                 if getattr(call.func.value, "id", None) == "torch"]  # fmt: skip
        if path.name == "pickles.py":  # converts them, in a process of its own
            safe = {k.arg: getattr(k.value, "value", None) for call in loads for k in call.keywords}
            assert len(loads) == 1 and safe["weights_only"] is True
            continue
        assert not loads, path


def test_normalization_has_one_door():
    users = [p.name for p in modules() if "unicodedata.normalize(" in p.read_text(encoding="utf-8")]
    assert users == ["normalization.py"], "others would need quadratic time for many marks"


def lists_of_words():
    """Yield the word lists of the package: the strings that are given to `words`."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "words"
                and isinstance(node.args[0], ast.Constant)
            ):
                yield path, node.lineno, node.args[0].value.split()


def test_no_list_names_a_word_twice():
    twice = [
        (path.name, line, sorted({word for word in listed if listed.count(word) > 1}))
        for path, line, listed in lists_of_words()
        if len(listed) > len(set(listed))
    ]
    assert not twice
