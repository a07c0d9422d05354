"""The command line, as `idp` and as `python -m idp`."""

import gc
from importlib import import_module


def run() -> None:
    """Run a command.

    What is imported for it stays until its end: to look for garbage in it meanwhile takes a seventh of importing.
    """
    gc.disable()
    import_module("idp.cli").main(prog_name="idp")


if __name__ == "__main__":
    run()
