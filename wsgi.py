"""The WSGI application: `granian --interface wsgi wsgi:app`, or any other WSGI server."""

import os
from pathlib import Path

from idp.app import create_app
from idp.settings.loader import load

app = create_app(load(Path(os.environ.get("LOGE_CONFIG", "config"))))
