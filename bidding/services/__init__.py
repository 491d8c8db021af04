"""What changes bids and opening sessions, one file a noun."""
