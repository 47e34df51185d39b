"""Starts a program that opens strangers' files with few rights: `python confining.py FOLDER MEMORY SECONDS PROGRAM …`.

A script of its own, run without the rest of the engine. It gives up memory and processor time, then, where Linux lets
everybody do so, every folder but FOLDER and those of programs and fonts (Landlock), the network and other processes
(seccomp); what a kernel does not have is left out. Then the program takes its place.
"""

import ctypes
import errno
import os
import platform
import signal
import struct
import sys

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

LARGEST_FILE = 256 * 1024 * 1024  # bytes that it may write into one
MOST_FILES = 512  # open at a time

READ = (
    "/usr", "/lib", "/lib64", "/bin", "/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/libreoffice",
    "/etc/locale.alias", "/etc/localtime", "/etc/nsswitch.conf", "/etc/passwd", "/var/cache/fontconfig",
    "/var/lib/libreoffice", "/var/spool/libreoffice", "/proc/cpuinfo", "/proc/meminfo", "/proc/self",
    "/sys/devices/system/cpu", "/dev/urandom", "/dev/random",
)  # fmt: skip
WRITE = ("/dev/null", "/dev/zero")
SOCKETS = ("/tmp", "/var/tmp")  # noqa: S108 (LibreOffice puts one there; whoever starts it takes it away)

PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 1, 22, 38, 2

# Landlock (linux/landlock.h); the numbers of its calls are the same on every processor.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF, VERSION, PATH_BENEATH = 444, 445, 446, 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, MAKE_SOCKET, TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 9, 1 << 14
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
OF_LOOKING = EXECUTE | READ_FILE | READ_DIR
RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1}  # by version; later ones know more, of which we need TRUNCATE
RIGHTS_LATER = (1 << 15) - 1

# Seccomp (linux/seccomp.h, filter.h, audit.h): processor → its mark and the numbers of its calls.
CALLS = {
    "x86_64": (
        0xC000003E,
        {"socket": 41, "connect": 42, "clone": 56, "fork": 57, "vfork": 58, "ptrace": 101, "clone3": 435},
    ),
    "aarch64": (0xC00000B7, {"socket": 198, "connect": 203, "clone": 220, "ptrace": 117, "clone3": 435}),
}
LOAD, EQUAL, AT_LEAST, ANY_BIT, ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF: ld abs, jeq, jge, jset, ret
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
NUMBER, PROCESSOR, FIRST_ARGUMENT = 0, 4, 16  # where seccomp_data has them
CLONE_THREAD, UNIX, X32 = 0x00010000, 1, 0x40000000


def main(folder: str, memory: str, seconds: str, *program: str) -> None:
    """Give up rights and become `program`."""
    limit(int(memory), int(seconds))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        keep_to(libc, folder, program[0])
        filter_calls(libc)
    os.execv(program[0], program)  # noqa: S606 (no shell is wanted)


def limit(memory: int, seconds: int) -> None:
    """Allow so many bytes of data, so many seconds of a processor, and files of a size."""
    if resource is None:
        return
    limits = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_DATA, memory)]
    limits += [(resource.RLIMIT_AS, 2 * memory), (resource.RLIMIT_FSIZE, LARGEST_FILE)]
    limits += [(resource.RLIMIT_NOFILE, MOST_FILES)]
    for kind, amount in limits:
        try:
            resource.setrlimit(kind, (amount, amount))
        except (ValueError, OSError):  # macOS knows the name of a limit on memory, and has none
            if sys.platform == "linux":
                raise


def keep_to(libc: ctypes.CDLL, folder: str, program: str) -> None:
    """See no files but those of the system's programs and fonts, and write to `folder` alone."""
    version = libc.syscall(CREATE_RULESET, None, 0, VERSION)
    if version < 1:
        return
    handled = RIGHTS.get(version, RIGHTS_LATER)
    attributes = struct.pack("=Q", handled)
    rules = libc.syscall(CREATE_RULESET, attributes, len(attributes), 0)
    if rules < 0:
        raise OSError(ctypes.get_errno(), "Landlock did not take the rules")
    own = os.path.dirname(os.path.dirname(os.path.realpath(program)))
    for path in (*READ, own):
        _allow(libc, rules, path, OF_LOOKING)
    for path in WRITE:
        _allow(libc, rules, path, (READ_FILE | WRITE_FILE | TRUNCATE) & handled)
    for path in SOCKETS:
        _allow(libc, rules, path, MAKE_SOCKET)
    _allow(libc, rules, folder, handled)
    if libc.syscall(RESTRICT_SELF, rules, 0):
        raise OSError(ctypes.get_errno(), "Landlock did not take the rules")
    os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rule = struct.pack("=Qi", rights if os.path.isdir(path) else rights & OF_FILES, place)
        if libc.syscall(ADD_RULE, rules, PATH_BENEATH, rule, 0):
            raise OSError(ctypes.get_errno(), f"Landlock did not take {path}")
    finally:
        os.close(place)


def filter_calls(libc: ctypes.CDLL) -> None:
    """Refuse the network, talking to whoever listens on this machine, and other processes."""
    if platform.machine() not in CALLS:
        return
    code = b"".join(struct.pack("=HBBI", *each) for each in _filter(*CALLS[platform.machine()]))
    kept = ctypes.create_string_buffer(code)
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(kept))
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0):
        number = ctypes.get_errno()
        if number != errno.EINVAL:  # a kernel without it
            raise OSError(number, "seccomp did not take the filter")


def _filter(mark: int, calls: dict[str, int]) -> list[tuple[int, int, int, int]]:
    """Return the filter: (code, steps when true, steps when false, value)."""
    refuse = REFUSE | errno.EPERM
    rules = [(LOAD, 0, 0, PROCESSOR), (EQUAL, 1, 0, mark), (ANSWER, 0, 0, KILL), (LOAD, 0, 0, NUMBER)]
    rules += [(AT_LEAST, 0, 1, X32), (ANSWER, 0, 0, KILL)]
    for name in ("connect", "fork", "vfork", "ptrace"):
        if name in calls:
            rules += [(EQUAL, 0, 1, calls[name]), (ANSWER, 0, 0, refuse)]
    # Threads are made with clone, whose flags can be looked at; those of clone3 cannot, and libc then falls back.
    rules += [(EQUAL, 0, 1, calls["clone3"]), (ANSWER, 0, 0, REFUSE | errno.ENOSYS)]
    rules += [(EQUAL, 0, 4, calls["clone"]), (LOAD, 0, 0, FIRST_ARGUMENT), (ANY_BIT, 1, 0, CLONE_THREAD)]
    rules += [(ANSWER, 0, 0, refuse), (ANSWER, 0, 0, ALLOW)]
    rules += [(EQUAL, 0, 3, calls["socket"]), (LOAD, 0, 0, FIRST_ARGUMENT), (EQUAL, 1, 0, UNIX)]
    return [*rules, (ANSWER, 0, 0, refuse), (ANSWER, 0, 0, ALLOW)]


if __name__ == "__main__":
    main(*sys.argv[1:])
