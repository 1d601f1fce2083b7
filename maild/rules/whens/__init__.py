"""Reading `when`: the tables of a rule file made into conditions.

Notes every fault with its key and what to write instead. Never asks whether a condition holds.
"""

from maild.rules.whens.tree import CONDITIONS, NOTHING, read_when
from maild.rules.whens.when import When

__all__ = ["CONDITIONS", "NOTHING", "When", "read_when"]
