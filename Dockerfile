# The portal without its servers: they are named by DATABASE_URL, CELERY_BROKER_URL and CACHE_URL.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    VAR=/var/lib/motcua \
    STATIC_ROOT=/app/staticfiles

WORKDIR /app
COPY requirements-server.txt .
RUN pip install --no-deps --require-hashes -r requirements-server.txt \
    && python -m compileall -q -j 0 "$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"

COPY . .
# The code belongs to root and is only read; the one folder to write to is VAR.
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin motcua \
    && install -d -o motcua -m 0750 /var/lib/motcua \
    && python manage.py collectstatic --noinput --verbosity=0 \
    && python -m compileall -q agencies attachments dossiers portal

USER motcua
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s CMD ["python", "bin/launch/health.py"]
CMD ["gunicorn", "-c", "bin/launch/web.py", "portal.wsgi:application"]
