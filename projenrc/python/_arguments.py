"""Checks the arguments of a call. The generated code calls ``check_type`` for each argument.

The function of jsii names neither the call nor the fix. It also lets values pass that JavaScript then refuses, with an error that is hard to read:
text where a list or a construct is expected, wrong values in a dict, and tuples.
"""

import enum
import sys
import typing

_FIXES = {
    "str": "Write text in quotes",
    "int or float": "Write a number, without quotes",
    "bool": "Write True or False",
    "list": "Write a list, in brackets, also for a single item: [...]",
    "dict": "Write a dict such as {'app': 'backend'}",
    "Port": "Write Port.tcp(8080), or another factory of Port",
    "LabelExpression": "Write LabelExpression.exists('app'), or another factory of LabelExpression",
    "Construct": "Write the construct around it, such as self in the __init__ of a Chart",
    "IConstruct": "Write a Tier, a Peer or a workload; in a claim also Endpoint.workload('shop/backend') or Endpoint.address('10.0.0.1')",
}


class _Wrong(typing.NamedTuple):
    """Where a value is wrong (`[0]` in a list), what it must be, and what it is."""

    place: str
    title: str
    fix: str
    value: object


def check_type(argname: str, value: object, expected_type: typing.Any) -> None:
    """Raises a TypeError that names the call, the argument and the fix, if a value does not have its type."""
    wrong = _wrong(value, expected_type)
    if wrong is None:
        return
    name = argname.replace("argument ", "", 1) + wrong.place
    found = "None" if wrong.value is None else f"{wrong.value!r:.40}" if isinstance(wrong.value, (str, int, float)) else f"a {type(wrong.value).__name__}"
    unset = "; os.environ.get(...) is None for a variable that is not set" if wrong.value is None and wrong.title in ("str", "int or float") else ""
    raise TypeError(f"{_call()}: {name} must be {wrong.title}, not {found}. {wrong.fix}{unset}.")


def _wrong(value: object, expected: typing.Any) -> typing.Optional[_Wrong]:
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if origin is typing.Union:
        if value is None and type(None) in arguments:
            return None
        arms = [arm for arm in arguments if arm is not type(None)]
        if set(arms) == {int, float}:
            return None if isinstance(value, (int, float)) and not isinstance(value, bool) else _is_not("int or float", value)
        if len(arms) == 2 and isinstance(value, dict):
            # A struct, or the dict that may stand for it. The struct checks its fields.
            arms[0](**value)
            return None
        return _wrong(value, arms[0])
    if isinstance(origin, type) and issubclass(origin, typing.Mapping):
        if not isinstance(value, origin):
            return _is_not("dict", value)
        return _first((f"[{key!r}]", _wrong(item, arguments[1])) for key, item in value.items())
    if isinstance(origin, type) and issubclass(origin, typing.Sequence):
        if not isinstance(value, list):
            return _is_not("list", value)
        return _first((f"[{i}]", _wrong(item, arguments[0])) for i, item in enumerate(value))
    if getattr(expected, "_is_protocol", False):
        # Everything of JavaScript has a reference.
        return None if hasattr(value, "__jsii_ref__") else _is_not(expected.__name__, value)
    if isinstance(expected, type) and not isinstance(value, expected):
        members = [f"{expected.__name__}.{member.name}" for member in expected] if issubclass(expected, enum.Enum) else []
        return _is_not(expected.__name__, value, f"Write {' or '.join(members)}" if members else None)
    return None


def _first(items: typing.Iterable[typing.Tuple[str, typing.Optional[_Wrong]]]) -> typing.Optional[_Wrong]:
    return next((wrong._replace(place=place + wrong.place) for place, wrong in items if wrong is not None), None)


def _is_not(title: str, value: object, fix: typing.Optional[str] = None) -> _Wrong:
    article = "an" if title[0] in "AEIOU" else "a"
    return _Wrong("", title, fix or _FIXES.get(title, f"Write {article} {title}"), value)


def _call() -> str:
    """The call in the program of the user: the outermost of the frames of this package. A struct is made inside such a call."""
    name = "the call"
    frame: typing.Any = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__package__") in (__package__, "jsii"):
        if frame.f_globals.get("__name__") == __package__:
            owner = frame.f_locals.get("self", frame.f_locals.get("cls"))
            owner_name = (owner if isinstance(owner, type) else type(owner)).__name__
            function = frame.f_code.co_name
            name = f"{owner_name}(...)" if function == "__init__" else f"{owner_name}.{function}(...)"
        frame = frame.f_back
    return name
