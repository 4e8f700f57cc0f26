"""Which methods a page takes, said before the guard against forged forms looks: who sends nothing cannot forge.

Otherwise whoever sends to a page that takes nothing would read that a form has expired.
"""

from functools import wraps

from django.http import HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt, csrf_protect

READ = ("GET", "HEAD")


def only_read(view):
    """For a page that is opened and to which nothing is sent."""
    return csrf_exempt(_taking(READ, view))


def read_or_sent(view):
    """For a page with a form; what is sent is guarded as everywhere."""
    return csrf_exempt(_taking((*READ, "POST"), csrf_protect(view)))


def _taking(methods, view):
    @wraps(view)
    def answered(request, *args, **kwargs):
        if request.method not in methods:
            return HttpResponseNotAllowed(methods, render_to_string("405.html"))
        return view(request, *args, **kwargs)

    return answered
