"""How far a long command has come, for somebody who watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID

Report = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@contextmanager
def progress_bar(*, wanted: bool) -> Iterator[Report]:
    """Show one bar for each thing that is being done, on the terminal where there is one.

    Args:
        wanted: False shows nothing, such as for answers that a program reads.
    """
    with Progress(console=Console(stderr=True), transient=True, disable=not (wanted and sys.stderr.isatty())) as bars:
        tasks: dict[str, TaskID] = {}

        def report(doing: str, done: int, total: int) -> None:
            if doing not in tasks:
                tasks[doing] = bars.add_task(doing)
            bars.update(tasks[doing], completed=done, total=total)

        yield report
