"""The faults: each row of a table says which piece of a syntax tree it changes, and into what."""

import ast
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from functools import cache
from typing import Final, NamedTuple


class Mutant(NamedTuple):
    """A module, which is `tree`, with one fault in it, at `line`, which reads `text`.

    `what` is the kind of fault; `before` and `after` are the piece of code that it changes, and what stands there now.
    That piece is the node with this `number`, in whose place stands `new`.
    """

    line: int
    text: str
    what: str
    before: str
    after: str
    tree: ast.Module
    number: int
    new: ast.AST

    @property
    def source(self) -> str:
        """The module with the fault, made when somebody asks: a module has thousands of mutants, and few are tried."""
        changed = _Replacement(self.number, self.new).visit(deepcopy(self.tree))
        return ast.unparse(ast.fix_missing_locations(changed))


# Gives each thing that may be put in the place of a node.
Change = Callable[[ast.AST], Iterator[ast.AST]]

_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_SUMS: Final[dict[type[ast.operator], type[ast.operator]]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add}


def _comparison(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
        yield ast.Compare(node.left, [_COMPARISONS[type(node.ops[0])]()], node.comparators)


def _sum(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp) and type(node.op) in _SUMS and not isinstance(node.left, ast.JoinedStr):
        yield ast.BinOp(node.left, _SUMS[type(node.op)](), node.right)


def _condition(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BoolOp):
        for at in range(len(node.values)):
            left = [value for other, value in enumerate(node.values) if other != at]
            yield left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


def _negation(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Compare | ast.BoolOp):
        changed = deepcopy(node)
        changed.test = ast.UnaryOp(ast.Not(), node.test)
        yield changed


def _constant(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)


def _statement(node: ast.AST) -> Iterator[ast.AST]:
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await)
    # Declarations and docstrings are no behaviour; any test would notice a name that is never bound.
    is_state = isinstance(node, ast.Assign) and all(
        isinstance(each, ast.Attribute | ast.Subscript) for each in node.targets
    )
    if is_call or is_state or isinstance(node, ast.AugAssign | ast.Delete | ast.Raise):
        yield ast.Pass()


def _return(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield ast.Return(ast.Constant(None))


CHANGES: Final[dict[str, Change]] = {
    "another comparison": _comparison,
    "another sum": _sum,
    "a part of a condition is gone": _condition,
    "a condition is negated": _negation,
    "another constant": _constant,
    "a statement is gone": _statement,
    "nothing is returned": _return,
}


class _Replacement(ast.NodeTransformer):
    """Puts `new` in the place of the node with this number, in the order in which the tree is visited."""

    def __init__(self, number: int, new: ast.AST) -> None:
        self._number = number
        self._new = new
        self._count = -1

    def visit(self, node: ast.AST) -> ast.AST:
        """See `ast.NodeTransformer.visit`."""
        self._count += 1
        if self._count == self._number:
            return ast.copy_location(self._new, node)
        return self.generic_visit(node)


@cache
def mutants(source: str) -> Sequence[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree, lines = ast.parse(source), source.splitlines()
    declared = _declarations(tree)
    found = []
    for number, node in enumerate(_visited(tree)):
        for what, change in CHANGES.items() if node not in declared else ():
            for new in change(node):
                line = getattr(node, "lineno", 1)
                text = lines[line - 1].strip()
                found.append(Mutant(line, text, what, _first(node), _first(new), tree, number, new))
    return sorted(found, key=lambda mutant: mutant.line)


def _visited(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes in the order of `ast.NodeTransformer`: each before its children."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _visited(child)


def _declarations(tree: ast.AST) -> set[ast.AST]:
    """The parts that no run depends on.

    These are imports for types only, decorators, the layout of a class in memory, and assertions.
    """
    found: list[ast.AST] = []
    for node in ast.walk(tree):
        is_for_types = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        if is_for_types or isinstance(node, ast.Assert):
            found.append(node)
        elif isinstance(node, ast.ClassDef):
            found += [*node.keywords, *node.decorator_list]
    return {inner for each in found for inner in _visited(each)}


def _first(node: ast.AST) -> str:
    """A node as code, of a long one the first line."""
    return ast.unparse(ast.fix_missing_locations(deepcopy(node))).splitlines()[0]
