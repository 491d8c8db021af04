"""The monitoring pages, one file a noun."""
