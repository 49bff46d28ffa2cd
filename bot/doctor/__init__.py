"""`leadhand doctor`: looks at each thing the bot depends on, and says of each what to do next."""
