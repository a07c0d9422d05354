"""Where the folders that are not code lie: inside the package when installed, beside it in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Find `templates`, `migrations` or `config`.

    Args:
        name: name of the folder.

    Returns:
        its absolute path.
    """
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name
