"""Words that every part shares: types, errors, ports. Imports nothing of ours."""
