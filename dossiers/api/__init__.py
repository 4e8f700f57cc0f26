"""/api/v1/: what the one-stop systems that provinces already run do with our dossiers (docs/api.md).

door.py        what every address has: a size limit, problem documents, a key
dossiers.py    list, receive, show, put
acts.py        advance
procedures.py  the catalogue
filters.py     what a list can be asked for
shown.py       what a dossier, a procedure, an error look like outside
schema.py      /api/v1/openapi.json
"""
