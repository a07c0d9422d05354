"""Style and script of the pages: read once, named by their content, compressed, kept by browsers for a year."""

import gzip
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, abort, request, url_for

KEPT = "public, max-age=31536000, immutable"
HASH_LENGTH = 12


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent."""

    content: bytes
    compressed: bytes
    mimetype: str
    version: str


def read_files(folder: Path) -> Mapping[str, StaticFile]:
    """Read every file of a folder, by its path below it."""
    return {path.relative_to(folder).as_posix(): _read(path) for path in folder.rglob("*") if path.is_file()}


def init(app: Flask, folder: Path) -> None:
    """Attach the static files to an application, and `asset(name)` to its templates."""
    files = read_files(folder)

    def send(filename: str) -> Response:
        found = files.get(filename) or abort(404)
        zipped = request.accept_encodings.quality("gzip") > 0
        response = Response(found.compressed if zipped else found.content, mimetype=found.mimetype)
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = KEPT
        return response

    def asset(filename: str) -> str:
        return url_for("static", filename=filename, v=files[filename].version)

    app.add_url_rule("/static/<path:filename>", "static", send)
    app.add_template_global(asset)


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    return StaticFile(
        content=content,
        compressed=gzip.compress(content, mtime=0),
        mimetype=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        version=sha256(content).hexdigest()[:HASH_LENGTH],
    )
