"""lambda-errors

AWS: a Node function that throws reports the error's own name as errorType, with a stack trace; Step Functions matches Retry and Catch on it.
The environment stays, and serves the next call.
Emulator: always Runtime.HandlerError, so no typed error could be told apart; a new process after each error.
Patch: the worker says the name, and the answer of the function carries it. A failure of the handler isn't one of the worker, which is kept.
"""
import threading

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from .replacing import replace_everywhere

NAME = "lambda-errors"

FAILURES = (
    ("status: \"error\", error: String(err.message || err), trace: err.stack || \"\"",
     "status: \"ok\", failed: true, error: String(err.message || err), trace: err.stack || \"\", errorType: String(err.name || \"Error\")"),
    ("status: \"error\", error: e.message, trace: e.stack",
     "status: \"ok\", failed: true, error: e.message, trace: e.stack, errorType: String(e.name || \"Error\")"),
)

_last = threading.local()


def apply() -> None:
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    for found, replacement in FAILURES:
        if found not in script:
            raise RuntimeError(f"{NAME}: the emulator's worker is not the one this patch was made for")
        script = script.replace(found, replacement)
    lambda_runtime._NODEJS_WORKER_SCRIPT = script

    invoke, execute = lambda_runtime.Worker.invoke, lambda_svc._execute_function_warm

    def invoke_and_remember(self, *args, **kwargs):
        result = invoke(self, *args, **kwargs)
        if result.get("failed"):
            result = {**result, "status": "error"}
        _last.failure = result if result.get("errorType") else None
        return result

    def execute_with_type(*args, **kwargs):
        _last.failure = None
        result = execute(*args, **kwargs)
        failure = getattr(_last, "failure", None)
        if result.get("error") and failure:
            result["body"] = {**result["body"], "errorType": failure["errorType"], "trace": failure.get("trace", "").split("\n")}
        return result

    lambda_runtime.Worker.invoke = invoke_and_remember
    replace_everywhere(execute, execute_with_type)
