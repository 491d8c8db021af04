"""Commands of bidding."""
