"""People and processes: hears, acknowledges, replies, starts things."""
