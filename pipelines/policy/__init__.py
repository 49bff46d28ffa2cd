"""How the bot behaves among people: when it speaks, whom it serves, what they have chosen; pure functions alone."""
