"""/api/v1/reports/: citizens' reports as programs send and read them (docs/api.md).

rows.py      what may be sent
reports.py   send, list, show; files; what a unit has on its desk
shown.py     what a report looks like outside
filters.py   what a list can be asked for
examples.py  what stands in the OpenAPI document
"""
