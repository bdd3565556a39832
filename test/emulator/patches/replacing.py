"""How a patch takes the place of an emulator function that other modules have imported by name."""
import sys


def replace_everywhere(original, replacement) -> None:
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("ministack"):
            for name, value in list(vars(module).items()):
                if value is original:
                    setattr(module, name, replacement)
