"""What people type into the pages of bids and of the hall."""
