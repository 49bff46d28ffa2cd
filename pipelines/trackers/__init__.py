"""Boards that a ticket can be filed on: one module each, the same contract."""
