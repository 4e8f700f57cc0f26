"""python -m sandbox"""

import socket
import sys

import uvicorn

from sandbox import configuration
from sandbox.app import Sandbox


def main():
    options = configuration.read()
    try:
        door = socket.create_server((options.host, options.port))
    except OSError as error:
        sys.exit(f"✗ Không mở được {options.host}:{options.port}: {error}. Cổng khác / another port: SANDBOX_PORT.")
    options.settle_on(door.getsockname()[1])
    sys.stdout.write(
        f"\n  Sandbox Zalo: {options.url}\n"
        f"    ZALO_OAUTH_URL={options.url}/zalo/oauth\n"
        f"    ZALO_OPENAPI_URL={options.url}/zalo/openapi\n"
        f"    ZALO_BUSINESS_URL={options.url}/zalo/business\n"
        f"    webhook: {options.zalo.webhook_url or 'chưa đặt (SANDBOX_ZALO_WEBHOOK_URL)'}\n"
        f"  Sandbox Facebook: {options.url}/wall\n"
        f"    FACEBOOK_GRAPH_URL={options.url}/facebook/graph\n"
        f"    webhook: {options.facebook.webhook_url or 'chưa đặt (SANDBOX_FACEBOOK_WEBHOOK_URL)'}\n\n"
    )
    sys.stdout.flush()
    config = uvicorn.Config(
        Sandbox(options), log_level="warning", access_log=False, lifespan="on", timeout_graceful_shutdown=1
    )
    uvicorn.Server(config).run([door])


if __name__ == "__main__":
    main()
