"""Everything the sandbox knows, in memory. One process, one world; `reset` makes a new one."""

import copy

from sandbox.clock import Clock
from sandbox.door import Calls
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
        self._begin(copy.deepcopy(configuration.zalo))

    def _begin(self, zalo_settings):
        self.latency = self.configuration.latency
        self.ledger, self.calls, self.people = Ledger(self.clock), Calls(), People()
        # A platform is a folder with a class like this one; Facebook stands beside it.
        self.zalo = Zalo(self, zalo_settings)
        self.platforms = {"zalo": self.zalo}
        self.changed()

    def reset(self, *, keep_settings=False, keep_tokens=False):
        """As after the start. The program goes on, and so do its addresses."""
        before = self.zalo
        self.postman.clear()
        self.faults.switch_off()
        self.clock.back()
        if self.configuration.clock:
            self.clock.set(self.configuration.clock)
        self._begin(before.settings if keep_settings else copy.deepcopy(self.configuration.zalo))
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
