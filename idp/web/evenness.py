"""Lets the answers from which a stranger could learn something by their time all take the same time."""

import time
from http import HTTPStatus

from flask import Flask, Response, g

from idp.web.current import current_stance
from idp.web.runtime import runtime


def init(app: Flask) -> None:
    """Attach the wait to an application, after the request has begun to be timed."""
    app.after_request(finish)


def finish(response: Response) -> Response:
    """Hold an answer back until its time has come; it holds no transaction and no lock any more.

    What people differ in is a fraction of a millisecond, far below the floor. Somebody who got in does not wait.
    """
    stance = current_stance()
    if stance is not None and stance.even is not None:
        refused = response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        if stance.even == "answers" or refused:
            floor = runtime().settings.hashing.refusal_milliseconds / 1000
            time.sleep(max(0.0, floor - (time.perf_counter() - g.started)))
    return response
