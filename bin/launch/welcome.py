"""What the person at the console reads once everything answers."""

import json

from launch.say import say

PAGES = [
    ("Trang dành cho công dân", "citizens' pages", "/"),
    ("Tra cứu hồ sơ", "look a dossier up", "/ho-so/tra-cuu/"),
    ("Trang của cán bộ", "officers' back-office", "/quan-tri/"),
    ("Tài liệu API", "OpenAPI", "/api/v1/openapi.json"),
]


def show(var, environ):
    base = environ.get("BASE_URL") or f"http://127.0.0.1:{environ['PORT']}"
    say("\n✓ Một Cửa đã sẵn sàng.", "ready")
    for vietnamese, english, path in PAGES:
        say(f"  {vietnamese:<24} {base.rstrip('/')}{path}", english)
    if environ.get("SANDBOX_URL"):
        say(f"  {'Điện thoại Zalo giả lập':<24} {environ['SANDBOX_URL']}/", "Zalo, played on this machine")
        say(f"  {'Trang Facebook giả lập':<24} {environ['SANDBOX_URL']}/wall", "Facebook, played on this machine")
    for line in _demo_lines(var / "demo.json"):
        say(line)
    say(f"\n  Nhật ký: {var / 'log'} · Dừng: Ctrl-C", "logs · stop")


def _demo_lines(file):
    if not file.exists():
        return
    demo = json.loads(file.read_text(encoding="utf-8"))
    yield "\n  Tài khoản dùng thử  (demo log-ins)"
    for one in demo.get("log_ins", []):
        yield f"    {one['username']:<8} {one['password']:<18} {one['name']}, {one['title']}, {one['unit']}"
    if demo.get("dossiers"):
        yield "\n  Hồ sơ mẫu  (sample dossiers)"
    for dossier in demo.get("dossiers", [])[:3]:
        yield f"    {dossier['code']}   PIN {dossier['pin']}   4 số cuối điện thoại {dossier['phone_last4']}"
    yield f"\n  Khóa API và các hồ sơ mẫu khác: {file}  (API key and more samples)"
