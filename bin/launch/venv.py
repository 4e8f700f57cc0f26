"""`.venv` with the locked packages: made once, instant afterwards, mended after an interruption.

`python3 -m launch.venv requirements-dev.txt` (with PYTHONPATH=bin) does only this.
"""

import csv
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from launch import ROOT, locks, programs
from launch.say import CannotStart, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
NOT_FOR_PIP = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "PIP_USER", "PIP_TARGET", "PIP_PREFIX")
NO_NETWORK = re.compile(
    r"name resolution|NewConnection|ConnectTimeout|ConnectionError|getaddrinfo|No matching distri|dns"
)


def ensure(*lock_names):
    """`.venv` holds what the lock files say. Two callers at once: the second waits for the first."""
    locks_wanted = [ROOT / name for name in lock_names]
    if _is_current(locks_wanted):
        return
    waiting = "Một lệnh khác đang cài đặt, xin chờ…", "another command is installing, waiting"
    with locks.alone_in(ROOT, on_wait=lambda: say(*waiting)):
        if not _is_current(locks_wanted):
            _install(locks_wanted)


def site_packages():
    return next(iter(sorted((VENV / "lib").glob("python3.*/site-packages"))))


def _is_current(lock_files):
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return all(stamp.get(lock.name) == _fingerprint(lock) for lock in lock_files) and _python_works()


def _fingerprint(lock):
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _python_works():
    """False too when the system's Python was upgraded under it (3.11 to 3.13)."""
    if not PYTHON.exists():
        return False
    asked = [PYTHON, "-c", "import sys; print('python%d.%d' % sys.version_info[:2])"]
    answer = subprocess.run(asked, capture_output=True, text=True)
    return answer.returncode == 0 and (VENV / "lib" / answer.stdout.strip()).is_dir()


def _install(lock_files):
    """The stamp goes first and comes back last: without it, the next call mends what is half done."""
    began = time.monotonic()
    STAMP.unlink(missing_ok=True)
    if not _python_works():
        _make_venv()
    for folder in damaged(site_packages()):
        shutil.rmtree(folder)  # to pip it is then not installed, and is put there anew
    for lock in lock_files:
        count = len(pins(lock))
        say(f"• Cài {count} thư viện đã khóa phiên bản, chừng một phút…", f"installing {count} locked packages")
        _run_installer(lock)
    _write_stamp(lock_files)
    say(f"• Cài xong sau {time.monotonic() - began:.0f} giây.", "installed")


def _write_stamp(lock_files):
    """The test packages include the running ones: one installation then serves both commands."""
    installed = {pin for lock in lock_files for pin in pins(lock)}
    served = [lock for lock in ROOT.glob("requirements*.txt") if pins(lock) <= installed]
    half = STAMP.with_suffix(".half")
    half.write_text(json.dumps({lock.name: _fingerprint(lock) for lock in served}))
    half.replace(STAMP)


def pins(lock):
    return set(re.findall(r"^[\w.\-\[\]]+==[^\s;\\]+", lock.read_text(), re.MULTILINE))


def _make_venv():
    shutil.rmtree(VENV, ignore_errors=True)
    made = _quietly([sys.executable, "-m", "venv", VENV])
    if made.returncode:  # Debian without python3-venv: the system's pip reaches into a venv that has none
        shutil.rmtree(VENV, ignore_errors=True)
        made = _quietly([sys.executable, "-m", "venv", "--without-pip", VENV])
    if made.returncode:
        raise CannotStart("Không tạo được .venv.", "Cannot make .venv.", made.stdout)


def _run_installer(lock):
    done = _quietly([*_installer(), "--require-hashes", "-r", lock])
    if done.returncode == 0:
        _quietly([PYTHON, "-m", "compileall", "-q", "-j", "0", site_packages()])
        return
    if NO_NETWORK.search(done.stdout):
        raise CannotStart(
            "Không tải được thư viện: máy chưa có mạng, hoặc cần khai báo HTTPS_PROXY hay PIP_INDEX_URL (kho riêng).",
            "Cannot download packages: no network, or no proxy (HTTPS_PROXY) or own index (PIP_INDEX_URL) is set.",
            done.stdout[-400:],
        )
    raise CannotStart("Cài thư viện không thành công.", "Installing the packages failed.", done.stdout[-3000:])


def _installer():
    """uv where it is there, else the venv's pip, else the system's pip (22.3 or later)."""
    if shutil.which("uv"):
        return [shutil.which("uv"), "pip", "install", "--quiet", "--python", PYTHON]
    options = ["--quiet", "--no-deps", "--no-compile", "--no-input", "--disable-pip-version-check"]
    if (site_packages() / "pip").is_dir():
        return [PYTHON, "-m", "pip", "install", *options]
    return [sys.executable, "-m", "pip", "--python", PYTHON, "install", *options]


def _quietly(command):
    """Ends with us: an installer that lived on would meet the next one in the same folder."""
    environ = {name: value for name, value in os.environ.items() if name not in NOT_FOR_PIP}
    return subprocess.run(
        command,
        env=environ,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        preexec_fn=programs.dies_with_us(signal.SIGKILL),
    )


def damaged(site):
    """Distributions whose files are not all there: an installation was cut off in the middle of them."""
    return [folder for folder in site.glob("*.dist-info") if not _is_whole(folder, site)]


def _is_whole(folder, site):
    try:
        with open(folder / "RECORD", newline="") as record:
            rows = [row for row in csv.reader(record) if len(row) == 3 and row[2]]
        return all(os.stat(site / name).st_size == int(size) for name, _hash, size in rows)
    except OSError:
        return False


if __name__ == "__main__":
    ensure(*sys.argv[1:])
    sys.exit(0)
