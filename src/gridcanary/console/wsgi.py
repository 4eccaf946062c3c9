"""The console for a WSGI server: ``gridcanary.console.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridcanary.console.settings")
application = get_wsgi_application()
