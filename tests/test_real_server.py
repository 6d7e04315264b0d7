"""`transformers serve` with a tiny model, a server of the chat protocol that is not our own."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
import torch
import transformers
from tiny import LINES

import vnsum
from vnsum.chat.client import ChatClient, ChatRequest
from vnsum.errors import VnsumError
from vnsum.translation.backends.server import ServerBackend

pytestmark = pytest.mark.slow
SECONDS = 180
TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
    "assistant:"
)


def build_chat(folder):
    """Save a tiny decoder with a chat template."""
    torch.manual_seed(7)
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from tokenizers.decoders import ByteLevel

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=["<eos>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )  # fmt: skip
    tokenizer.train_from_iterator(LINES, trainer)
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<eos>")
    fast.chat_template = TEMPLATE
    config = transformers.LlamaConfig(
        vocab_size=len(fast), hidden_size=16, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=1024,
        eos_token_id=0, bos_token_id=None, pad_token_id=0,
    )  # fmt: skip
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    # The extra "serving" of transformers.
    for needed in ("accelerate", "fastapi", "uvicorn", "openai"):
        pytest.importorskip(needed)
    folder = build_chat(tmp_path_factory.mktemp("chat"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-c", "from transformers.cli.transformers import main; main()", "serve",
        str(folder), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu",
    ]  # fmt: skip
    log = folder / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, "HF_HUB_OFFLINE": "1"}
        )
    try:
        until = time.monotonic() + SECONDS
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
                break
            assert process.poll() is None and time.monotonic() < until, log.read_text()
            time.sleep(0.5)
        yield vnsum.Server(f"http://127.0.0.1:{port}/v1", model=str(folder), workers=2)
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_replies_are_read_and_counted(server):
    made = ServerBackend(server)
    texts = LINES[:3]
    done = made.translate(texts, source="vi", target="en")
    again = [made.translate([text], source="vi", target="en")[0] for text in texts]
    assert [hypothesis.text for hypothesis in done] == [hypothesis.text for hypothesis in again]
    assert any(hypothesis.text for hypothesis in done)
    assert not all(hypothesis.finished for hypothesis in done), "a random model does not stop"
    usage = server.usage
    assert usage.replies == 6 and usage.prompt_tokens > 100 and usage.completion_tokens > 100
    assert made.signature.startswith(f"{server.model}")


def test_the_guard_reports_what_a_random_model_writes(server):
    (pair,) = vnsum.load(server).translate(LINES[0]).pairs
    assert pair.findings and pair.confidence is None


def test_a_summary_falls_back_to_the_article(server):
    article = " ".join(LINES[:3])
    summary = vnsum.load("mini", summarizer=server, quality="fast").summarizer.summarize(
        vnsum.segment(article, lang="vi"), vnsum.Budget(sentences=1)
    )
    assert summary.text in article and summary.findings


def test_a_model_that_it_does_not_have_is_an_error(server):
    other = vnsum.Server(server.url, model="nobody/nothing")
    with pytest.raises(VnsumError, match=r"the server http://127\.0\.0\.1"):
        ChatClient(other, sleep=lambda seconds: None).ask(
            [ChatRequest(messages=[{"role": "user", "content": "Mưa."}], max_tokens=4)]
        )
