"""Serve a folder the way a host of static pages does: text compressed, and a page for 404."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

TEXT = {".html", ".css", ".js", ".json", ".svg", ".md", ".txt", ".xml", ".ipynb", ".py"}


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    sent: list[tuple[str, int]]

    def send_head(self) -> BytesIO:
        path, status = Path(self.translate_path(self.path)), 200
        if path.is_dir():
            path = path / "index.html"
        if not path.is_file():
            path, status = Path(self.directory, "404.html"), 404
        body = path.read_bytes()
        self.send_response(status)
        if path.suffix in TEXT:
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.sent.append((self.path, len(body)))
        return BytesIO(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(folder: Path) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Serve a folder on a free port of this machine.

    Gives the address, and a list to which each answer is added: its path and its bytes.
    """
    sent: list[tuple[str, int]] = []
    handler = partial(type("Handler", (_Handler,), {"sent": sent}), directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", sent
        server.shutdown()
