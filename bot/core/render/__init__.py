"""Decision -> what people read: comment, check, replies, terminal, JSON. All texts live here."""
