"""Tests whose fakes are subclasses of what may be compiled: classes of Python have no bases in C."""

from unittest import skipIf

from chat.hub import talk

IS_COMPILED = not talk.__file__.endswith(".py")

not_where_compiled = skipIf(IS_COMPILED, "it makes a subclass, or replaces a method, of what is compiled here")
