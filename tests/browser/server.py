from pytest_django.live_server_helper import LiveServer


class AsInProduction(LiveServer):
    """pytest-django's live server without its shortcut for static files: WhiteNoise, a middleware, answers for them."""

    def __init__(self, address):
        super().__init__(address, start=False)
        self.thread.static_handler = lambda application: application
        self.start()
