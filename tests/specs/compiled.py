"""
Shapes as functions that say yes or no. Nearly all of what is exchanged is right, and yes is said thirty
times as fast as jsonschema says it. Where that is simpler they are stricter than JSON Schema, never
laxer: whoever hears no asks jsonschema, which also says where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sized
from typing import Any

Shape = Mapping[str, Any]
Fits = Callable[[Any], bool]

_TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_ANNOTATIONS = {"format"}


class Compiler:
    """:param defs: each document's `$defs`; `$ref` names both: `stripe#/$defs/R:Charge`."""

    def __init__(self, defs: Mapping[str, Shape]) -> None:
        self._defs = defs
        self._named: dict[tuple[str, str], Fits] = {}

    def compile(self, shape: Shape, document: str = "") -> Fits:
        """:param document: where references without a name lead."""
        tests = list(self._tests(shape, document))
        if len(tests) == 1:
            return tests[0]
        return lambda value: all(test(value) for test in tests)

    def _tests(self, shape: Shape, document: str) -> Iterator[Fits]:
        for keyword, wanted in shape.items():
            if keyword == "$ref":
                yield self._named_shape(*self._target(wanted, document))
            elif keyword in _PLAIN:
                yield _PLAIN[keyword](wanted)
            elif keyword in {"anyOf", "allOf"}:
                yield self._several(keyword, wanted, document)
            elif keyword == "items":
                yield _each_item(self.compile(wanted, document))
            elif keyword not in _ANNOTATIONS | _OF_FIELDS:
                yield _ask_jsonschema  # it knows more keywords
        if not shape.keys().isdisjoint(_OF_FIELDS):
            yield self._fields(shape, document)

    def _target(self, ref: str, document: str) -> tuple[str, str]:
        named, _, path = ref.partition("#")
        return named or document, path.removeprefix("/$defs/")

    def _named_shape(self, document: str, name: str) -> Fits:
        """Compiled when it is first asked for, as some shapes contain themselves."""
        key = (document, name)

        def fits(value: Any) -> bool:
            if key not in self._named:
                self._named[key] = self.compile(self._defs[document][name], document)
            return self._named[key](value)

        return fits

    def _several(self, keyword: str, shapes: list[Shape], document: str) -> Fits:
        tests = [self.compile(shape, document) for shape in shapes]
        if keyword == "anyOf":
            return lambda value: any(test(value) for test in tests)
        return lambda value: all(test(value) for test in tests)

    def _fields(self, shape: Shape, document: str) -> Fits:
        known = {
            name: self.compile(each, document) for name, each in shape.get("properties", {}).items()
        }
        other = self._other_fields(shape, document)

        def fits(value: Any) -> bool:
            if type(value) is not dict:
                return True
            for name, member in value.items():
                test = known.get(name)
                if not (test(member) if test else other(name, member)):
                    return False
            return True

        return fits

    def _other_fields(self, shape: Shape, document: str) -> Callable[[str, Any], bool]:
        if "unevaluatedProperties" in shape:
            if shape["unevaluatedProperties"] is not False or "additionalProperties" in shape:
                return _ask_jsonschema
            names = self._names(shape, document)
            return lambda name, _member: name in names
        rest = shape.get("additionalProperties", True)
        if isinstance(rest, bool):
            return lambda _name, _member: rest
        test = self.compile(rest, document)
        return lambda _name, member: test(member)

    def _names(self, shape: Shape, document: str) -> set[str]:
        """Of fields that are looked at here, or by what must fit as well."""
        names = set(shape.get("properties", {}))
        for part in shape.get("allOf", ()):
            names |= self._names(part, document)
        if "$ref" in shape:
            there, name = self._target(shape["$ref"], document)
            names |= self._names(self._defs[there][name], there)
        return names


def _ask_jsonschema(*_asked: Any) -> bool:
    return False


def _type(wanted: str | list[str]) -> Fits:
    names = [wanted] if isinstance(wanted, str) else wanted
    types = {each for name in names for each in _TYPES[name]}
    return lambda value: type(value) in types


def _enum(wanted: list[Any]) -> Fits:
    """True is not 1, and a list or an object is for jsonschema."""
    plain = {(type(each), each) for each in wanted if not isinstance(each, (dict, list))}
    return lambda value: not isinstance(value, (dict, list)) and (type(value), value) in plain


def _required(wanted: list[str]) -> Fits:
    names = set(wanted)
    return lambda value: type(value) is not dict or names <= value.keys()


def _pattern(wanted: str) -> Fits:
    search = re.compile(wanted).search
    return lambda value: type(value) is not str or search(value) is not None


def _at_least(kind: type[Sized]) -> Callable[[int], Fits]:
    return lambda least: lambda value: not isinstance(value, kind) or len(value) >= least


def _at_most(kind: type[Sized]) -> Callable[[int], Fits]:
    return lambda most: lambda value: not isinstance(value, kind) or len(value) <= most


def _minimum(wanted: float) -> Fits:
    return lambda value: type(value) not in {int, float} or value >= wanted


def _maximum(wanted: float) -> Fits:
    return lambda value: type(value) not in {int, float} or value <= wanted


def _each_item(test: Fits) -> Fits:
    return lambda value: type(value) is not list or all(test(each) for each in value)


_PLAIN: dict[str, Callable[[Any], Fits]] = {
    "type": _type,
    "enum": _enum,
    "required": _required,
    "pattern": _pattern,
    "minLength": _at_least(str),
    "maxLength": _at_most(str),
    "minItems": _at_least(list),
    "maxItems": _at_most(list),
    "minimum": _minimum,
    "maximum": _maximum,
}
_OF_FIELDS = {"properties", "additionalProperties", "unevaluatedProperties"}
