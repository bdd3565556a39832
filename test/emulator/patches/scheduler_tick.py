"""scheduler-tick

AWS: EventBridge Scheduler invokes a one-time schedule within its minute.
Emulator: it looked for due schedules every 10 s.
Patch: every second, so that tests need not wait.
"""
from ministack.services import scheduler

NAME = "scheduler-tick"


def apply() -> None:
    scheduler._SCHEDULE_TICK_INTERVAL = 1
