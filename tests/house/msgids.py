"""Which strings a package wants translated, read without gettext's tools: a fresh machine has none."""

import ast
import re
from pathlib import Path

from django.utils.translation.template import templatize

SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop", "ugettext_lazy", "n_"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
PLURAL = {"ngettext", "ngettext_lazy"}
STRING = r"""u?(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"""
IN_TEMPLATE = re.compile(rf"\b(_|gettext|pgettext|ngettext|npgettext)\(\s*{STRING}\s*(?:,\s*{STRING})?")


def of_folder(folder, *, without=()):
    """{(context, msgid): file} of all Python files and templates under the folder."""
    found, left_out = {}, {*without, "static", "locale", "migrations"}
    for path in sorted(Path(folder).rglob("*")):
        if path.suffix in (".py", ".html", ".txt") and not left_out.intersection(path.relative_to(folder).parts):
            reader = _of_python if path.suffix == ".py" else _of_template
            found |= dict.fromkeys(reader(path.read_text(encoding="utf-8")), path)
    return found


def _of_python(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            words = [_constant(argument) for argument in node.args[:2]]
            yield from _asked_for(name, words)


def _of_template(source):
    for name, first, second in IN_TEMPLATE.findall(templatize(source)):
        yield from _asked_for(name, [ast.literal_eval(word) if word else None for word in (first, second)])


def _asked_for(name, words):
    if name in SINGLE | PLURAL and words and words[0]:
        yield None, words[0]
    elif name in WITH_CONTEXT and len(words) > 1 and words[1]:
        yield words[0], words[1]


def _constant(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
