"""What stands between our code and the C library: built here, loaded before it."""

import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

ON_LINUX = sys.platform == "linux"
WHY = "shims are loaded as Linux loads them"


def built(name: str, folder: Path) -> dict[str, str]:
    """The environment of a process that has that shim between it and the disk."""
    shim = folder / f"{name}.so"
    source = Path(__file__).with_name(f"{name}.c")
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")
    subprocess.run([*compiler, "-shared", "-fPIC", "-O1", "-o", shim, source, "-ldl"], check=True)
    return {"LD_PRELOAD": str(shim), "PATH": "/usr/bin:/bin"}
