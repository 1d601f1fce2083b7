"""The sandbox that templates run in: Jinja2's, with every loop, call and text counted (SEC-34).

A template of an operator may be wrong, and none may hold up the mails behind it or fill the memory: what it costs is
bounded by counting, so that the same template always ends at the same place. Knows no template and no notice.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import do_join
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import pass_context, pass_eval_context
from jinja2.visitor import NodeTransformer

OUTPUT_LIMIT = 1_000_000
"""Characters of one rendered part, or of any text on the way: above any answer, below what mail clients choke on."""

BUDGET = 6 * OUTPUT_LIMIT
"""What one part may cost: a character written or joined is 1, a turn of a loop or a call is `STEP` more. Jinja2 does
that in less than a second."""

STEP = 20

LARGEST = 10**12
"""No number in a mail is larger; the square of a square of a large one would fill the memory."""

_FILTERS = (
    "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "int", "items", "join",
    "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr",
    "sort", "string", "sum", "title", "trim", "truncate", "unique", "upper", "urlencode", "wordcount",
)  # fmt: skip
"""Of Jinja2's filters those whose result is not larger than what goes in, or is checked. `safe` is none of them:
what strangers write is escaped, always."""

_GLOBALS = ("range", "dict", "cycler", "joiner", "namespace")

_OF_TEXT = frozenset(
    {"capitalize", "casefold", "count", "endswith", "find", "isdigit", "lower", "lstrip", "partition", "removeprefix"}
    | {"removesuffix", "rpartition", "rstrip", "split", "splitlines", "startswith", "strip", "title", "upper"}
)
"""Methods of texts: none of those that pad, repeat or format."""

_STEP_TAKEN, _JOINED = "a step taken", "texts joined"
"""What is put into each template, as filters: the sandbox looks at every call of a function, which took a third of the
time of a mail. Who names them in a template of his own only spends."""

_left: ContextVar[list[int]] = ContextVar("left")


def begin() -> None:
    """A part is going to be rendered: it gets a whole budget."""
    _left.set([BUDGET])


def _spend(cost: int) -> None:
    left = _left.get()
    left[0] -= cost
    if left[0] < 0:
        raise SecurityError(f"the template does too much: more than {BUDGET} characters and steps for one part")


def _bounded(text: str) -> str:
    if len(text) > OUTPUT_LIMIT:
        raise SecurityError(f"the template makes a text of {len(text)} characters, more than {OUTPUT_LIMIT}")
    _spend(len(text))
    return text


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox with a budget; `begin` must have been called in the same context."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self, **options: Any) -> None:
        super().__init__(finalize=_counted, **options)
        self.filters = {name: self.filters[name] for name in _FILTERS} | {"join": _join}
        self.filters |= {_STEP_TAKEN: _step, _JOINED: _joined}
        self.globals = {name: self.globals[name] for name in _GLOBALS}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        counting: nodes.Template = _Counting().visit(super()._parse(source, name, filename))
        return counting

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Every call of a template."""
        _spend(STEP)
        result = super().call(__context, __obj, *args, **kwargs)
        return _bounded(result) if isinstance(result, str) else result

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on numbers of a bearable size only; texts are put together with `~`."""
        numbers = all(isinstance(value, int | float) and abs(value) <= LARGEST for value in (left, right))
        if operator == "**" or not numbers:
            raise SecurityError(f"the operator {operator} is for numbers up to {LARGEST} only")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Of texts a few methods, of numbers none."""
        if isinstance(obj, str):
            return attr in _OF_TEXT
        if isinstance(obj, int | float | bytes):
            return False
        return super().is_safe_attribute(obj, attr, value)


class _Counting(NodeTransformer):
    """Puts a step before each turn of a loop and each included template, and lets `~` be counted."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        node.body.insert(0, _count(node, sum(len(text.data) for text in node.find_all(nodes.TemplateData))))
        return node

    def visit_Include(self, node: nodes.Include) -> list[nodes.Node]:
        return [_count(node, 0), node]

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _filter(_JOINED, nodes.List(node.nodes, lineno=node.lineno), node.lineno)


def _count(near: nodes.Node, cost: int) -> nodes.Node:
    return nodes.ExprStmt(_filter(_STEP_TAKEN, nodes.Const(cost, lineno=near.lineno), near.lineno), lineno=near.lineno)


def _filter(name: str, argument: nodes.Expr, lineno: int) -> nodes.Filter:
    return nodes.Filter(argument, name, [], [], None, None, lineno=lineno)


@pass_context  # else Jinja2 would reckon it once, as it compiles the template
def _step(_: Context, cost: int) -> str:
    """A turn of a loop or an included template; costs what its fixed text is long."""
    _spend(STEP + max(cost, 0))  # a template could come by it with `map`, and shall not earn anything
    return ""


@pass_context
def _joined(_: Context, parts: Iterable[Any]) -> str:
    """The operator `~`."""
    return _bounded(markup_join(parts))


def _counted(value: Any) -> Any:
    """What is written by `{{ … }}`."""
    if isinstance(value, str):
        _spend(len(value))
    return value


@pass_eval_context
def _join(eval_ctx: EvalContext, value: Iterable[Any], d: str = "", attribute: str | int | None = None) -> str:
    parts = list(value)
    if len(parts) * len(str(d)) > OUTPUT_LIMIT:
        raise SecurityError(f"the template makes a text of more than {OUTPUT_LIMIT} characters")
    return _bounded(do_join(eval_ctx, parts, d, attribute))
