import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from idp.cli import main
from idp.cli.worker import open_transport
from idp.domain.mails import MailKind
from idp.services import outbox
from idp.services.transports import SmtpTransport
from idp.services.work import Work
from idp.settings.secret_files import NotReadyError
from idp.settings.server import Mail, Smtp
from idp.web import migration_state
from tests.cli.conftest import Run
from tests.conftest import ROOT, new_database
from tests.mail_server import free_port

ADDRESS = "marie.canary@example.org"


@pytest.fixture
def newest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's tables come from the models, so no migration is noted in them."""
    monkeypatch.setattr(migration_state, "require_newest", lambda _: None)


@pytest.mark.usefixtures("newest")
def test_once_sends_what_is_due_and_ends(run: Run, work: Work) -> None:
    outbox.enqueue(work, MailKind.ACCOUNT_OPENED, ADDRESS, "fr")
    outbox.enqueue(work, MailKind.ACCOUNT_OPENED, ADDRESS, "en")
    work.db.commit()
    result = run("worker", "--once")
    assert result.exit_code == 0
    assert len(list(work.settings.mail.folder.glob("*.eml"))) == 2


@pytest.mark.threat("T-79")
@pytest.mark.usefixtures("newest")
def test_no_address_reaches_the_log(run: Run, work: Work, capfd: pytest.CaptureFixture[str]) -> None:
    outbox.enqueue(work, MailKind.RESET_PASSWORD, ADDRESS, "fr", {"token": "t0ken-canary"})
    work.db.commit()
    result = run("worker", "--once")
    assert "canary" not in result.output + "".join(capfd.readouterr())


def test_the_password_of_the_mail_server_must_be_there_and_be_private(tmp_path: Path) -> None:
    password = tmp_path / "password"
    mail = Mail(transport="smtp", smtp=Smtp(username="loge", password_file=password))
    with pytest.raises(NotReadyError, match="does not exist"):
        open_transport(mail)
    password.write_text("secret")
    password.chmod(0o644)
    with pytest.raises(NotReadyError, match="chmod 600"):
        open_transport(mail)
    password.chmod(0o600)
    assert isinstance(open_transport(mail), SmtpTransport)


def test_it_stops_when_told(config: Path, tmp_path: Path, worker_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": new_database(tmp_path, f"loge_worker_{worker_id}"),
        "PYTHONPATH": str(ROOT),
        "PORT": str(free_port()),
    }
    monkeypatch.chdir(config.parent)
    assert CliRunner().invoke(main, ["init"], env=environment).exit_code == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "idp", "worker"], cwd=config.parent, env=environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert "worker.started" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=180)
    assert process.returncode == 0
    assert "worker.stopped" in errors
