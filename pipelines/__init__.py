"""What the bot can do: a module here is an ability, a folder is a part that abilities are made of."""
