"""Where things lie: the data folder, each server's own home in it, and whose it is."""

import hashlib
import os
import pwd
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from launch import ROOT
from launch.say import CannotStart

# Root's checkout may lie where nobody else can look (/root is 0700); the servers then live here.
SHARED = Path("/var/lib/motcua")
LONGEST_SOCKET = 107  # bytes of an AF_UNIX address


def data_folder():
    """`VAR`, made if it is missing; then root's servers may pass through it, and nobody else may list it."""
    var = Path(os.environ.get("VAR") or ROOT / "var").absolute()
    try:
        if not var.exists():
            var.mkdir(parents=True)
            var.chmod(0o700 if os.geteuid() else 0o711)
        (var / "log").mkdir(mode=0o700, exist_ok=True)
        (var / "run.lock").touch(mode=0o600)
    except OSError as problem:
        raise CannotStart(f"Không ghi được vào thư mục dữ liệu {var}.", f"Cannot write to {var}.", f"  {problem}")
    return var


def server_user(home):
    """Who runs a database or a broker: we; if we are root, the data's owner or an unprivileged user."""
    if os.geteuid():
        return None
    if home.exists() and home.stat().st_uid:
        return pwd.getpwuid(home.stat().st_uid)
    for name in filter(None, (os.environ.get("RUN_AS"), "motcua", "nobody")):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart("Không có người dùng nobody.", "PostgreSQL refuses to run as root: set RUN_AS=<a user>.")


def server_home(var, name):
    """`VAR/<name>`, owned by the server's user; for root possibly a link to a place that user can reach."""
    home = var / name
    user = server_user(home)
    if not home.exists():
        home.unlink(missing_ok=True)  # a link whose target was deleted
        _make_home(home, user)
    return home.resolve(), user


def _make_home(home, user):
    if user is None or may_enter(home.parent, user):
        home.mkdir(mode=0o700)
    else:
        home.symlink_to(_reachable_folder(prefix=f"{home.name}-"))
    if user:
        os.chown(home, user.pw_uid, user.pw_gid)


def _reachable_folder(*, prefix):
    SHARED.mkdir(mode=0o711, parents=True, exist_ok=True)
    return tempfile.mkdtemp(prefix=prefix, dir=SHARED)


def remove_home(var, name):
    """For a throw-away VAR: the link's target too."""
    home = (var / name).resolve()
    shutil.rmtree(socket_folder(home), ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


def may_enter(path, user):
    """Whether this user may pass through every folder down to `path`."""
    return all(_may_pass(folder.stat(), user) for folder in (path.resolve(), *path.resolve().parents))


def _may_pass(status, user):
    if status.st_uid == user.pw_uid:
        return status.st_mode & 0o100
    return status.st_mode & (0o010 if status.st_gid == user.pw_gid else 0o001)


def reachable_copy(source, *, beside=(), user):
    """`source`, or a copy of it (with the folders `beside` it that it needs) where `user` can read it."""
    if user is None or may_enter(source, user):
        return source
    copy = SHARED / "programs" / _name_of_copy(source)
    if not copy.exists():
        SHARED.mkdir(mode=0o711, parents=True, exist_ok=True)
        (SHARED / "programs").mkdir(mode=0o755, exist_ok=True)
        _copy_whole([source, *beside], copy)
    return copy / source.name


def _name_of_copy(source):
    """Changes when another version is installed in the same place."""
    return hashlib.sha256(f"{source} {os.stat(source).st_mtime_ns}".encode()).hexdigest()[:16]


def _copy_whole(sources, copy):
    half = Path(tempfile.mkdtemp(prefix="half-", dir=copy.parent))
    for source in sources:
        shutil.copytree(source, half / source.name, symlinks=True)
    half.chmod(0o755)
    try:
        half.rename(copy)
    except OSError:  # another start was quicker
        shutil.rmtree(half)


def socket_folder(home):
    """`home/socket`, or a short folder of the same owner where the path is too long or too odd for an address."""
    folder = home / "socket"
    too_long = len(os.fsencode(folder / ".s.PGSQL.5432")) > LONGEST_SOCKET
    if not too_long and re.fullmatch(r"[\w./-]+", str(folder), re.ASCII):
        return folder
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path("/tmp") / f"motcua-{name}"


def remove_short_socket_folders(var):
    """Those that lie outside the data folder, once their servers have ended and left them empty."""
    for name in ("postgres", "valkey"):
        folder = socket_folder((var / name).resolve())
        if folder.name != "socket":
            with suppress(OSError):  # there was none, or a server that does not end still holds it
                folder.rmdir()


def make_socket_folder(home, user):
    folder = socket_folder(home)
    owner = user.pw_uid if user else os.geteuid()
    try:
        folder.mkdir(mode=0o700)
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
    except FileExistsError:
        status = folder.lstat()
        if status.st_uid != owner or (status.st_mode & 0o077):
            raise CannotStart(f"{folder} thuộc về người khác.", f"{folder} belongs to somebody else.")
    return folder
