"""What asking each kind of condition costs, so that cheap ones are asked first.

Rough proportions; only their order matters. Never measured while rules are asked.
"""

COST_FIELD, COST_ADDRESS, COST_SHORT_TEXT, COST_TEXT, COST_REGEX = 1, 2, 5, 50, 100
