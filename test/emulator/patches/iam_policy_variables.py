"""iam-policy-variables

AWS: a variable such as ${aws:userid} in a condition's value is replaced by the value in the request. Without that value the statement does not match.
Emulator: compared the text of the variable itself.
Patch: as AWS, for condition values of all operators. Not modelled: defaults of variables, the escapes ${*}, ${?} and ${$}, variables in resources.
"""
import re

from ministack.core import iam_evaluator

NAME = "iam-policy-variables"

VARIABLE = re.compile(r"\$\{([^}]+)\}")


class Unresolved(Exception):
    """The request has no value for a variable."""


def replaced(value, context):
    def resolved(match):
        found = iam_evaluator._resolve_condition_key(match.group(1), context)
        if not isinstance(found, str) or found == "":
            raise Unresolved
        return found

    if isinstance(value, list):
        return [replaced(one, context) for one in value]
    return VARIABLE.sub(resolved, value) if isinstance(value, str) else value


def apply() -> None:
    conditions_met = iam_evaluator._conditions_met

    def with_variables(conditions, context):
        try:
            read = {
                operator: {key: replaced(expected, context) for key, expected in keys.items()} if isinstance(keys, dict) else keys
                for operator, keys in (conditions or {}).items()
            }
        except Unresolved:
            return False
        return conditions_met(read, context)

    iam_evaluator._conditions_met = with_variables
