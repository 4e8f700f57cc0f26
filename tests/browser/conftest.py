"""A real Chromium against the whole portal, with static files as in production: hashed, compressed, under a policy."""

import os
import shutil
import warnings
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import sync_playwright

from tests.browser.looking import AXE, WIDTHS, Look, arrive
from tests.browser.server import AsInProduction

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium():
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


def pytest_collection_modifyitems(config, items):
    ours = [item for item in items if HERE in item.path.parents]
    for item in ours:
        item.add_marker("browser")
    if ours and not find_chromium():
        items[:] = [item for item in items if item not in ours]
        config.hook.pytest_deselected(items=ours)
        warnings.warn(f"No Chromium here: {len(ours)} browser tests were left out.", stacklevel=1)


@pytest.fixture(scope="session")
def static_root(tmp_path_factory):
    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=root, STORAGES=_hashed_and_compressed()):
        call_command("collectstatic", interactive=False, verbosity=0)
    return root


@pytest.fixture(scope="session")
def live_server(static_root, django_db_setup):
    """pytest-django's, but static files come from WhiteNoise as citizens get them."""
    with override_settings(DEBUG=False, STATIC_ROOT=static_root, STORAGES=_hashed_and_compressed()):
        server = AsInProduction("localhost")
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _as_in_production(settings, static_root, _quick_settings):
    settings.STATIC_ROOT, settings.STORAGES = static_root, _hashed_and_compressed()


def _hashed_and_compressed():
    backend = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    return {**settings.STORAGES, "staticfiles": backend}


@pytest.fixture(scope="package")
def chromium():
    # Playwright keeps an event loop in this thread, and Django would refuse the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(chromium, live_server):
    """open_page(width=360, language="vi", javascript=True) -> a page of a browser that nobody used before."""
    contexts = []

    def opened(*, width=1280, language="vi", javascript=True):
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
            locale=language,
        )
        context.add_init_script(path=AXE)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def look(open_page, live_server):
    """look("/", language="en") -> Look: what is wrong with the page on a phone and on a desk, and what it weighs."""

    def looked(path, *, language="vi", then=None, name="", page=None, widths=WIDTHS) -> Look:
        page = page or open_page(width=360, language=language)
        picture = name and f"{name}-{language}"
        return arrive(page, path, host=live_server.url, then=then, picture=picture, widths=widths)

    return looked
