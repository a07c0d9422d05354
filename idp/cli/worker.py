"""`idp worker`: does what need not be done while somebody waits."""

import os
import signal
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from threading import Event
from types import FrameType
from typing import TypeVar

import rich_click as click
from sqlalchemy.exc import OperationalError

from idp import logs
from idp.app import create_app
from idp.cli.context import application, current_settings, work_for
from idp.cli.keys import rotate_worn
from idp.cli.leaving import close_all
from idp.cli.logouts import Messenger, expire_all
from idp.cli.mailroom import Mailroom, OpenWork, Round
from idp.cli.purge import purge_all
from idp.cli.renewals import remind_all
from idp.logs import Log
from idp.oidc import logout_tokens
from idp.services import backchannel
from idp.services.transports import FolderTransport, SmtpTransport, Transport
from idp.settings.secret_files import read_secret
from idp.settings.server import Mail
from idp.web import mail_rendering, migration_state
from idp.web.database import db
from idp.web.runtime import Clock, runtime

POLL_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

T = TypeVar("T")

log = Log("idp.worker")


@click.command("worker")
@click.option("--once", is_flag=True, help="Send what is due now, and stop. Exit code 75 when the way out is closed.")
@click.pass_context
def worker(context: click.Context, once: bool) -> None:
    """Send mails and tell apps of sign-outs until told to stop (SIGTERM or Ctrl-C), close hourly the accounts of
    those who left and delete what is over, replace old signing keys, remind daily of renewals; several may run at
    once.

    An outage of the database or of the mail server is waited for, at growing intervals of up to 30 seconds.
    """
    with application(create_app).app_context():
        settings = current_settings()
        migration_state.require_newest(db.engine)
        stop = Event()
        mailroom = Mailroom(
            settings.landlords,
            work_for,
            mail_rendering.render,
            open_transport(settings.mail),
            runtime().clock,
            stop.is_set,
        )
        messenger = Messenger(settings.landlords, work_for, logout_tokens.write, backchannel.tell, stop.is_set)
        if once:
            expire_all(settings.landlords, work_for)
            context.exit(_drain(mailroom, messenger))
        logs.configure()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stopper(stop))
        log.info("worker.started")
        chores: list[Callable[[], object]] = [
            messenger.round,
            Every(MINUTE, runtime().clock, lambda: expire_all(settings.landlords, work_for)),
            Every(HOUR, runtime().clock, lambda: tidy_up(settings.landlords, work_for)),
            Every(DAY, runtime().clock, lambda: remind_all(settings.landlords, work_for)),
        ]
        work_until(stop.is_set, stop.wait, mailroom, chores)
        log.info("worker.stopped")


def open_transport(mail: Mail) -> Transport:
    """Choose the way out that the settings name.

    Raises:
        NotReadyError: when the file with the mail server's password cannot be used.
    """
    if mail.transport == "folder":
        return FolderTransport(mail.folder)
    return SmtpTransport(mail.smtp, read_secret(mail.smtp.password_file) if mail.smtp.password_file else None)


def tidy_up(landlords: Iterable[str], open_work: OpenWork) -> None:
    """Close the accounts of those who have left, delete what is over, and replace signing keys that are old."""
    slugs = tuple(landlords)
    close_all(slugs, open_work)
    purge_all(slugs, open_work)
    rotate_worn(slugs, open_work)


def _drain(mailroom: Mailroom, messenger: Messenger) -> int:
    while messenger.round():
        pass
    while (done := mailroom.round()).settled and not done.down:
        pass
    return os.EX_TEMPFAIL if done.down else 0


class Every:
    """Does something at once, and then once in a while as long as it is called.

    Args:
        period: how long that is.
        clock: the instant of each call.
        task: what to do.
    """

    def __init__(self, period: timedelta, clock: Clock, task: Callable[[], object]) -> None:
        self._period = period
        self._clock = clock
        self._task = task
        self._due = clock()

    def __call__(self) -> bool:
        """Do it if it is time, and tell whether it was."""
        now = self._clock()
        is_time = now >= self._due
        if is_time:
            self._due = now + self._period
            self._task()
        return is_time


def work_until(
    stopped: Callable[[], bool],
    wait: Callable[[float], object],
    mailroom: Mailroom,
    chores: Sequence[Callable[[], object]] = (),
) -> None:
    """Go round until stopped, waiting a little when there is nothing to do and longer while nothing works.

    Args:
        stopped: whether to stop.
        wait: waits for so many seconds, or until stopped.
        mailroom: what goes round.
        chores: what is done between two rounds; one that fails keeps no other from being done.
    """
    failures = 0
    while not stopped():
        done = _round(mailroom, chores)
        failures = failures + 1 if done is None or done.down else 0
        if failures:
            wait(min(2.0 ** (failures - 1), LONGEST_PAUSE_SECONDS))
        elif done is not None and not done.settled:
            wait(POLL_SECONDS)


def _round(mailroom: Mailroom, chores: Sequence[Callable[[], object]]) -> Round | None:
    done = _tried(mailroom.round)
    others = [_tried(chore) for chore in chores]
    return None if None in others else done


def _tried(task: Callable[[], T]) -> T | None:
    try:
        return task()
    except OperationalError:
        log.exception("worker.database_unreachable")
    except Exception:
        log.exception("worker.failed")
    return None


def _stopper(stop: Event) -> Callable[[int, FrameType | None], None]:
    def told(_: int, __: FrameType | None) -> None:
        stop.set()

    return told
