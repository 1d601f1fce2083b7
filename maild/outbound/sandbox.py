"""The sandbox that templates run in: Jinja2's, without what makes gigabytes or hours out of nothing (SEC-34).

Says what a template may do. Knows no template and no notice.
"""

from __future__ import annotations

from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

_PADDING = frozenset({"ljust", "rjust", "center", "zfill", "expandtabs", "format", "format_map", "replace", "join"})
_DANGEROUS_FILTERS = ("format", "center", "replace", "urlize", "wordwrap", "indent", "pprint", "xmlattr")


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox without the operators that make gigabytes out of nothing (SEC-34)."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name in _DANGEROUS_FILTERS:
            del self.filters[name]

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on small numbers only."""
        if operator == "**" or not all(isinstance(v, int | float) for v in (left, right)):
            raise SecurityError(f"the operator {operator} is for numbers only")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Methods of texts that pad or multiply are not for templates."""
        if isinstance(obj, str) and attr in _PADDING:
            return False
        return super().is_safe_attribute(obj, attr, value)
