"""All that knows Slack: listeners, blocks, the gateway out, verification in."""
