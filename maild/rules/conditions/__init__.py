"""What conditions look at, a class for each kind of look: texts, addresses, fields, attachments, circumstances.

`logic` joins them. Each says whether it holds and, if not, why, with the value found. None of them changes anything.
"""

from maild.rules.conditions.addresses import AddressCondition
from maild.rules.conditions.attachments import AttachmentCondition
from maild.rules.conditions.circumstances import Count, Flag, Since, WorkingTime
from maild.rules.conditions.fields import FieldCondition, TagCondition, WatcherCondition
from maild.rules.conditions.texts import HeaderPresence, TextCondition

__all__ = [
    "AddressCondition",
    "AttachmentCondition",
    "Count",
    "FieldCondition",
    "Flag",
    "HeaderPresence",
    "Since",
    "TagCondition",
    "TextCondition",
    "WatcherCondition",
    "WorkingTime",
]
