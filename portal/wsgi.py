import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

from portal.checks import refuse_a_wrong_start  # noqa: E402  (apps have to be there)

refuse_a_wrong_start()
