"""Everything the sandbox knows, in memory. One process, one world; `reset` makes a new one."""

import copy

from sandbox.clock import Clock
from sandbox.door import Calls
from sandbox.facebook.platform import Facebook
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from sandbox.people import People
from sandbox.postman import Postman
from sandbox.zalo.platform import Zalo


class World:
    def __init__(self, configuration):
        self.configuration = configuration
        self.url = configuration.url
        self.clock = Clock(configuration.clock)
        self.faults = Faults()
        self.postman = Postman(clock=self.clock, faults=self.faults)
        self.version = 0
        self._begin(copy.deepcopy(configuration.zalo), copy.deepcopy(configuration.facebook))

    def _begin(self, zalo_settings, facebook_settings):
        self.latency = self.configuration.latency
        self.ledger, self.calls, self.people = Ledger(self.clock), Calls(), People()
        # A platform is a folder with a class like these.
        self.zalo, self.facebook = Zalo(self, zalo_settings), Facebook(self, facebook_settings)
        self.platforms = {"zalo": self.zalo, "facebook": self.facebook}
        self.changed()

    def reset(self, *, keep_settings=False, keep_tokens=False):
        """As after the start. The program goes on, and so do its addresses."""
        before, page_before = self.zalo, self.facebook
        self.postman.clear()
        self.faults.switch_off()
        self.clock.back()
        if self.configuration.clock:
            self.clock.set(self.configuration.clock)
        if keep_settings:
            self._begin(before.settings, page_before.settings)
        else:
            self._begin(copy.deepcopy(self.configuration.zalo), copy.deepcopy(self.configuration.facebook))
        if keep_settings:
            self.facebook.subscribed |= page_before.subscribed
        if keep_tokens:
            self.zalo.grants = before.grants
            self.zalo.grants.settings = self.zalo.settings

    def changed(self):
        """Pages that look on see by the number that there is something new."""
        self.version += 1

    def door_for(self, path):
        """The door of the platform's host that this path belongs to, or None."""
        for platform in self.platforms.values():
            for prefix, door in platform.doors.items():
                if path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] == "/":
                    return door
        return None
