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
        self.refusal: tuple[int, str] | None = None  # status and code of all answers

    def answer(self, method: str, target: str) -> tuple[int, dict[str, str], bytes]:
        path = unquote(urlsplit(target).path)
        self.requests.append(f"{method} {path}")
        if self.refusal:
            return self.refusal[0], {"X-Error-Code": self.refusal[1]}, b"{}"
        if self.gone & {*path.split("/")}:
            return 404, {"X-Error-Code": "RevisionNotFound"}, b"{}"
        for name, folder in self.repositories.items():
            if path.startswith(f"/api/models/{name}"):
                rest = path.removeprefix(f"/api/models/{name}")
                body = self._tree(folder) if rest.startswith("/tree/") else self._info(name, folder)
                return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()
            if path.startswith(f"/{name}/resolve/"):
                return self._file(folder, path.rsplit("/", 1)[-1])
        return 404, {"X-Error-Code": "RepoNotFound"}, b"{}"

    def _info(self, name: str, folder: Path) -> dict[str, object]:
        return {
            "id": name, "modelId": name, "sha": self.commit, "tags": ["license:mit"],
            "siblings": [
                {"rfilename": p.name, "size": p.stat().st_size, "blobId": _sha1(p)}
                | ({"lfs": {"sha256": _sha256(p), "size": p.stat().st_size, "pointerSize": 9}}
                   if p.suffix == ".safetensors" else {})
                for p in sorted(folder.iterdir())
            ],
        }  # fmt: skip

    def _tree(self, folder: Path) -> list[dict[str, object]]:
        return [
            {"type": "file", "path": p.name, "size": p.stat().st_size, "oid": _sha1(p)}
            for p in sorted(folder.iterdir())
        ]

    def _file(self, folder: Path, name: str) -> tuple[int, dict[str, str], bytes]:
        path = folder / name
        if not path.is_file():
            return 404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": self.commit}, b""
        content = path.read_bytes()
        if name in self.damage:
            content = content[:-1] + b"?"
        return 200, {"X-Repo-Commit": self.commit, "ETag": f'"{_sha1(path)}"'}, content


def _sha1(path: Path) -> str:
    return hashlib.sha1(path.read_bytes()).hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


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
