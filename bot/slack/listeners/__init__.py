"""What Slack can send us, a module for each kind, each with register(app)."""
