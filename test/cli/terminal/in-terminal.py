"""Runs a command in a real pseudo-terminal and prints, as JSON, what it wrote and how it ended.

Arguments: the number of columns, a file that appears when Ctrl-C is to be pressed (or -), what is typed, and the command. What is typed is
a JSON list of pairs: a text that is waited for, in what was written since the pair before, and the keys that are pressed then.
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
    columns, press_when, typed, *command = sys.argv[1:]
    waiting = json.loads(typed)
    seen = 0
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, int(columns), 0, 0))
    written = b""
    pressed = press_when == "-"
    while True:
        if not pressed and os.path.exists(press_when):
            os.write(terminal, b"\x03")
            pressed = True
        if waiting:
            text, keys = waiting[0]
            at = written.find(text.encode(), seen)
            if at >= 0:
                seen = at + len(text.encode())
                os.write(terminal, keys.encode())
                waiting.pop(0)
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
