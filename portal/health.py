from django.core.cache import cache
from django.db import connection
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def healthz(request):
    """200 when the database and the cache answer; 503 names what does not. For supervisors and load balancers."""
    asked = {"database": _database_answers, "cache": _cache_answers}
    answers = {name: _says_yes(ask) for name, ask in asked.items()}
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)


def _says_yes(ask):
    try:
        return bool(ask())
    except Exception:  # whatever it is, the answer is "no"
        return False


def _database_answers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _cache_answers():
    cache.set("healthz", 1, 10)
    return cache.get("healthz") == 1
