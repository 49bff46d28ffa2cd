"""From chat messages to a draft by code alone: masking, gate, facts, type, title, template, card."""
