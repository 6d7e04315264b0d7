"""The cached and the lazy translator: the same answers, less work, weights only if needed.

Also what tells one translator from another in the cache.
"""

import contextlib
import dataclasses
import functools
import json
import os
import pickle
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch
from conftest import sign
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

import vnsum
from vnsum.checkpoints.families import ModelSpec
from vnsum.checkpoints.inspection import identify_weights
from vnsum.errors import LanguageError, ModelError
from vnsum.glossary import Glossary
from vnsum.results.result import Finding, Span
from vnsum.translation import (
    CachedTranslator,
    CacheWarning,
    CheckedText,
    CheckedTranslator,
    FakeBackend,
    LazyTranslator,
    RunOptions,
    TranslationStore,
    loading,
    make_translator,
)
from vnsum.translation.backends.backend import scramble
from vnsum.translation.cache.translator import (
    COMMIT_EVERY,
    LEAVES,
    _checksum,
    digest_code,
)
from vnsum.translation.checked import CHECKS_VERSION, REPAIRS_VERSION

WAY = {"source": "vi", "target": "en"}
TEXTS = st.lists(
    st.lists(st.sampled_from(["mưa", "to", "Hà Nội", "12", "\x00", "đường"]), max_size=6).map(
        " ".join
    ),
    max_size=30,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "job.sqlite"


def guarded(function=scramble, **options):
    return CheckedTranslator(backend=FakeBackend(function=function, **options))


def cached(path, inner=None):
    return CachedTranslator(inner or guarded(), store=TranslationStore(path))


def handed(translator):
    """Every text that reached the backend, in order."""
    return [text for call in translator.backend.calls for text in call]


class Summed(str):
    """A text that gets the checksum of its row."""

    __slots__ = ()


SPOILT = Finding(kind="loop", severity="info", message="\udc00")
# What a damaged row may hold.
ROWS = [
    b"abc", None, 5, 0.5, "", "abc", Summed("abc"), Summed("{}"), Summed("null"), Summed("["),
    Summed("[" * 100_000), Summed('{"type": "CheckedText", "text": 5}'), Summed("1" + "0" * 5000),
    Summed('{"type": "CheckedText", "text": "a", "findings": [7]}'),
    Summed(json.dumps(CheckedText(text="a\ud800").to_dict())),
    Summed(json.dumps(CheckedText(text="a", findings=(SPOILT,)).to_dict())),
    "CAST(x'ff' AS TEXT)",
]  # fmt: skip


def replace_rows(path, row, *, but="", where="true"):
    """Put `row` in the place of all texts but one, in a table that takes anything."""
    value = "?"
    if isinstance(row, Summed):
        value = "checksum(key, ?) || ?"
    elif row is not None and str(row).startswith("CAST"):
        value = row
    database = sqlite3.connect(path)
    database.create_function("checksum", 2, _checksum)
    with database:
        database.execute("ALTER TABLE texts RENAME TO old")
        database.execute("CREATE TABLE texts (id INTEGER PRIMARY KEY, key BLOB UNIQUE, text)")
        database.execute("INSERT INTO texts SELECT * FROM old")
        database.execute("DROP TABLE old")
        database.execute(
            f"UPDATE texts SET text = {value} WHERE substr(text, 9) != ? AND {where}",
            (*[row] * value.count("?"), but),
        )
    database.close()


class TestCachedTranslator:
    @given(st.lists(TEXTS, max_size=4))
    @settings(deadline=None, max_examples=10)
    def test_the_same_answers_and_nothing_twice(self, tmp_path_factory, groups):
        path = tmp_path_factory.mktemp("cache") / "c.sqlite"
        plain, inner = guarded(), guarded()
        for group in groups:
            expected = plain.translate_checked(group, **WAY)
            assert cached(path, inner).translate_checked(group, **WAY) == expected
        texts = handed(inner)
        assert len(texts) == len(set(texts))

    def test_findings_are_kept(self, path):
        found = (
            Finding(kind="number", severity="warning", message="“5” is lost",
                    source=Span(start=1, end=2)),
            Finding(kind="repair", severity="info", message="x", target=Span(start=0, end=9)),
        )  # fmt: skip

        class Finder(FakeTranslator):
            def translate_checked(self, texts, *, source, target):
                return [CheckedText(text=text.upper(), findings=found) for text in texts]

        first = cached(path, Finder()).translate_checked(["mưa"], **WAY)
        assert cached(path, FakeTranslator()).translate_checked(["mưa"], **WAY) == first
        assert first[0].findings == found

    def test_what_makes_a_difference(self, path):
        table = {
            ("fake", "vi", "en", "mưa"): "A",
            ("another", "vi", "en", "mưa"): "B",
            ("fake", "en", "vi", "mưa"): "C",
            ("fake", "vi", "en", "mưa "): "D",
            ("fake", "vi", "en", "Mưa"): "E",
            ("fake", "vi", "en", "mu\u031ba"): "F",
        }
        for _ in range(2):
            for (signature, source, target, text), answer in table.items():
                inner = guarded(function=lambda _, answer=answer: answer, signature=signature)
                (done,) = cached(path, inner).translate_checked(
                    [text], source=source, target=target
                )
                assert done.text == answer

    def test_work_is_kept_in_small_portions(self, path):
        texts = [f"mưa {'to ' * (i % 7)}{i}" for i in range(5 * COMMIT_EVERY)]
        seen = []

        class Breaking(FakeBackend):
            def translate(self, some, **options):
                seen.extend(some)
                if len(seen) > 3 * COMMIT_EVERY:
                    raise KeyboardInterrupt
                return super().translate(some, **options)

        with pytest.raises(KeyboardInterrupt):
            cached(path, CheckedTranslator(backend=Breaking())).translate_checked(texts, **WAY)
        inner = guarded()
        assert len(cached(path, inner).translate_checked(texts, **WAY)) == len(texts)
        longest_first = sorted(texts, key=len, reverse=True)
        kept, lost = longest_first[: 3 * COMMIT_EVERY], longest_first[3 * COMMIT_EVERY :]
        assert not set(handed(inner)) & set(kept)
        assert set(handed(inner)) >= set(lost)
        assert not set(handed(inner)) & set(seen[: 3 * COMMIT_EVERY])

    def test_a_changed_letter_on_disk_is_seen(self, path):
        cached(path).translate_checked(["mưa"], **WAY)
        database = sqlite3.connect(path)
        with database:
            database.execute("UPDATE texts SET text = replace(text, 'ZHN', 'ZHM')")
        database.close()
        with pytest.warns(CacheWarning, match="wrong checksum"):
            assert cached(path).translate_checked(["mưa"], **WAY)[0].text == scramble("mưa")

    def test_a_text_under_the_key_of_another_is_seen(self, path):
        cached(path).translate_checked(["mưa", "nắng"], **WAY)
        database = sqlite3.connect(path)
        with database:
            (one, first), (other, second) = database.execute(
                "SELECT id, text FROM texts WHERE text LIKE '%CheckedText%'"
            ).fetchall()
            for text, row in ((second, one), (first, other)):
                database.execute("UPDATE texts SET text = ? WHERE id = ?", (text, row))
        database.close()
        with pytest.warns(CacheWarning, match="wrong checksum"):
            done = cached(path).translate_checked(["mưa", "nắng"], **WAY)
        assert [checked.text for checked in done] == [scramble("mưa"), scramble("nắng")]

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: repr(row)[:30])
    def test_damaged_rows_are_translated_anew_with_one_warning(self, row, path):
        """Whatever they hold; the sound ones are used."""
        cached(path).translate_checked(["mưa", "nắng", "gió"], **WAY)
        sound = json.dumps(CheckedText(text=scramble("gió")).to_dict(), separators=(",", ":"))
        replace_rows(path, row, but=sound)
        inner = guarded()
        damaged = cached(path, inner)
        with pytest.warns(CacheWarning) as seen:
            for text in ("mưa", "nắng", "gió"):
                assert damaged.translate_checked([text], **WAY)[0].text == scramble(text)
        assert len(seen) == 1
        assert "damaged rows" in str(seen[0].message)
        assert handed(inner) == ["mưa", "nắng"]
        cached(path).translate_checked(["mưa", "nắng", "gió"], **WAY)  # without a warning

    @pytest.mark.parametrize("signature", [b"abc", 5, "another"])
    def test_a_damaged_signature_is_found_again(self, signature, path):
        expected = cached(path, counted()[0]).translate_checked(["mưa"], **WAY)
        replace_rows(path, signature, where="length(text) < 50")
        lazy, loads = counted()
        damaged = cached(path, lazy)
        with contextlib.nullcontext() if signature == "another" else pytest.warns(CacheWarning):
            assert damaged.translate_checked(["mưa"], **WAY) == expected
        assert len(loads) == 1
        assert not handed(lazy.load())

    def test_a_wrong_direction_is_told_without_a_look(self, path):
        with pytest.raises(LanguageError, match="en->vi"):
            cached(path, guarded(directions=("vi->en",))).translate_checked(
                [], source="en", target="vi"
            )
        assert not path.exists()

    def test_without_a_file_it_still_translates(self, tmp_path):
        (tmp_path / "file").write_text("in the way")
        translator = cached(tmp_path / "file" / "job.sqlite")
        with pytest.warns(CacheWarning) as seen:
            for text in ("mưa", "nắng"):
                (done,) = translator.translate_checked([text], **WAY)
                assert done.text == scramble(text)
        assert len(seen) == 1

    def test_caches_can_be_nested(self, tmp_path):
        lazy, _ = counted()
        inner = cached(tmp_path / "a.sqlite", lazy)
        outer = cached(tmp_path / "b.sqlite", inner)
        expected = outer.translate_checked(["mưa"], **WAY)
        assert (
            outer.signature
            == inner.signature
            == f"fake|checks {CHECKS_VERSION}|repairs {REPAIRS_VERSION}, 3 tries"
        )
        for path in (tmp_path / "a.sqlite", tmp_path / "b.sqlite"):
            again, more = counted()
            assert cached(path, again).translate_checked(["mưa"], **WAY) == expected
            assert not more


@pytest.fixture(scope="class")
def checkout(tmp_path_factory):
    """A copy of the package, without its weights."""
    copy = tmp_path_factory.mktemp("checkout") / "vnsum"
    ignore = shutil.ignore_patterns("models", "__pycache__")
    shutil.copytree(Path(vnsum.__file__).parent, copy, ignore=ignore)
    return copy


@contextlib.contextmanager
def one_byte_changed(file):
    data = file.read_bytes()
    changed = bytearray(data or b" ")
    changed[min(3, len(changed) - 1)] ^= 0x20  # the case of the first letter of a docstring
    file.write_bytes(changed)
    yield
    file.write_bytes(data)


class TestDigestOfTheCode:
    """Two checkouts of one version share a cache; see `digest_code`."""

    def test_every_part_counts_but_the_leaves(self, checkout):
        whole = digest_code(checkout)
        for part in sorted(checkout.iterdir()):
            file = part if part.is_file() else max(p for p in part.rglob("*") if p.is_file())
            with one_byte_changed(file):
                assert (digest_code(checkout) == whole) == (part.name in LEAVES), file
        assert digest_code(checkout) == whole

    def test_names_and_new_folders_count_but_weights_and_bytecode_do_not(self, checkout):
        whole = digest_code(checkout)
        beam = checkout / "decoding" / "beam.py"
        moved = beam.rename(beam.with_name("search.py"))
        assert digest_code(checkout) != whole
        moved.rename(beam)
        for folder, counts in {"newpart": True, "models": False, "decoding/__pycache__": False,
                               "decoding/cli": True}.items():  # fmt: skip
            (checkout / folder).mkdir()
            (checkout / folder / "a.bin").write_bytes(b"a")
            assert (digest_code(checkout) != whole) == counts, folder
            shutil.rmtree(checkout / folder)

    def test_no_other_part_needs_a_leaf(self):
        package = Path(vnsum.__file__).parent
        assert all((package / leaf).is_dir() for leaf in LEAVES)
        wanted = re.compile(rf"^(from|import) vnsum\.({'|'.join(LEAVES)})\b", re.MULTILINE)
        for file in package.rglob("*.py"):
            part = file.relative_to(package).parts[0]
            if part not in (*LEAVES, "__main__.py"):
                assert not wanted.search(file.read_text(encoding="utf-8")), file

    def test_a_checkout_that_searches_otherwise_shares_no_answers(self, checkout, path):
        code = """
import sys
from vnsum.translation import CachedTranslator, CheckedTranslator, FakeBackend, TranslationStore
inner = CheckedTranslator(backend=FakeBackend())
cached = CachedTranslator(inner, store=TranslationStore(sys.argv[1]))
cached.translate_checked(["m\u01b0a"], source="vi", target="en")
print(len(inner.backend.calls))
"""

        def calls():
            done = subprocess.run(
                [sys.executable, "-c", code, path], capture_output=True, text=True, check=True,
                cwd=checkout.parent, env={**os.environ, "PYTHONPATH": str(checkout.parent)},
            )  # fmt: skip
            return int(done.stdout)

        assert calls() == 1
        with one_byte_changed(checkout / "cli" / "long.py"):
            assert calls() == 0
        with one_byte_changed(checkout / "decoding" / "beam.py"):
            assert calls() == 1


class FakeTranslator:
    signature = "finder"
    directions = ("vi->en",)

    def translate_checked(self, texts, *, source, target):
        raise AssertionError("everything is in the cache")


def counted(request="weights 1", signature="fake"):
    """A lazy translator and the list of its loads."""
    loads = []

    def load():
        loads.append(request)
        return guarded(signature=signature)

    lazy = LazyTranslator(load, name="fake", directions=("vi->en",), describe=lambda: request)
    return lazy, loads


class TestWithoutLoading:
    def test_what_is_known_needs_no_weights(self, path):
        lazy, loads = counted()
        first = cached(path, lazy)
        expected = first.translate_checked(["mưa", "nắng"], **WAY)
        assert len(loads) == 1
        lazy, loads = counted()
        again = cached(path, lazy)
        assert again.translate_checked(["nắng", "mưa"], **WAY) == expected[::-1]
        assert again.signature == first.signature, "though nothing was loaded"
        assert not loads
        again.translate_checked(["gió"], **WAY)
        assert len(loads) == 1

    def test_other_weights_are_loaded_and_asked(self, path):
        cached(path, counted()[0]).translate_checked(["mưa"], **WAY)
        lazy, loads = counted("weights 2")
        cached(path, lazy).translate_checked(["mưa"], **WAY)
        assert len(loads) == 1
        assert handed(lazy.load()) == ["mưa"]

    def test_weights_that_nobody_can_tell_are_loaded(self, path):
        cached(path, counted(None)[0]).translate_checked(["mưa"], **WAY)
        lazy, loads = counted(None)
        cached(path, lazy).translate_checked(["mưa"], **WAY)
        assert len(loads) == 1
        assert not handed(lazy.load()), "but then the signature is known"

    def test_a_machine_that_runs_them_otherwise(self, path):
        """The remembered signature does not hold: nothing of two devices in one answer."""
        cached(path, counted(signature="on a")[0]).translate_checked(["mưa"], **WAY)
        lazy, loads = counted(signature="on b")
        translator = cached(path, lazy)
        translator.translate_checked(["mưa"], **WAY)
        assert not loads
        assert translator.signature.startswith("on a")
        translator.translate_checked(["mưa", "nắng"], **WAY)
        assert translator.signature.startswith("on b")
        assert sorted(handed(lazy.load())) == ["mưa", "nắng"]

    def test_eight_threads_load_once_and_translate_once(self, path):
        lazy, loads = counted()
        shared = cached(path, lazy)
        texts = [f"mưa {i}" for i in range(150)]
        answers = {}

        def work(number):
            own = texts[number:] + texts[:number]
            done = shared.translate_checked(own, **WAY)
            answers[number] = dict(zip(own, [item.text for item in done], strict=True))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [answers[i] for i in range(8)] == [{t: scramble(t) for t in texts}] * 8
        assert len(loads) == 1
        assert sorted(handed(lazy.load())) == sorted(texts)

    def test_a_failed_load_is_tried_again(self):
        tries = []

        def load():
            tries.append(1)
            if len(tries) == 1:
                raise KeyboardInterrupt
            return guarded()

        lazy = LazyTranslator(load, name="fake", directions=("vi->en",))
        with pytest.raises(KeyboardInterrupt):
            lazy.translate_checked(["mưa"], **WAY)
        assert lazy.translate_checked(["mưa"], **WAY)[0].text == "ZHN"

    def test_a_copy_loads_its_own(self, path):
        lazy = LazyTranslator(functools.partial(guarded), name="fake", directions=("vi->en",),
                              describe=functools.partial(str, "weights"))  # fmt: skip
        first = cached(path, lazy)
        expected = first.translate_checked(["mưa"], **WAY)
        copy = pickle.loads(pickle.dumps(first))
        assert not copy.is_loaded
        assert copy.translate_checked(["mưa"], **WAY) == expected


class Folder:
    """Weights that are replaced; those in it translate every text as their own name."""

    def __init__(self, name):
        self.name = name
        self.meanwhile = lambda: None  # what happens during a load

    def load(self):
        name = str(self.name)
        self.meanwhile()
        return guarded(function=lambda _: name)

    def cached(self, path):
        lazy = LazyTranslator(
            self.load, name="fake", directions=("vi->en",), describe=lambda: self.name
        )
        return cached(path, lazy)


def translate(translator, *texts):
    return [done.text for done in translator.translate_checked(texts, **WAY)]


class TestReplacedWeights:
    """A translation is found again with the weights that made it only."""

    def test_weights_in_memory_stay_what_they_are(self, path):
        folder = Folder("A")
        old = folder.cached(path)
        assert translate(old, "mưa") == ["A"]
        folder.name = "B"
        assert translate(old, "mưa", "nắng") == ["A", "A"]
        assert translate(folder.cached(path), "mưa", "nắng") == ["B", "B"]
        folder.name = "A"
        folder.meanwhile = pytest.fail
        assert translate(folder.cached(path), "mưa", "nắng") == ["A", "A"]

    def test_other_weights_than_those_that_were_looked_up(self, path):
        folder = Folder("A")
        assert translate(folder.cached(path), "mưa") == ["A"]
        late = folder.cached(path)
        assert translate(late, "mưa") == ["A"]
        assert not late.is_loaded
        get = late.store.get

        def replace_and_get(keys):
            folder.name = "B"
            return get(keys)

        late.store.get = replace_and_get
        assert translate(late, "mưa", "nắng") == ["B", "B"], "no answer of two models"
        folder.name = "A"
        assert translate(folder.cached(path), "mưa", "nắng") == ["A", "A"]

    def test_weights_replaced_during_the_load_are_an_error_and_then_loaded(self, path):
        folder = Folder("A")
        late = folder.cached(path)
        folder.meanwhile = lambda: setattr(folder, "name", "B")
        with pytest.raises(ModelError, match="'fake' changed while they were loaded"):
            translate(late, "mưa")
        assert not late.is_loaded
        assert translate(late, "mưa") == ["B"]

    def test_a_download_tells_what_it_has_loaded(self, path):
        folder = Folder(None)
        first = folder.cached(path)
        folder.meanwhile = lambda: setattr(folder, "name", "A")
        expected = translate(first, "mưa")
        folder.meanwhile = pytest.fail
        assert translate(folder.cached(path), "mưa") == expected

    def test_a_load_that_failed_while_files_were_replaced_is_tried_again(self, path):
        folder = Folder("A")
        late = folder.cached(path)

        def tear():
            folder.name = "B"
            folder.meanwhile = lambda: None
            raise ModelError("the files do not belong together")

        folder.meanwhile = tear
        with pytest.raises(ModelError, match="do not belong together"):
            translate(late, "mưa")
        assert translate(late, "mưa") == ["B"]

    def test_a_folder_of_safetensors(self, short_mini, path, tmp_path):
        folder = tmp_path / "model"
        shutil.copytree(short_mini, folder)
        options = {"device": "cpu", "quality": "fast", "cache": path}
        old = vnsum.load(folder, **options)
        old.translate("Trời mưa.")
        mix_weights(folder)
        old.translate("Trời nắng.")
        found = vnsum.load(folder, **options).translate("Trời nắng.")
        assert found == vnsum.load(folder, **{**options, "cache": None}).translate("Trời nắng.")
        assert found.text != old.translate("Trời nắng.").text


def mix_weights(folder):
    """Replace the weights of a model in the package's format by others."""
    tensors = load_file(folder / "model.safetensors")
    generator = torch.Generator().manual_seed(7)
    for name, tensor in tensors.items():
        if name.endswith(".q4"):
            tensors[name] = torch.randint(0, 256, tensor.shape, generator=generator).to(tensor)
    save_file(tensors, folder / "model.safetensors")
    sign(folder)


SPEC = next(spec for spec in vnsum.models() if spec.name == "mini")
# Another value for every option of a translator that its translations may depend on.
OTHERS = {
    "device": "cuda",
    "beams": 7,
    "quality": "best",
    "rerank": False,
    "runtime": "transformers",
    "glossary": Glossary.from_dict({"Biển Đông": "East Sea"}),
}
SAME = {"threads", "offline"}  # options that change nothing in a translation


def describe(spec=SPEC, *, glossary=None, **options):
    return make_translator(spec, RunOptions(**options), glossary=glossary).request


class TestRequest:
    def test_every_option_is_in_it(self):
        options = {field.name for field in dataclasses.fields(RunOptions)} | {"glossary"}
        assert options == set(OTHERS) | SAME, "say in RunOptions.describe what makes a difference"
        for name in options - SAME:
            assert describe(**{name: OTHERS[name]}) != describe()
        assert describe(offline=True) == describe()

    def test_every_field_of_the_row_is_in_it(self):
        assert describe(dataclasses.replace(SPEC, directions=("en->vi",))) != describe()

    def test_it_is_the_same_in_another_process(self):
        code = "import vnsum; print(vnsum.load().translator.request)"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.rstrip("\n") == describe()

    def test_no_weights_are_needed_for_it(self, monkeypatch):
        monkeypatch.setattr(loading, "load_backend", None)
        assert "mini" in describe()


class TestIdentity:
    def test_a_folder_is_its_files(self, tmp_path):
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "model.safetensors").write_bytes(b"weights")
        family = SPEC.family

        def row(name):
            return ModelSpec(name="checkpoint", checkpoint=str(tmp_path / name), origin="path",
                             family=family, directions=("vi->en",), licence="")  # fmt: skip

        first = identify_weights(row("one"))
        assert first == identify_weights(row("one"))
        assert first != identify_weights(row("two")), "folders of one name in two places"
        (tmp_path / "one" / "model.safetensors").write_bytes(b"weights, trained on")
        assert identify_weights(row("one")) != first

    def test_the_hub_is_its_commits(self, tmp_path, monkeypatch):
        monkeypatch.setenv("VNSUM_CACHE", str(tmp_path))
        spec = next(spec for spec in vnsum.models() if spec.origin == "hub")
        assert identify_weights(dataclasses.replace(spec, revision="main")) is None
        assert identify_weights(dataclasses.replace(spec, revision="0" * 40)) == "0" * 40
