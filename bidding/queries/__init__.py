"""Find bids and opening sessions, through the actor's eyes."""
