"""Formats of the report of `check` for other programs: one module for each, whose `render` makes text of the rows.

Each is a pure function of the report (registry/report.py), and loaded only when it is asked for.
"""
