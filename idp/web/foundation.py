"""What everything stands on that works with the tables: settings, secrets, a clock, the database and the log."""

from flask import Flask

from idp import logs
from idp.folders import folder
from idp.settings.root import Settings
from idp.web import database, event_log
from idp.web.runtime import EXTENSION, Clock, Runtime, open_vault, system_clock


def lay(settings: Settings, clock: Clock = system_clock) -> Flask:
    """Begin an application: it answers nothing yet, and is all that most commands need.

    Args:
        settings: the checked settings of the server and its landlords.
        clock: where the instant of each piece of work comes from.

    Raises:
        NotReadyError: when a secret that the settings name does not exist yet.
    """
    logs.configure()
    app = Flask("idp", template_folder=str(folder("templates")), static_folder=None)
    app.extensions[EXTENSION] = Runtime(settings, open_vault(settings), clock)
    database.init(app, settings.database.url)
    event_log.init()
    return app
