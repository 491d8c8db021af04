"""Measurements: a file a subject, each with `measure(short=…)`; budgets.json bounds them."""
