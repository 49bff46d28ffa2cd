"""An embedded Slack-compatible workspace and Trello-compatible board with a web page."""
