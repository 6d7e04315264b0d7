"""A loopback server with the parts of the Hugging Face hub's API that downloads use."""

import contextlib
import hashlib
import http.server
import json
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Serves the files of `repositories` (name to folder) and records the requests."""

    def __init__(self, repositories: dict[str, Path]) -> None:
        self.repositories = repositories
        self.commit = COMMIT
        self.requests: list[str] = []
        self.damage: set[str] = set()  # names of files that are served with wrong content
        self.gone: set[str] = set()  # revisions that were deleted
        self.branches: dict[str, tuple[str, Path]] = {}  # other revisions: commit and folder
        self.refusal: tuple[int, str] | None = None  # status and code of all answers

    def answer(self, method: str, target: str) -> tuple[int, dict[str, str], bytes]:
        path = unquote(urlsplit(target).path)
        self.requests.append(f"{method} {path}")
        if self.refusal:
            return self.refusal[0], {"X-Error-Code": self.refusal[1]}, b"{}"
        if self.gone & {*path.split("/")}:
            return 404, {"X-Error-Code": "RevisionNotFound"}, b"{}"
        for name, main in self.repositories.items():
            commit, folder = self._find_branch(path) or (self.commit, main)
            if path.startswith(f"/api/models/{name}"):
                rest = path.removeprefix(f"/api/models/{name}")
                is_tree = rest.startswith("/tree/")
                body = self._tree(folder) if is_tree else self._info(name, folder, commit)
                return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()
            if path.startswith(f"/{name}/resolve/"):
                return self._file(folder, path.rsplit("/", 1)[-1], commit)
        return 404, {"X-Error-Code": "RepoNotFound"}, b"{}"

    def _find_branch(self, path: str) -> tuple[str, Path] | None:
        for name, (commit, folder) in self.branches.items():
            if name in path or commit in path:
                return commit, folder
        return None

    def _info(self, name: str, folder: Path, commit: str) -> dict[str, object]:
        return {
            "id": name, "modelId": name, "sha": commit, "tags": ["license:mit"],
            "siblings": [
                {"rfilename": p.name, "size": p.stat().st_size, "blobId": _sha1(p)}
                | ({"lfs": {"sha256": _sha256(p), "size": p.stat().st_size, "pointerSize": 9}}
                   if p.suffix in (".safetensors", ".bin") else {})
                for p in sorted(folder.iterdir())
            ],
        }  # fmt: skip

    def _tree(self, folder: Path) -> list[dict[str, object]]:
        return [
            {"type": "file", "path": p.name, "size": p.stat().st_size, "oid": _sha1(p)}
            for p in sorted(folder.iterdir())
        ]

    def _file(self, folder: Path, name: str, commit: str) -> tuple[int, dict[str, str], bytes]:
        path = folder / name
        if not path.is_file():
            return 404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": commit}, b""
        content = path.read_bytes()
        if name in self.damage:
            content = content[:-1] + b"?"
        return 200, {"X-Repo-Commit": commit, "ETag": f'"{_sha1(path)}"'}, content


def _sha1(path: Path) -> str:
    return hashlib.sha1(path.read_bytes()).hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextlib.contextmanager
def replace_hub(monkeypatch, folder: Path, repositories: dict[str, Path]):
    """Make vnsum and huggingface_hub use a hub on this machine, and caches in `folder`."""
    from huggingface_hub import constants

    use_caches(monkeypatch, folder)
    for switch in ("VNSUM_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(switch)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    made = Hub(repositories)
    with serve(made) as url:
        monkeypatch.setattr(constants, "ENDPOINT", url)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE",
                            url + "/{repo_id}/resolve/{revision}/{filename}")  # fmt: skip
        yield made


def use_caches(monkeypatch, folder: Path) -> None:
    from huggingface_hub import constants

    monkeypatch.setenv("VNSUM_CACHE", str(folder / "vnsum"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder / "hub"))


@contextlib.contextmanager
def serve(hub: Hub):
    """Run the hub; yields its base URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            status, headers, body = hub.answer(self.command, self.path)
            self.send_response(status)
            for key, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(key, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 - the names are the library's

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
