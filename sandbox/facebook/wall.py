"""The Page's wall: its own posts, those of visitors, and the tree of comments under them."""

from dataclasses import dataclass, field
from itertools import count

PAGE = "page"  # who speaks when it is nobody of the people


@dataclass(eq=False)
class Said:
    """A post or a comment. `by` is a person's id, or PAGE; `at` seconds."""

    id: str
    by: str
    at: float
    text: str
    under: str = ""  # the post of a comment
    parent: str = ""  # what it answers: the post, or a comment
    photo: str = ""
    photos: list = field(default_factory=list)
    hidden: bool = False
    removed: bool = False
    edited_at: float | None = None
    replied_privately: bool = False
    published: bool = True
    scheduled_for: float = 0
    likes: set = field(default_factory=set)

    @property
    def is_comment(self):
        return bool(self.under)


class Wall:
    def __init__(self, clock, page_id):
        self._clock, self._page_id = clock, page_id
        self.said = {}
        self._numbers = count(1000001)

    def find(self, number):
        """What stands there under this id, a post also by its bare number; None for what is gone or never was."""
        found = self.said.get(number) or self.said.get(f"{self._page_id}_{number}")
        return None if found is None or found.removed else found

    def post(self, by, text, **more):
        return self._keep(Said(f"{self._page_id}_{next(self._numbers)}", by, self._clock.now(), text, **more))

    def comment(self, by, target, text, **more):
        """An answer to an answer stands beside it: the platform knows two levels."""
        post = target.under or target.id
        parent = target.parent if target.is_comment and target.parent != post else target.id
        number = f"{post.partition('_')[2]}_{next(self._numbers)}"
        return self._keep(Said(number, by, self._clock.now(), text, under=post, parent=parent, **more))

    def posts(self, by=None):
        """Newest first. `by` picks: PAGE, or "visitors"."""
        found = [one for one in self.said.values() if not one.is_comment and not one.removed]
        if by:
            found = [one for one in found if (one.by == PAGE) == (by == PAGE)]
        return found[::-1]

    def comments(self, target, *, all_levels=False):
        """Oldest first."""
        under = [one for one in self.said.values() if one.is_comment and not one.removed]
        if all_levels and not target.is_comment:
            return [one for one in under if one.under == target.id]
        return [one for one in under if one.parent == target.id]

    def remove(self, one):
        """With what stands under it."""
        one.removed = True
        for answer in self.comments(one, all_levels=True):
            answer.removed = True

    def _keep(self, said):
        self.said[said.id] = said
        return said
