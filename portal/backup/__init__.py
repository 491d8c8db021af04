"""Backups that can be proved whole, read by nobody alone, and never be taken for the present.

The database is copied first and the files after it: bytes without a row are harmless, a row without
its bytes is a lost bid. Keys are never in the same backup as the database, because both together
tell who bids before closing (sealing.md 6.4).
"""
