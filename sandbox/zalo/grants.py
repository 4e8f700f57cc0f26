"""What an administrator of the OA granted: codes, access tokens, and refresh tokens that work once."""

import base64
import hashlib
import secrets
from dataclasses import dataclass

CODE_SECONDS = 600


@dataclass(eq=False)
class Code:
    redirect_uri: str
    challenge: str
    until: float


@dataclass(eq=False)
class Token:
    until: float
    state: str = "alive"  # used (a refresh token), replaced (an access token), revoked


class Grants:
    def __init__(self, clock, settings):
        self.clock, self.settings = clock, settings
        self.codes, self.access, self.refresh = {}, {}, {}
        self.rotations = self.rejected = 0

    def code(self, *, redirect_uri, challenge):
        word = secrets.token_urlsafe(32)
        self.codes[word] = Code(redirect_uri, challenge, self.clock.now() + CODE_SECONDS)
        return word

    def redeem(self, word):
        """The code's own record, once and within ten minutes; else None."""
        code = self.codes.pop(word, None)
        return code if code and code.until > self.clock.now() else None

    def rotate(self, word):
        """A new pair for an unused refresh token; None when it is dead, which is counted."""
        token = self.refresh.get(word)
        if token is None or token.state != "alive" or token.until <= self.clock.now():
            self.rejected += 1
            return None
        token.state = "used"
        self.rotations += 1
        return self.pair()

    def pair(self):
        """A new access token, which ends the one before, and the refresh token beside it."""
        for token in self.access.values():
            token.state = "replaced" if token.state == "alive" else token.state
        access, refresh, now = secrets.token_urlsafe(96), secrets.token_urlsafe(96), self.clock.now()
        self.access[access] = Token(now + self.settings.access_token_seconds)
        self.refresh[refresh] = Token(now + self.settings.refresh_token_seconds)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": str(self.settings.access_token_seconds),
        }

    def standing(self, word):
        """ "alive", "dead" (expired, replaced or revoked) or "unknown"."""
        token = self.access.get(word)
        if token is None:
            return "unknown"
        return "alive" if token.state == "alive" and token.until > self.clock.now() else "dead"

    def expire_access(self):
        for token in self.access.values():
            token.until = min(token.until, self.clock.now())

    def revoke(self):
        """The administrator took the consent back: every token is dead."""
        for token in [*self.access.values(), *self.refresh.values()]:
            token.state = "revoked"

    def shown(self):
        """Without a single token: this is shown on pages and in logs."""
        alive = [token for token in self.access.values() if self._lives(token)]
        return {
            "access_tokens_alive": len(alive),
            "access_token_until": max((token.until for token in alive), default=None),
            "refresh_tokens_alive": sum(map(self._lives, self.refresh.values())),
            "rotations": self.rotations,
            "rejected_refreshes": self.rejected,
        }

    def _lives(self, token):
        return token.state == "alive" and token.until > self.clock.now()


def challenge_of(verifier):
    """Zalo, OAuth v4 (as RFC 7636 S256): base64url without padding of the verifier's SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
