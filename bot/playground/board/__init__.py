"""A Trello-compatible board: the REST API under /1/ with webhooks, faults and limits."""
