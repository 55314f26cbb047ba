"""Arguments of the commands: what is wrong with one is said in a sentence, not as a usage line and a type of Python."""

from __future__ import annotations

import argparse
import difflib
import re
from typing import Final, NoReturn

from turia.errors import SettingsError

_WRONG_OPTION: Final = re.compile(r"^argument (?:-\w/)?(?P<option>\S+?)(?:/\S+)?: (?P<what>.*)$", re.DOTALL)
_EXPECTED: Final = {
    "expected one argument": "needs a value",
    "expected at least one argument": "needs a value",
    "expected 2 arguments": "needs two values",
}
_NUMBERS: Final = {"int": "a whole number such as 20", "float": "a number such as 20 or 2.5"}


class Arguments(argparse.ArgumentParser):
    """A parser that raises SettingsError with one sentence, and the command that lists what there is."""

    def error(self, message: str) -> NoReturn:
        """Called by argparse with its own words."""
        raise SettingsError(f"{self._sentence(message)} {self.prog} --help lists what there is.")

    def _sentence(self, message: str) -> str:
        unknown = message.removeprefix("unrecognized arguments: ")
        if unknown != message:
            return self._unknown(unknown)
        missing = message.removeprefix("the following arguments are required: ")
        if missing != message:
            return f"{missing} is missing."
        wrong = _WRONG_OPTION.match(message)
        if wrong is None:
            return f"{message[:1].upper()}{message[1:]}."
        what = wrong["what"]
        choice = re.match(r"invalid choice: (?P<given>.*) \(choose from (?P<choices>.*)\)$", what)
        if choice:
            return f"{wrong['option']} does not take {choice['given']}; it takes {choice['choices']}."
        value = re.match(r"invalid (?P<type>int|float) value: (?P<given>.*)$", what, re.DOTALL)
        if value:
            return f"{wrong['option']} takes {_NUMBERS[value['type']]}, not {value['given']}."
        expected = _EXPECTED.get(what)
        return f"{wrong['option']} {expected or what}{'' if what.endswith('.') else '.'}"

    def _unknown(self, unknown: str) -> str:
        first = unknown.split()[0].split("=")[0]
        known = [option for action in self._actions for option in action.option_strings]
        near = difflib.get_close_matches(first, known, 1)
        return f"{first} is not known.{f' Did you mean {near[0]}?' if near else ''}"
