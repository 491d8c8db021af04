"""Sealed envelopes, opening halls, auctions."""
