"""The present request itself, and what is kept beside it.

Flask's `request` and `g` look up what they stand for at each use, and that costs as much as a small function. What
runs for every request asks here once instead.
"""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Request, current_app, g, request

present_request: Callable[[], Request] = cast("Any", request)._get_current_object
present_globals: Callable[[], Any] = cast("Any", g)._get_current_object
present_app: Callable[[], Flask] = cast("Any", current_app)._get_current_object
