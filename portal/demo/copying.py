"""Rows in PostgreSQL's text format, gathered and then sent by COPY."""

import io

_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def row(*values):
    """Values as tab-separated text; what many rows share is rendered once and used again."""
    return "\t".join([_text(value) for value in values])


def _text(value):
    if value is None:
        return "\\N"
    return value.translate(_SPECIAL) if value.__class__ is str else str(value)


class Table:
    """The rows that are to be written into one table; `columns` in the order in which `add` gets them."""

    def __init__(self, name, columns):
        self.name, self.columns, self.lines = name, columns.split(), []

    def add(self, *rendered):
        self.lines.append("\t".join(rendered))

    def take(self):
        """The rows gathered so far, ready to be sent; the table is empty afterwards."""
        lines, self.lines = self.lines, []
        return len(lines), f"COPY {self.name} ({', '.join(self.columns)}) FROM STDIN", "\n".join([*lines, ""])


def send(cursor, statement, text):
    cursor.cursor.copy_expert(statement, io.StringIO(text))
