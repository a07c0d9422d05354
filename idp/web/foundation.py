"""What everything stands on that works with the tables: settings, secrets, a clock, the database and the log."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from idp import logs
from idp.folders import folder
from idp.settings.root import Settings
from idp.web import database, event_log
from idp.web.runtime import EXTENSION, Clock, Runtime, open_vault, system_clock


class LateRule(Rule):
    """A rule that learns to compose addresses when it first has to.

    For every rule at once it takes two thirds of what it takes to build the application.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(partial(super()._compile_builder, append_unknown))

        def compose(rule: Rule, **values: object) -> tuple[str, str]:
            return compiled()(rule, **values)

        return compose


class Provider(Flask):
    """Flask without coroutines: no view and no hook here is one, and each was asked at every request."""

    url_rule_class = LateRule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Take a function as it is."""
        return func


def lay(settings: Settings, clock: Clock = system_clock) -> Flask:
    """Begin an application: it answers nothing yet, and is all that most commands need.

    Args:
        settings: the checked settings of the server and its landlords.
        clock: where the instant of each piece of work comes from.

    Raises:
        NotReadyError: when a secret that the settings name does not exist yet.
    """
    logs.configure()
    app = Provider("idp", template_folder=str(folder("templates")), static_folder=None)
    app.extensions[EXTENSION] = Runtime(settings, open_vault(settings), clock)
    database.init(app, settings.database.url, settings.server.threads)
    event_log.init()
    return app
