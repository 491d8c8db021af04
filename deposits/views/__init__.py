"""The pages of the money around a bid, and around a contract."""
