"""How persons apply for posts, are examined and hired (talent market, rulebook 2.5)."""
