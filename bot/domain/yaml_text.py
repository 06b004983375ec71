"""YAML that people edit, read without the traps of YAML."""

from typing import Any

import yaml

from bot.errors import BadPolicy

_LARGEST = 400_000


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise BadPolicy("aliases (*name) are not allowed here; write the value out")
        return super().compose_node(parent, index)


def load(name: str, text: str) -> Any:
    """The content of a YAML text. Raises BadPolicy with file and line; refuses aliases and bombs."""
    if len(text) > _LARGEST:
        raise BadPolicy(f"{name}: larger than {_LARGEST} characters")
    try:
        return yaml.load(text, Loader=_Loader)
    except BadPolicy as error:
        raise BadPolicy(f"{name}: {error}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadPolicy(f"{name}, line {line}: {error.problem}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadPolicy(f"{name}: cannot be read as YAML ({type(error).__name__})") from None
