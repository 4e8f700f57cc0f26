"""Dossiers that come from outside: one row format, read and checked in one place, for the API and for files.

fields.py   what a single value may look like
rows.py     the rows: `DossierRow`, `NewDossierRow`, and the errors, named by field
flat.py     the same row as one line of a table
known.py    the units, procedures, cases and steps that codes in a row stand for
history.py  a status history becomes log entries and the lines of the clock's ledger
takeover.py puts rows into the database, many at a time; the same row twice changes nothing
"""
