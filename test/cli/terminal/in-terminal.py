"""Runs a command in a real pseudo-terminal and prints, as JSON, what it wrote and how it ended.

Arguments: the number of columns, what is typed when as JSON, and the command. A press has the keys, and a file that appears or a text that is
written when they are to be pressed, one press after another.
"""
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios


def main() -> None:
    columns, presses, *command = sys.argv[1:]
    waiting = json.loads(presses)
    size = struct.pack("HHHH", 40, int(columns), 0, 0)
    pid, terminal = pty.fork()
    if pid == 0:
        # Before the command looks at it.
        fcntl.ioctl(0, termios.TIOCSWINSZ, size)
        os.execvp(command[0], command)
    written = b""
    seen = 0
    while True:
        if waiting:
            when = waiting[0]["when"]
            text = when.get("written", "").encode()
            at = written.find(text, seen) if text else -1
            if at >= 0 or ("file" in when and os.path.exists(when["file"])):
                seen = at + len(text) if at >= 0 else seen
                os.write(terminal, waiting.pop(0)["keys"].encode())
        ready, _, _ = select.select([terminal], [], [], 0.05)
        if not ready:
            continue
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        written += part
    _, status = os.waitpid(pid, 0)
    print(json.dumps({"written": written.decode("utf-8", "replace"), "exitCode": os.waitstatus_to_exitcode(status)}))


main()
