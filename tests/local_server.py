"""A server on this machine that answers as a function says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from streams import codec


class Asked(NamedTuple):
    """A request; header names are in small letters."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


class Answer(NamedTuple):
    """What is answered as JSON; the product header is what Elasticsearch's client looks for."""

    body: object
    status: int = 200
    headers: Mapping[str, str] = {"X-Elastic-Product": "Elasticsearch"}


@contextmanager
def answering_as(answer: Callable[[Asked], Answer]) -> Iterator[str]:
    """The address of a server that answers each request with what the function returns."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answered = answer(Asked(self.command, url.path, dict(parse_qsl(url.query)), headers, body))
            data = b"" if self.command == "HEAD" else codec.encode(answered.body)
            self.send_response(answered.status)
            for name, value in {"Content-Type": "application/json", **answered.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do  # noqa: N815 - the names they are called by

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it is called by
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
