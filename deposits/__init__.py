"""The money around a bid: deposits, guarantee letters, refunds and forfeits."""
