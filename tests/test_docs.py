"""The documentation is run: docstrings, the Python of every page, the example script."""

import doctest
import importlib
import inspect
import pkgutil
import re
import runpy
import sys

import pytest
from conftest import ROOT, copy_examples

import vnsum
from vnsum import api, summarization
from vnsum.translation import CheckedTranslator, FakeBackend
from vnsum.translation.backends.backend import scramble

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMPARISON = ROOT / "examples/comparison.md"
LONGEST_README = 170  # lines; what takes more room has a page of its own
PAGES = [
    ROOT / name
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "examples/comparison.md",
        "examples/extending.md",
        "examples/guide.md",
        "examples/scaling.md",
        "vnsum/evaluation/README.md",
        "vnsum/training/EXPERIMENTS.md",
        "vnsum/models/mini/README.md",
    )
]
MODULES = sorted(
    info.name
    for info in pkgutil.walk_packages(vnsum.__path__, "vnsum.")
    if not info.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name, monkeypatch):
    try:
        module = importlib.import_module(name)
    except ImportError as error:  # modules behind extras that this environment lacks
        assert "vnsum[" in str(error)
        return
    assert module.__doc__, "every module says what it is"
    given = examples()
    monkeypatch.setattr(api, "default_pipeline", lambda: given["pipeline"])
    assert doctest.testmod(module, extraglobs=given).failed == 0


def examples():
    """Return the values that docstrings may speak of without making them: a fake model's."""
    spoken = {"Trời mưa.": "It rained.", "Đường ngập.": "The street was flooded."}
    backend = FakeBackend(function=lambda text: spoken.get(text) or scramble(text))
    pipeline = vnsum.Pipeline(
        translator=CheckedTranslator(backend=backend), summarizer=summarization.load("lead")
    )
    article = "Trời mưa. Đường ngập."
    return {
        "pipeline": pipeline,
        "article": article,
        "translation": pipeline.translate(article),
        "summary": pipeline.summarize(article, 1),
        "news_digest": pipeline.digest([article, article]),
    }


def public_functions():
    """Yield every public function of the package and every public method, by name."""
    for name in vnsum.__all__:
        value = getattr(vnsum, name)
        if inspect.isfunction(value):
            yield name, value
        elif inspect.isclass(value):
            methods = inspect.getmembers(value, inspect.isroutine)
            for method, function in methods:
                own = (getattr(function, "__module__", None) or "").startswith("vnsum.")
                if own and not method.startswith("_"):
                    yield f"{name}.{method}", function


@pytest.mark.parametrize(
    "function", [pytest.param(function, id=name) for name, function in public_functions()]
)
def test_every_public_function_shows_an_example(function):
    assert ">>> " in (inspect.getdoc(function) or "")


def name_page(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_the_python_of_a_page_runs(page, tmp_path, monkeypatch, capsys, mini):
    copy_examples(tmp_path / "examples")
    cached = mini.cached(tmp_path / "cache.sqlite")  # the calls have sentences in common
    monkeypatch.setattr(api, "default_pipeline", lambda: cached)
    monkeypatch.chdir(tmp_path)
    space: dict[str, object] = {"__name__": page.stem}
    for block in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S):
        exec(compile(block, str(page), "exec"), space)
    if page == ROOT / "README.md":
        assert "Colombia" in capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_links_of_a_page_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        linked = page.parent / path if path else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


def anchors(page):
    """Return the anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_yes_of_ours_leads_to_a_test_or_an_example():
    text = COMPARISON.read_text(encoding="utf-8")
    table = re.search(r"^\| \| vnsum \|.*?(?=\n\n)", text, re.M | re.S)
    assert table is not None
    ours = [row.split("|")[2].strip() for row in table.group().splitlines()[2:]]
    claims = [cell for cell in ours if cell != "no"]
    assert len(claims) > 10
    proof = r"\[yes\]\((\.\./tests/)?\w+\.(py|ipynb)\)"
    measured = r"\[[\d.]+\]\(\.\./vnsum/evaluation/README\.md#\w+\) .*"
    for cell in claims:
        assert re.fullmatch(f"{proof}|{measured}", cell), cell


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_files_that_a_page_names_are_there(page):
    """Names in code spans, seen from the root or from the package's test folder."""
    named = re.findall(r"`((?:vnsum|tests|examples)/[\w./-]+)`", page.read_text(encoding="utf-8"))
    for name in named:
        assert (ROOT / name).exists(), name


def test_the_readme_lists_every_model():
    for spec in vnsum.models():
        assert spec.name in README
        assert spec.licence in README


def test_the_example_script(monkeypatch, tmp_path):
    output = tmp_path / "summaries.csv"
    script = ROOT / "examples/summarize_folder.py"
    copy_examples(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(script), str(tmp_path / "articles"), str(output)])
    summaries, whole = [], vnsum.summarize_many
    monkeypatch.setattr(
        vnsum, "summarize_many", lambda *a, **k: summaries.extend(whole(*a, **k)) or summaries
    )
    runpy.run_path(str(script), run_name="__main__")
    pairs = [pair for summary in summaries for pair in summary.pairs]
    assert not [f for pair in pairs for f in pair.findings if f.severity == "error"]
    rows = output.read_text(encoding="utf-8").splitlines()
    assert rows[0] == "file,published,vietnamese,english,findings"
    assert any("colombia.txt" in row for row in rows[1:])


def test_the_readme_is_one_page_with_the_two_marked_commands():
    assert len(README.splitlines()) <= LONGEST_README
    for name in ("run", "test"):
        assert re.search(rf"^<!-- command: {name} -->\n```sh\n[^\n]+\n```$", README, re.M)


def test_the_package_map_has_every_package():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    packages = {path.parent.name for path in (ROOT / "vnsum").glob("*/__init__.py")}
    assert packages <= set(re.findall(r"^\| `vnsum/(\w+)/` \|", text, re.M))
