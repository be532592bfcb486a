"""The application that the server runs, for the workspace that ``TAIZHANG_WORKSPACE`` names."""

from __future__ import annotations

import os

from taizhang.office.configuration import configure_for
from taizhang.workspace import Workspace

configure_for(Workspace.open(os.environ["TAIZHANG_WORKSPACE"]))

from django.core.wsgi import get_wsgi_application  # noqa: E402 - Django's own imports need the settings

application = get_wsgi_application()
