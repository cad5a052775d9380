"""A few lines that run between fork and exec of a part: whose child it is, and as whom it runs.

Run by path, with the standard library only, so that it costs milliseconds:
`launcher.py '{"parent": 1, "death_signal": 15, "uid": null, "gid": null, "reach": false}' argv...`
"""

import ctypes
import json
import os
import sys

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _must(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _keep_reach() -> None:
    """Let the new user pass through folders that only root may enter, as root could before."""
    mask = 1 << CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    _must(_libc().capset(header, data), "cannot keep the right to enter the data folder")
    _must(
        _libc().prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0),
        "cannot hand on the right to enter the data folder",
    )


def become(uid: int, gid: int, *, reach: bool) -> None:
    """Drop from root to another user for good; `reach` keeps access to closed parent folders."""
    if reach:
        _must(_libc().prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "prctl")
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if reach:
        _keep_reach()


def die_with_parent(parent: int, signal_number: int) -> None:
    """Ask the kernel for a signal when the supervisor is gone, even if it was killed."""
    if sys.platform != "linux":
        return
    _must(_libc().prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0), "prctl")
    if os.getppid() != parent:
        sys.exit(1)


def main() -> None:
    """Apply the wishes in the first argument, then become the program in the others."""
    wishes = json.loads(sys.argv[1])
    if wishes["uid"] is not None:
        become(wishes["uid"], wishes["gid"], reach=wishes["reach"])
    if wishes["death_signal"] is not None:
        die_with_parent(wishes["parent"], wishes["death_signal"])
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
