"""Settings of a platform that can be changed while the sandbox runs: a dataclass of texts, numbers and switches."""

from dataclasses import asdict, fields


class Knobs:
    def change(self, **changes):
        """Raises ValueError in words. Numbers and switches may come as text, from a form."""
        kinds = {field.name: field.type for field in fields(self)}
        for name, value in changes.items():
            if name not in kinds:
                raise ValueError(f"There is no setting {name!r}; there are: {', '.join(kinds)}.")
            setattr(self, name, _as(kinds[name], name, value))

    def shown(self):
        return asdict(self)


def _as(kind, name, value):
    if kind is bool:
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true", "on", "yes")
    try:
        return kind(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be {kind.__name__}, not {value!r}.") from None
