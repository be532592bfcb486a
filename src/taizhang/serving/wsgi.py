"""The application that the server runs, for the workspace that ``TAIZHANG_WORKSPACE`` names."""

from __future__ import annotations

import os

from taizhang.collector import collect_seldom
from taizhang.serving.configuration import configure_for
from taizhang.workspace import Workspace

collect_seldom()
configure_for(Workspace.open(os.environ["TAIZHANG_WORKSPACE"]))

from django.core.wsgi import get_wsgi_application  # noqa: E402 - Django's own imports need the settings
from django.db import connections  # noqa: E402

# A worker keeps its connection: to open one for each request would cost PostgreSQL a process every time.
connections.settings["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)

from taizhang.jobs.signs import end_with_server  # noqa: E402 - as above

end_with_server()
application = get_wsgi_application()
