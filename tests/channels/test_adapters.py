"""What every channel keeps, whatever it is, and what the core may not know."""

import ast
import importlib
from pathlib import Path

import pytest
from django.conf import settings

from portal.channels.base import Adapter, adapter_for

CORE = Path(__file__).parents[2] / "portal" / "channels"
SHIPPED = list(settings.CHANNELS)


@pytest.mark.parametrize("channel", SHIPPED)
def test_a_channel_is_a_folder_named_like_it_with_the_class_in_adapter_py(channel):
    adapter, folder = adapter_for(channel), channel.partition("-")[0]  # further ways of a platform share its folder
    assert isinstance(adapter, Adapter)
    assert type(adapter).__module__ == f"portal.channels.{folder}.adapter"
    assert settings.CHANNELS[channel] == f"portal.channels.{folder}.{type(adapter).__name__}"


@pytest.mark.parametrize("channel", SHIPPED)
def test_a_channel_answers_what_the_post_office_asks_before_it_sends(channel):
    adapter = adapter_for(channel)
    assert adapter.name == channel
    assert str(adapter.label)
    assert isinstance(adapter.is_ready(), bool)
    assert adapter.address_from({}) is None
    assert adapter.address_from({adapter.address_kind: ""}) is None
    assert adapter.address_from({"somebody": ""}) is None


@pytest.mark.parametrize("channel", SHIPPED)
def test_the_core_never_says_a_channels_name(channel):
    """Strings and names in the code, not words in the documentation."""
    core = [path for path in CORE.glob("*.py") if path.name not in ("admin.py", "urls.py")]
    assert core
    for path in core:
        code = ast.parse(path.read_text())
        literals = {node.value for node in ast.walk(code) if isinstance(node, ast.Constant)}
        imports = {node.module for node in ast.walk(code) if isinstance(node, ast.ImportFrom)}
        assert channel not in literals, path
        assert f"portal.channels.{channel}" not in imports, path


def test_a_channel_that_settings_do_not_know_is_a_mistake():
    with pytest.raises(KeyError):
        adapter_for("pigeon")


def test_the_demo_phone_is_out_of_order_in_production(settings):
    console = adapter_for("console")
    assert console.is_ready()
    settings.ENVIRONMENT = "production"
    assert not console.is_ready()


def test_every_task_has_its_methods_name():
    tasks = importlib.import_module("portal.channels.tasks")
    for name in ("deliver", "clear", "confirm", "sweep", "reconcile", "collect", "redact"):
        assert getattr(tasks, name).name == f"post_office.{name}"
