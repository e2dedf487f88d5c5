"""The unit under a real systemd: a clean system is booted, the package installed in it, and the service made to do what its
unit promises: ready when it is, the password as a credential, its sandbox, reload, restart after a death and when it hangs.

  booted.py PACKAGE.deb REPOSITORY BASE FOLDER      (as root; BASE is the clean system that real.py made)

In namespaces of its own: no mail can leave, nothing stays mounted or running. Where no systemd can be booted (no namespaces, no
hierarchy of control groups of its own) it says so and does nothing, unless KIM_REQUIRE_SYSTEMD is set.
"""

import fcntl
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

package, repository, base, out = (pathlib.Path(argument).resolve() for argument in sys.argv[1:5])
inside = sys.argv[5:] == ["inside"]
root = out / "root"
PORT = 2526
USER, PASSWORD = b"kim", b"only-for-this-check"
SAID = "boot.log"
begun = time.monotonic()
received = []


def say(text):
    print(f"{time.monotonic() - begun:6.1f} s  {text}", flush=True)


def run(*command, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


CLEAN = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LANG": "C.UTF-8"}


def in_root(*command, **more):
    return run("chroot", root, *command, env=CLEAN, **more)


def wait(what, done, seconds):
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"not within {seconds} s: {what}\n{journal()[-3000:]}"
        time.sleep(0.3)
    say(what)


# ---------------------------------------------------------------- a system that boots


def clean_root():
    shutil.rmtree(root, ignore_errors=True)
    run("cp", "-a", base, root)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n")
    in_root("apt-get", "update", "-qq")
    in_root("apt-get", "install", "-y", "-qq", "--no-install-recommends", "systemd", "dbus")


def mounts():
    """What a manager of containers would mount before it starts the first process."""
    run("mount", "--make-rprivate", "/")
    run("mount", "--bind", root, root)
    run("mount", "-t", "sysfs", "-o", "ro", "sysfs", root / "sys")
    for place, options in [("run", "mode=755"), ("tmp", "mode=1777"), ("dev", "mode=755")]:
        run("mount", "-t", "tmpfs", "-o", options, "tmpfs", root / place)
    for device in ("null", "zero", "full", "random", "urandom", "tty"):
        (root / "dev" / device).touch()
        run("mount", "--bind", f"/dev/{device}", root / "dev" / device)
    for place in ("dev/pts", "dev/shm"):
        (root / place).mkdir()
    run("mount", "-t", "devpts", "-o", "newinstance,ptmxmode=666,mode=620", "devpts", root / "dev/pts")
    (root / "dev/ptmx").symlink_to("pts/ptmx")
    run("mount", "-t", "tmpfs", "tmpfs", root / "dev/shm")


def boot():
    """As the first process of namespaces of its own; gives its number out here."""
    groups = root / "sys/fs/cgroup"
    unified = pathlib.Path("/sys/fs/cgroup/cgroup.controllers").exists()
    if unified:
        hierarchies = f"mount -t cgroup2 cgroup2 {groups}"
    else:
        parts = [f"mount -t tmpfs -o mode=755 tmpfs {groups}", f"mkdir {groups}/systemd {groups}/unified",
                 f"mount -t cgroup -o none,name=systemd cgroup {groups}/systemd", f"mount -t cgroup2 cgroup2 {groups}/unified"]
        parts += [f"(mkdir {groups}/{one}; mount -t cgroup -o {one} cgroup {groups}/{one} || rmdir {groups}/{one})" for one in ("memory", "pids")]
        hierarchies = "; ".join(parts)
    # Not chroot: who is locked into a folder may make no namespaces of users, and the unit wants one.
    turn = "mkdir -p .old; pivot_root . .old; umount -l .old; rmdir .old; mount --make-rshared /"
    begin = f"set -e; mount -t proc proc {root}/proc; {hierarchies}; cd {root}; {turn}; exec /lib/systemd/systemd"
    log = open(out / SAID, "w", encoding="utf-8")
    command = ["unshare", "--mount", "--pid", "--uts", "--ipc", "--cgroup", "--fork", "--kill-child", "sh", "-c", begin]
    holder = subprocess.Popen(command, env={"container": "other", **CLEAN}, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    end = time.monotonic() + 60
    while time.monotonic() < end and holder.poll() is None:
        children = pathlib.Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text().split()
        if children and there(children[0], "systemctl", "is-system-running").stdout.strip() in ("running", "degraded"):
            return holder, children[0]
        time.sleep(0.3)
    holder.kill()
    return None, (out / SAID).read_text(encoding="utf-8", errors="replace")[-1500:]


def there(first, *command, **more):
    """A command in the booted system, as its root types it."""
    enter = ["nsenter", f"--target={first}", "--mount", "--pid", "--uts", "--ipc", "--cgroup", *command]
    return subprocess.run([str(word) for word in enter], env=CLEAN, capture_output=True, text=True, **more)


class System:
    def __init__(self, first):
        self.first = first

    def __call__(self, *command, code=0):
        done = there(self.first, *command)
        assert done.returncode == code, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}\n{journal()[-3000:]}"
        return done.stdout.strip()

    def of_unit(self, key):
        return self("systemctl", "show", "--value", f"--property={key}", "kim")

    def main(self):
        return int(self.of_unit("MainPID"))

    def active(self):
        return there(self.first, "systemctl", "is-active", "kim").stdout.strip() == "active"

    def documented(self, name):
        """The commands of docs/betrieb.md, letter for letter."""
        block = re.search(rf"^ *```sh\n *# {name}\n(.*?)^ *```", (repository / "docs/betrieb.md").read_text(encoding="utf-8"), re.M | re.S)
        # Nobody sits there to edit.
        self("sh", "-eux", "-c", "editor() { :; }\n" + block[1])
        say(f"done as documented: {name}")


system = None


def journal():
    """What the service said, and what systemd said of it."""
    return there(system.first, "journalctl", "-u", "kim", "--no-pager", "-o", "cat").stdout if system else ""


# ---------------------------------------------------------------- a mail server that wants to know who sends


def openssl(*arguments):
    run("openssl", *arguments, cwd=out)


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        assert session.authenticated, "the message came without a login"
        received.append((envelope.rcpt_tos[0], bytes(envelope.content)))
        return "250 taken"


def mail_server():
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=check authority", "-keyout", "ca.key",
            "-out", "ca.pem", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    (out / "server.ext").write_text("subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "server.ext", "-out", "server.pem")
    shutil.copy(out / "ca.pem", root / "etc/ssl/ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(out / "server.pem", out / "server.key")
    who = lambda server, session, envelope, mechanism, login: AuthResult(success=(login.login, login.password) == (USER, PASSWORD))
    Controller(Mailbox(), hostname="127.0.0.1", port=PORT, tls_context=context, require_starttls=True, auth_required=True,
               authenticator=who).start()


# ---------------------------------------------------------------- the story


def edit(name, pattern, text):
    path = root / "etc/kim/config" / name
    before = path.read_text(encoding="utf-8")
    after, count = re.subn(pattern, text, before, count=1, flags=re.M)
    assert count == 1, f"{name} has no {pattern}"
    path.write_text(after, encoding="utf-8")


def set_up():
    """As docs/betrieb.md says, with a password, and a due time each minute."""
    inbox = root / "var/lib/kim/eingang"
    returns = sorted((repository / "samples/eingang").glob("*/*.xlsx"))[-4:]
    for path in returns:
        (inbox / path.parent.name).mkdir(exist_ok=True)
        shutil.copy(path, inbox / path.parent.name)
    system("chown", "-R", "kim:kim", "/var/lib/kim/eingang")
    system.documented("passwort")
    (root / "etc/kim/secrets/password").write_bytes(PASSWORD + b"\n")
    credential = re.search(r'password_file = "([^"]+)"', (root / "etc/kim/config/kim.toml").read_text(encoding="utf-8"))[1]
    server = f'host = "localhost"\nport = {PORT}\nsecurity = "starttls"\nuser = "kim"\npassword_file = "{credential}"\nca_file = "/etc/ssl/ca.pem"\n'
    edit("kim.toml", r"\Z", f"\n[mail.server]\n{server}")
    edit("../pipelines/monitoring.toml", r'^cron = .*$', 'cron = "* * * * *"')
    # Shorter than in earnest, or this check would take half an hour.
    extra = root / "etc/systemd/system/kim.service.d"
    extra.mkdir(parents=True)
    (extra / "check.conf").write_text("[Service]\nRestartSec=1\nWatchdogSec=20\n")
    system("systemctl", "daemon-reload")


def sandbox():
    """What the unit promises, seen from inside the service."""
    pid = system.main()
    # Its number in here and in there differ.
    status = system("cat", f"/proc/{pid}/status")
    for line in ("NoNewPrivs:\t1", "Seccomp:\t2", "CapBnd:\t0000000000000000", "CapEff:\t0000000000000000"):
        assert line in status, f"the service lacks {line!r}\n{status}"
    look = ["nsenter", f"--target={pid}", "--mount"]
    writable = lambda path: there(system.first, *look, "test", "-w", path).returncode == 0
    there_is = lambda path: there(system.first, *look, "test", "-e", path).returncode == 0
    assert writable("/var/lib/kim/data") and there_is("/usr/bin/kim"), "its data folder is closed to it"
    for path in ("/usr/bin", "/etc/kim/config/kim.toml", "/var/lib/dpkg"):
        assert not writable(path), f"the service could write {path}"
    said = system("systemctl", "show", "kim", "--property=LoadCredential,MemoryMax,User,ProtectSystem,StatusText")
    assert "MemoryMax=4294967296" in said and "User=kim" in said and re.search("StatusText=(waiting, next run|running)", said), said
    say("its sandbox holds: no privileges, a filter of system calls, nothing to write but its own")


def each_minute(mails):
    """Whoever got something got each thing once."""
    wait("a report is mailed, with the password from systemd", lambda: len(received) >= mails, 150)
    whole = [mail for _, mail in received]
    assert len(set(whole)) == len(whole), "somebody got a mail twice"


def restarted(before, why, seconds):
    wait(f"restarted {why}", lambda: system.active() and system.main() not in (0, before), seconds)
    left = [line for line in system("ps", "-eo", "pid,ppid,args").splitlines() if "read-worker" in line] if (root / "usr/bin/ps").exists() else []
    assert not left, left


def outside(pid):
    """The number out here of a process in there."""
    for status in pathlib.Path("/proc").glob("[0-9]*/status"):
        try:
            numbers = re.search(r"^NSpid:(.*)$", status.read_text(), re.M)
        except OSError:
            continue
        if numbers and numbers[1].split()[-1:] == [str(pid)] and len(numbers[1].split()) > 1:
            return int(status.parent.name)
    raise AssertionError(f"no process {pid}")


def story():
    global system
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))
    mounts()
    holder, first = boot()
    if holder is None:
        assert not os.environ.get("KIM_REQUIRE_SYSTEMD"), f"no systemd could be booted\n{first}"
        print(f"skipped: no systemd can be booted here, so the unit was not tried under one\n{first}")
        return
    system = System(first)
    say(f"booted: {system('systemctl', '--version').splitlines()[0]}")
    shutil.copy(package, root / "var/tmp/kim.deb")
    told = system("dpkg", "-i", "/var/tmp/kim.deb")
    assert "does not run yet" in told and not system.active(), told
    mail_server()
    set_up()
    system.documented("starten")
    assert system.active() and system.of_unit("Type") == "notify"
    say("ready, said the service, and systemd believes it")
    each_minute(1)
    sandbox()
    journal_knows_no_secret()

    main = system.main()
    edit("kim.toml", r"^language = .*$", 'language = "xx"')
    system("systemctl", "reload", "kim")
    wait("a reload with a mistake is refused, and it serves on", lambda: "is refused, the one before stays in force" in journal(), 30)
    edit("kim.toml", r"^language = .*$", 'language = "de"')
    system("systemctl", "reload", "kim")
    assert system.active() and system.main() == main

    os.kill(outside(main), signal.SIGKILL)
    restarted(main, "after it was killed", 60)
    main = system.main()
    os.kill(outside(main), signal.SIGSTOP)
    restarted(main, "after it hung longer than its watchdog allows", 120)
    assert "watchdog" in there(system.first, "journalctl", "-u", "kim", "--no-pager").stdout.lower()
    each_minute(len(received))

    main = system.main()
    system("dpkg", "-i", "/var/tmp/kim.deb")
    restarted(main, "on its new version", 90)
    system.documented("sichern")
    edit("kim.toml", r"^language = .*$", "language = broken")
    before = len(received)
    system.documented("wiederherstellen")
    assert system.active()
    say("restored as documented, and it serves")
    time.sleep(70)
    letters = [mail for _, mail in received[before:] if b"Subject: kim: " not in mail]
    assert not letters, f"after the restore {len(letters)} reports went out once more"
    system("systemctl", "stop", "kim")
    assert system.of_unit("Result") == "success", system.of_unit("Result")
    assert "stopped" in journal().splitlines()[-1] or "stopped" in journal()
    journal_knows_no_secret()
    system("dpkg", "-P", "kim")
    assert not (root / "etc/systemd/system/multi-user.target.wants/kim.service").is_symlink()
    say("stopped when asked, removed; what was returned is kept")
    holder.kill()


def journal_knows_no_secret():
    text = there(system.first, "journalctl", "--no-pager").stdout
    for word in (PASSWORD.decode(), "@example", "eingang/20"):
        assert word not in text, f"the journal tells {word}"


if inside:
    try:
        story()
    except BaseException:
        (out / "journal.log").write_text(journal(), encoding="utf-8")
        raise
else:
    assert os.geteuid() == 0, "needs root: it makes a system of its own"
    out.mkdir(parents=True, exist_ok=True)
    clean_root()
    spaces = ["unshare", "--mount", "--pid", "--mount-proc", "--net", "--fork", "--kill-child"]
    sys.exit(subprocess.run([*spaces, sys.executable, "-W", "ignore", __file__, *sys.argv[1:5], "inside"]).returncode)
