"""`leadhand setup`: leads in a terminal from the playground to one's own Slack and Trello."""
