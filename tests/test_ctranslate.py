"""CTranslate2 gives what transformers gives, on tiny seeded weights of every family."""

import tiny
import pytest
import torch

from vnsum.checkpoints import FAMILIES, ModelSpec
from vnsum.translation.ctranslate import CTranslateBackend
from vnsum.translation.huggingface import HuggingFaceBackend

VI = ["Hôm nay trời mưa to.", "Đội tuyển thắng hai trận liên tiếp ở Hà Nội.", "Giá điện.", "Trời mưa."]
EN = ["It rained hard today.", "The team won two matches in a row at home.", "The price.", "Rain."]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module", params=sorted(tiny.BUILDERS))
def spec(request, tmp_path_factory):
    folder = tiny.save_tiny(request.param, tmp_path_factory.mktemp("tiny"))
    return ModelSpec(
        name=request.param, checkpoint=str(folder), origin="path",
        family=FAMILIES[request.param], directions=("vi->en", "en->vi"), licence="none",
    )  # fmt: skip


def direction(spec):
    reverse = spec.family.name == "marian-tagged"
    return {"source": "en", "target": "vi"} if reverse else {"source": "vi", "target": "en"}


def texts(spec):
    return EN if direction(spec)["source"] == "en" else VI


@pytest.mark.parametrize("beams", [1, 3])
def test_the_same_text_as_transformers(spec, beams):
    converted = CTranslateBackend.load(spec, device="cpu", beams=beams, precision="float32")
    reference = HuggingFaceBackend.load(spec, device="cpu", beams=beams)
    drafts = converted.draft(texts(spec), **direction(spec))
    expected = reference.draft(texts(spec), **direction(spec))
    assert [draft.text for draft in drafts] == [draft.text for draft in expected]
