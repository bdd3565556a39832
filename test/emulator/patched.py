"""MiniStack with the fidelity patches of ``patches/``; run it instead of the ``ministack`` command.

With ``--exit-with-parent`` it ends, with every process it started, when its standard input closes. A parent that is
killed can't stop it otherwise. The directory given by ``TMPDIR`` is then removed too, as its parent can't do that either.

With USE_SSL it speaks TLS on its port, and also without TLS on the one of PLAIN_PORT.
"""
import os
import shutil
import signal
import sys
import threading

import patches

EXIT_WITH_PARENT = "--exit-with-parent"


def end_when_parent_is_gone() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def listen_in_plain_too(port: str) -> None:
    from hypercorn.config import Config
    from ministack import app

    Config._insecure_bind = [f"{os.environ['BIND_HOST']}:{port}"]
    # It would take 443 as well, where it may.
    app._port_is_bindable = lambda host, port: False


def main() -> None:
    patches.apply_all()
    if "PLAIN_PORT" in os.environ:
        listen_in_plain_too(os.environ["PLAIN_PORT"])
    if EXIT_WITH_PARENT in sys.argv:
        sys.argv.remove(EXIT_WITH_PARENT)
        threading.Thread(target=end_when_parent_is_gone, daemon=True).start()

    from ministack.app import main as run_emulator

    run_emulator()


if __name__ == "__main__":
    main()
