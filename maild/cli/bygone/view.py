"""What views of bygone days have in common: their notes of the dry run, which can be undone."""

from __future__ import annotations

from typing import Any


class View:
    """A view that notes what the dry run itself does."""

    def noted(self) -> dict[str, Any]:
        """Its notes so far: `vars` of the view are set to them again where a part of the transaction is undone."""
        return {name: value.copy() for name, value in vars(self).items() if isinstance(value, dict | list | set)}
