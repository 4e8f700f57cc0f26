"""What every address of the dossiers' API has beside that: its body is a row of dossiers.exchange."""

from django.utils.translation import gettext_lazy as _

from agencies import door
from dossiers.exchange.rows import bad, read


class Door(door.Door):
    """Reads its body with a strict serializer of dossiers.exchange."""

    def told(self, row, **known):
        """The body as the clean values of this row; `known` stands for what it leaves out. Raises BadRow."""
        if not isinstance(self.request.data, dict):
            raise bad("", _("An object with named fields is expected."))
        return read(row, {**known, **self.request.data})
