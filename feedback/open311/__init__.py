"""/open311/v2/: reports as programs of other cities read and write them, GeoReport v2 (docs/open311.md).

door.py        what every address has: a format by its suffix, methods, errors in that format, keys, limits
asking.py      what was asked: arguments, moments, boxes
writing.py     XML and JSON of one document
errors.py      why something is refused
discovery.py   where we are
catalogue.py   services and their definitions
requests.py    requests, one or many, and tokens
filters.py     which requests are asked for
posting.py     a new request
updates.py     what became of requests, and what others say of them
"""
