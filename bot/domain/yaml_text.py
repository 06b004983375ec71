"""YAML that people edit, read without the traps of YAML."""

from typing import Any

import yaml

from bot.errors import BadPolicy

_LARGEST = 400_000
_DEEPEST = 30


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """YAML keeps the last of two equal keys in silence; an editor must hear of it."""
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            name = (key.tag, str(key.value))
            if name in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value!r} stands here twice", problem_mark=key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


def load(name: str, text: str) -> Any:
    """The content of a YAML text. Raises BadPolicy with file and line; refuses aliases and bombs."""
    if len(text) > _LARGEST:
        raise BadPolicy(f"{name}: larger than {_LARGEST} characters")
    try:
        _look_through(name, text)
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadPolicy(f"{name}, line {line}: {error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise BadPolicy(f"{name}: cannot be read as YAML ({type(error).__name__})") from None


def _look_through(name: str, text: str) -> None:
    """Event by event, before anything is built: libyaml builds in C, where neither bomb can be stopped."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise BadPolicy(f"{name}, line {line}: aliases (*name) are not allowed here; write the value out")
        if depth > _DEEPEST:
            raise BadPolicy(f"{name}, line {line}: nested too deeply")
