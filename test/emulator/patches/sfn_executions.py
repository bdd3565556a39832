"""sfn-executions

AWS: StartExecution of a Standard state machine with the name and input of a running execution answers with that one. A state machine's TimeoutSeconds ends an
execution as TIMED_OUT. Its role must allow lambda:InvokeFunction on what it calls. A state's result is at most 262,144 bytes.
Emulator: ExecutionAlreadyExists always; no time limit; the role was never looked at; no size limit.
Patch: as AWS, for what state machines do with functions. The role is still not looked at for other integrations (aws-sdk:*, dynamodb, sqs ...).
Unlike AWS, and only where SFN_LONGEST_WAIT_SECONDS is set: no wait or retry lasts longer than that, after SFN_WAIT_SCALE.
"""
import contextvars
import json
import os
import threading
import time

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region, json_response, now_iso
from ministack.services import iam, stepfunctions

from .replacing import replace_everywhere

NAME = "sfn-executions"

LARGEST_RESULT_BYTES = 262_144
LONGEST_WAIT_SECONDS = float(os.environ.get("SFN_LONGEST_WAIT_SECONDS", "inf"))

_role_arn: contextvars.ContextVar[str] = contextvars.ContextVar("state_machine_role", default="")


def may_invoke(role_arn: str, function_arn: str) -> bool:
    account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    context = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:sts::{account}:assumed-role/{name}/states", principal_type="AssumedRole", principal_account=account,
        action="lambda:InvokeFunction", resource_arn=function_arn, region=get_region(),
    )
    policies = iam_evaluator._gather_role_policies(name, account)
    limits = iam_evaluator._permissions_boundary(iam._roles, name, account)
    return iam_evaluator.evaluate(context, policies, *limits).decision == "Allow"


def function_arn_of(reference: str) -> str:
    if reference.startswith("arn:"):
        return reference
    return f"arn:aws:lambda:{get_region()}:{get_account_id()}:function:{reference}"


def end_when_late(arn: str) -> None:
    execution = stepfunctions._executions.get(arn)
    if execution and execution["status"] == "RUNNING":
        execution.update(status="TIMED_OUT", stopDate=now_iso(), error="States.Timeout")
        stepfunctions._add_event(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {"error": "States.Timeout"}})
        stepfunctions._emit_execution_status_event(execution)


def wait(seconds: float) -> None:
    time.sleep(max(0.0, min(seconds * stepfunctions._SFN_WAIT_SCALE, LONGEST_WAIT_SECONDS)))


def start_timer(arn: str, definition: str) -> threading.Timer | None:
    seconds = json.loads(definition).get("TimeoutSeconds")
    if not seconds:
        return None
    scale = stepfunctions._SFN_WAIT_SCALE
    timer = threading.Timer(float(seconds) * scale if scale else float(seconds), contextvars.copy_context().run, (end_when_late, arn))
    timer.daemon = True
    timer.start()
    return timer


def apply() -> None:
    start, run, call_lambda = stepfunctions._start_execution, stepfunctions._run_execution, stepfunctions._call_lambda

    def start_once(data):
        machine = stepfunctions._state_machines.get(data.get("stateMachineArn"))
        if machine and data.get("name"):
            arn = f"arn:aws:states:{get_region()}:{get_account_id()}:execution:{machine['name']}:{data['name']}"
            execution = stepfunctions._executions.get(arn)
            if execution and execution["status"] == "RUNNING" and json.loads(execution["input"]) == json.loads(data.get("input", "{}")):
                return json_response({"executionArn": arn, "startDate": execution["startDate"]})
        return start(data)

    def run_with_role_and_limit(arn):
        machine = stepfunctions._state_machines.get(stepfunctions._executions[arn]["stateMachineArn"])
        _role_arn.set(machine["roleArn"] if machine else "")
        timer = start_timer(arn, machine["definition"]) if machine else None
        try:
            run(arn)
        finally:
            if timer:
                timer.cancel()

    def call_as_role(reference, event):
        role_arn = _role_arn.get()
        function_arn = function_arn_of(reference)
        if role_arn and not may_invoke(role_arn, function_arn):
            raise stepfunctions._ExecutionError(
                "Lambda.AWSLambdaException", f"{role_arn} is not authorized to perform: lambda:InvokeFunction on resource: {function_arn}")
        result = call_lambda(reference, event)
        if len(json.dumps(result).encode()) > LARGEST_RESULT_BYTES:
            raise stepfunctions._ExecutionError(
                "States.DataLimitExceeded", f"The result of {function_arn} exceeds {LARGEST_RESULT_BYTES} bytes.")
        return result

    replace_everywhere(stepfunctions._scaled_sleep, wait)
    replace_everywhere(start, start_once)
    replace_everywhere(run, run_with_role_and_limit)
    replace_everywhere(call_lambda, call_as_role)
