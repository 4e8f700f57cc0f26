"""Whoever follows a dossier hears of its progress where they write to us, and asks about it by its number alone."""

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from agencies.rights import require
from agencies.sealed import SealedTextField, blind_index

# Nobody follows so many of their own; who does is looking for somebody else's.
MOST = 50


class Proof(models.TextChoices):
    QR = "qr", _("The QR code of the receipt")
    PIN = "pin", _("The PIN of the receipt")
    PHONE = "phone", _("A code sent to the phone on file")


class FollowsTooMany(Exception):
    """Nobody has so many dossiers of their own (MOST)."""


def follower_index(channel, address):
    return blind_index(f"{channel}:{address}", "follower")


class FollowerQuerySet(models.QuerySet):
    def active(self):
        return self.filter(ended_at=None)

    def of(self, channel, address):
        """What this address follows, the newest first."""
        return self.active().filter(address_index=follower_index(channel, address)).order_by("-since", "-pk")

    def stop(self, channel, address, *, at, dossier_id=None):
        """It follows nothing of what it followed before then any more (or not this dossier); returns how many."""
        mine = self.of(channel, address).filter(since__lte=at)
        return (mine if dossier_id is None else mine.filter(dossier=dossier_id)).update(ended_at=at)

    def forget(self, channel, address, *, at):
        """It asks to be forgotten: it follows nothing, and its address goes; of what it followed the index stays."""
        self.stop(channel, address, at=at)
        return self.filter(address_index=follower_index(channel, address)).update(address="")


@tracked(exclude=["address", "address_index"])
class Follower(models.Model):
    """One address that proved to hold the receipt, and wants to hear of the dossier."""

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="followers")
    channel = models.CharField(_("channel"), max_length=30)
    address = SealedTextField(_("address"))
    address_index = models.CharField(max_length=64, editable=False)
    proof = models.CharField(_("proof"), max_length=10, choices=Proof)
    party = models.ForeignKey(
        "dossiers.Party", models.SET_NULL, null=True, related_name="+",
        help_text=_("Who is told here, and no longer by the ways given with the papers."),
    )  # fmt: skip
    since = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("until"), null=True)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        default_permissions = ()
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "address_index"], condition=models.Q(ended_at=None), name="dossiers_follows_once"
            )
        ]
        indexes = [
            models.Index(fields=["address_index"], condition=models.Q(ended_at=None), name="dossiers_who_follows")
        ]

    def __str__(self):
        return f"{self.dossier_id} · {self.channel}"

    @classmethod
    def begin(cls, dossier_id, *, channel, address, proof, at, party=None):
        """Whether it began to follow now, and not long before. Raises FollowsTooMany."""
        mine = cls.objects.of(channel, address)
        if known := mine.filter(dossier=dossier_id).first():
            known._now_proven_by_phone(proof, party)
            return False
        if mine.count() >= MOST:
            raise FollowsTooMany
        cls.objects.bulk_create(
            [
                cls(
                    dossier_id=dossier_id, channel=channel, address=address, proof=proof, since=at, party=party,
                    address_index=follower_index(channel, address),
                )
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        return True

    def end(self, *, by, at):
        """An officer ends it. A second time changes nothing.

        Raises:
            PermissionDenied: `by` may not receive for the dossier's unit and field.
        """
        require(by, "dossiers.receive_dossier", self.dossier)
        if self.ended_at is None:
            self.ended_at = at
            self.save(update_fields=["ended_at"])

    def _now_proven_by_phone(self, proof, party):
        """Who followed by a paper and has confirmed the phone follows on when the paper is revoked."""
        if proof == Proof.PHONE and self.proof != Proof.PHONE:
            self.proof, self.party = proof, party
            self.save(update_fields=["proof", "party"])


def followed_by(number_keys, *, channel, address):
    """The id of the dossier with one of these keys that this address follows, or None."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWED, [follower_index(channel, address), number_keys, number_keys])
        found = cursor.fetchone()
    return found[0] if found else None


_FOLLOWED = """
SELECT dossier.id FROM dossiers_follower follower JOIN dossiers_dossier dossier ON dossier.id = follower.dossier_id
 WHERE follower.address_index = %s AND follower.ended_at IS NULL AND NOT dossier.confidential
   AND (dossier.number_key = ANY(%s)
        OR dossier.id IN (SELECT dossier_id FROM dossiers_formernumber WHERE number_key = ANY(%s)))
 ORDER BY dossier.id DESC LIMIT 1
"""
