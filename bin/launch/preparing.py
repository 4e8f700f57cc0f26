"""Before the doors open: tables, static files, and on the first run the demo province."""

import hashlib
import subprocess

from launch import ROOT, programs, venv
from launch.say import CannotStart, last_lines, say

# Known while tables are changed, and to nothing that serves pages.
OF_THE_OWNER = ("DATABASE_OWNER_URL", "DATABASE_OWNER_URL_FILE")

ASK_APPLIED = """
import os, psycopg2
cursor = psycopg2.connect(os.environ["DATABASE_URL"]).cursor()
cursor.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")
print(cursor.fetchall())
"""


def prepare(var, environ):
    """Each part only when it is needed; static files are collected beside the rest."""
    say("• Chuẩn bị cơ sở dữ liệu…", "preparing the database")
    static = _start_collecting(var, environ)
    _migrate(var, environ)
    if wants_demo(var, environ):
        say("• Nạp dữ liệu minh họa lần đầu…", "loading the demo province, once")
        manage(var, environ, "load_demo")
    _finish_collecting(var, static)


def wants_demo(var, environ):
    """Never into a house of real people."""
    demo = environ.get("ENVIRONMENT", "demo") == "demo" and environ.get("DEMO") != "0"
    return demo and not (var / "demo.json").exists()


def python_program(var, environ, name, *arguments, **choices):
    """A child of ours that runs in .venv, with its log under its name."""
    return programs.Program(
        name=name,
        command=[venv.PYTHON, *arguments],
        log=var / "log" / f"{name}.log",
        environ=environ | {"PYTHONUNBUFFERED": "1"},
        folder=ROOT,
        **choices,
    )


def _migrate(var, environ):
    """Nothing to do if code and database are as the last migration left them: two seconds saved."""
    stamp = var / "migrated.stamp"
    if stamp.exists() and stamp.read_text() == _state_of_tables(environ):
        return
    owner = _owners(environ)
    manage(var, owner, "migrate", "--noinput", "--verbosity=0")
    if owner is not environ:
        manage(var, owner, "grant_runtime_role")
    stamp.write_text(_state_of_tables(environ) or "")


def _owners(environ):
    """Where DATABASE_OWNER_URL is given, tables are changed by their owner, and DATABASE_URL's role owns none."""
    given = {name: environ.get(name) for name in OF_THE_OWNER}
    if not any(given.values()):
        return environ
    swapped = {name: text for name, text in environ.items() if name not in ("DATABASE_URL", "DATABASE_URL_FILE")}
    for end in ("", "_FILE"):
        if environ.get(f"DATABASE_URL{end}"):
            swapped[f"RUNTIME_DATABASE_URL{end}"] = environ[f"DATABASE_URL{end}"]
        if given[f"DATABASE_OWNER_URL{end}"]:
            swapped[f"DATABASE_URL{end}"] = given[f"DATABASE_OWNER_URL{end}"]
    return swapped


def _state_of_tables(environ):
    """Of our code and of the migrations that the database says it has; None if it does not say."""
    asked = subprocess.run([venv.PYTHON, "-c", ASK_APPLIED], env=environ, capture_output=True, text=True)
    return _fingerprint(_own_files("*.py"), asked.stdout) if asked.returncode == 0 else None


def manage(var, environ, *arguments):
    """manage.py with these arguments. Raises CannotStart with the end of its log."""
    program = python_program(var, environ, "setup", "manage.py", *arguments)
    if programs.run(program):
        raise CannotStart(f"Lệnh {arguments[0]} lỗi.", f"manage.py {arguments[0]} failed.", last_lines(program.log, 25))


def _start_collecting(var, environ):
    wanted = _fingerprint(_own_files("static/**/*"), environ.get("STATIC_ROOT"))
    if (var / "static.stamp").exists() and (var / "static.stamp").read_text() == wanted:
        return None
    program = python_program(var, environ, "static", "manage.py", "collectstatic", "--noinput", "--clear", "-v0")
    return program, programs.start(program), wanted


def _finish_collecting(var, static):
    if static is None:
        return
    program, process, wanted = static
    if process.wait():
        raise CannotStart("Lệnh collectstatic lỗi.", "manage.py collectstatic failed.", last_lines(program.log))
    (var / "static.stamp").write_text(wanted)


def _own_files(pattern):
    packages = [init.parent for init in ROOT.glob("*/__init__.py") if init.parent.name != "tests"]
    return [path for package in packages for path in package.glob(f"**/{pattern}") if path.is_file()]


def _fingerprint(files, *more):
    digest = hashlib.sha256(repr(more).encode())
    for path in [ROOT / "requirements.txt", *sorted(files)]:
        digest.update(f"{path.relative_to(ROOT)}".encode() + path.read_bytes())
    return digest.hexdigest()
