"""Debian's Apache, run by a test as whoever runs the test."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.clients.programs import running

APACHE, MODULES = Path("/usr/sbin/apache2"), Path("/usr/lib/apache2/modules")
FRAME = """
{modules}
ServerRoot {folder}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
DefaultRuntimeDir {folder}
PidFile {folder}/pid
ErrorLog /dev/stderr
User www-data
Group www-data
StartServers 1
ServerLimit 1
ThreadsPerChild 8
MaxRequestWorkers 8
Include {folder}/site.conf
"""


def has(*modules: str) -> bool:
    """Tell whether modules are installed."""
    return all((MODULES / f"mod_{name}.so").exists() for name in modules)


@contextmanager
def serving(folder: Path, port: int, modules: Sequence[str], **environ: str) -> Iterator[None]:
    """Run Apache until the block ends.

    Args:
        folder: where its `site.conf` is.
        port: where it listens on the loopback.
        modules: what it is to load.
        environ: variables of its environment, beside ours.
    """
    loaded = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in modules)
    frame = folder / "apache.conf"
    frame.write_text(FRAME.format(modules=loaded, folder=folder, port=port))
    with running([APACHE, "-D", "FOREGROUND", "-f", frame], folder, port, **environ):
        yield
