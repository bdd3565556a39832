"""Runs a command in a real pseudo-terminal and prints, as JSON, what it wrote and how it ended.

Arguments: the number of columns, a file that appears when Ctrl-C is to be pressed (or -), what is typed at the question `[y/N]` (or -), and the command.
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
    columns, press_when, reply, *command = sys.argv[1:]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, int(columns), 0, 0))
    written = b""
    pressed = press_when == "-"
    replied = reply == "-"
    while True:
        if not pressed and os.path.exists(press_when):
            os.write(terminal, b"\x03")
            pressed = True
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
        if not replied and b"[y/N]" in written:
            os.write(terminal, reply.encode() + b"\r")
            replied = True
    _, status = os.waitpid(pid, 0)
    print(json.dumps({"written": written.decode("utf-8", "replace"), "exitCode": os.waitstatus_to_exitcode(status)}))


main()
