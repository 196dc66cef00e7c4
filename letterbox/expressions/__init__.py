"""Expressions: CEL over a request, compiled when it is saved. Nothing here knows a clock, a network or a store."""

from letterbox.expressions.expression import Expression, compiled
from letterbox.expressions.failures import BadExpression, Failed, Unevaluated

__all__ = ["BadExpression", "Expression", "Failed", "Unevaluated", "compiled"]
