"""Runs a command, and prints its exit code and the peak memory of its largest process in KiB as the last line."""
import json
import resource
import subprocess
import sys

code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"code": code, "peakKib": peak // 1024 if sys.platform == "darwin" else peak}))
