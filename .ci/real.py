"""The real one: a clean system, the package, Debian's mail server on loopback, and a run on schedule in real time.

  real.py PACKAGE.deb REPOSITORY FOLDER      (as root)

In namespaces of its own (processes, mounts, network): no mail can leave, and nothing is left behind but FOLDER. There is no
systemd in there: the service is started as its unit says, by the same user, with the same environment, without privileges, on
a file system that is read-only but for its state folder.
"""

import email
import email.policy
import fcntl
import io
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import tomllib

import openpyxl

package, repository, out = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
inside = sys.argv[4:] == ["inside"]
base, root, strict = out / "base", out / "root", out / "strict"
PORT = 2525
NEEDED = "adduser,ca-certificates,opensmtpd"
begun = time.monotonic()


def say(text):
    print(f"{time.monotonic() - begun:6.1f} s  {text}", flush=True)


def run(*command, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def in_root(*command, **more):
    clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LANG": "C.UTF-8"}
    return run("chroot", root, *command, env=clean, **more)


# ---------------------------------------------------------------- a clean system


def system():
    """The suite of this machine, which built the binary: its C library is what the package asks for."""
    about = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', pathlib.Path("/etc/os-release").read_text(), re.M))
    if about["ID"] == "ubuntu":
        return about["VERSION_CODENAME"], "http://archive.ubuntu.com/ubuntu", "main,universe"
    return about.get("VERSION_CODENAME", "stable"), "http://deb.debian.org/debian", "main"


def clean_root():
    done = base / ".complete"
    if not done.exists() or done.read_text() != NEEDED:
        shutil.rmtree(base, ignore_errors=True)
        suite, mirror, components = system()
        log = out / "debootstrap.log"
        with open(log, "w", encoding="utf-8") as told:
            command = ["debootstrap", "--variant=minbase", f"--components={components}", f"--include={NEEDED}", suite, str(base), mirror]
            code = subprocess.run(command, stdout=told, stderr=told).returncode
        assert code == 0, f"debootstrap failed, see {log}\n" + log.read_text(encoding="utf-8")[-2000:]
        done.write_text(NEEDED)
    shutil.rmtree(root, ignore_errors=True)
    run("cp", "-a", base, root)


def loopback():
    """A network namespace begins with its loopback down (SIOCSIFFLAGS, IFF_UP)."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))


# ---------------------------------------------------------------- a mail server


def mail_server():
    in_root("useradd", "--create-home", "post")
    (root / "etc/aliases").touch()
    (root / "etc/smtpd.conf").write_text(f"""
listen on 127.0.0.1 port {PORT}
table everybody {{ "@" = "post" }}
action "keep" maildir "/home/post/Maildir" virtual <everybody>
match from local for any action "keep"
""")
    (root / "etc/mailname").write_text("kreis.example.org\n")
    server = subprocess.Popen(["chroot", root, "/usr/sbin/smtpd", "-d"], stdout=open(out / "smtpd.log", "w"), stderr=subprocess.STDOUT)
    wait("the mail server answers", lambda: server.poll() is None and answers(), 30)


def answers():
    try:
        with socket.create_connection(("127.0.0.1", PORT), timeout=1) as line:
            return line.recv(3) == b"220"
    except OSError:
        return False


def mails():
    folder = root / "home/post/Maildir/new"
    parse = lambda path: email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return [parse(path) for path in sorted(folder.iterdir())] if folder.exists() else []


# ---------------------------------------------------------------- the service, as its unit says


class Unit:
    def __init__(self):
        text = (root / "usr/lib/systemd/system/kim.service").read_text(encoding="utf-8")
        self.all = re.findall(r"^(\w+)=(.*)$", text, re.M)

    def one(self, key):
        return [value for name, value in self.all if name == key][-1]

    def command(self, key):
        """What the unit starts, in its file system and as its user, who can gain nothing."""
        user = self.one("User")
        bare = ["setpriv", f"--reuid={user}", f"--regid={self.one('Group')}", "--init-groups", "--no-new-privs",
                "--bounding-set=-all", "--inh-caps=-all"]
        mask = f"umask {self.one('UMask')}; ulimit -c 0; exec \"$@\""
        return ["chroot", str(strict), *bare, "sh", "-c", mask, "sh", *shlex.split(self.one(key))]


def file_system():
    """ProtectSystem=strict, StateDirectory, PrivateTmp, ProcSubset=pid and ProtectProc=invisible, by hand."""
    strict.mkdir(exist_ok=True)
    run("mount", "--bind", root, strict)
    run("mount", "-o", "remount,bind,ro,nosuid", strict)
    run("mount", "--bind", root / "var/lib/kim", strict / "var/lib/kim")
    run("mount", "-t", "tmpfs", "tmpfs", strict / "tmp")
    run("mount", "-t", "proc", "-o", "subset=pid,hidepid=invisible", "proc", strict / "proc")


def environment(notify):
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "USER": "kim", "HOME": "/var/lib/kim",
            "STATE_DIRECTORY": "/var/lib/kim", "CREDENTIALS_DIRECTORY": "/run/credentials/kim.service",
            "NOTIFY_SOCKET": notify, "INVOCATION_ID": "0" * 32}


class Service:
    """One start of the unit, with the socket on which it says that it is ready."""

    def __init__(self, unit):
        path = root / "run/kim-notify"
        path.unlink(missing_ok=True)
        self.heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.heard.bind(str(path))
        path.chmod(0o666)
        self.said = ""
        # Read all the time, as systemd does: whoever tells and is not heard waits.
        threading.Thread(target=self.listen, daemon=True).start()
        env = environment("/run/kim-notify")
        self.log = open(out / "kim.log", "a", encoding="utf-8")
        self.process = subprocess.Popen(unit.command("ExecStart"), env=env, stdout=self.log, stderr=self.log)

    def listen(self):
        while True:
            self.said += self.heard.recv(4096).decode() + "\n"

    def alive(self):
        assert self.process.poll() is None, "the service ended\n" + (out / "kim.log").read_text(encoding="utf-8")[-3000:]
        return True

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=120)
        assert code == 0, f"the service ended with {code} when asked to stop"
        wait("stopped when asked", lambda: "STOPPING=1" in self.said, 10)


def kim(*arguments):
    """By hand, as betrieb.md says: the user of the service, the configuration of the package."""
    command = ["chroot", str(root), "setpriv", "--reuid=kim", "--regid=kim", "--init-groups", "kim", "--config", "/etc/kim/config"]
    return subprocess.run([*command, *arguments], env={"PATH": "/usr/sbin:/usr/bin:/bin"}, capture_output=True, text=True)


def wait(what, done, seconds):
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.5)
    say(what)


def next_slot():
    """The minute after the one that now begins, by when what was due in that one is done or under way."""
    return (int(time.time()) // 60 + 1) * 60


# ---------------------------------------------------------------- the story


def install():
    shutil.copy(package, root / "tmp/kim.deb")
    told = in_root("dpkg", "-i", "/tmp/kim.deb")
    assert "does not run yet" in told, told
    say(f"installed {package.name}")
    passed = kim("check")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "mail is not sent" in passed.stdout, "a fresh installation could send mail\n" + passed.stdout
    assert not (root / "var/lib/kim/data").exists(), "something ran before it was set up"
    assert not list((root / "var/lib/kim/eingang").iterdir()), "something invented lies in the inbox"
    known = dict(re.findall(r"^(\w+):x:(\d+):", (root / "etc/passwd").read_text(), re.M))
    for path, mode, owner in [("var/lib/kim", 0o750, known["kim"]), ("etc/kim", 0o750, "0"), ("etc/kim/secrets", 0o700, "0")]:
        about = (root / path).stat()
        assert (about.st_mode & 0o777, about.st_uid) == (mode, int(owner)), f"{path}: {about}"


def set_up():
    """What the coordinator and the district's IT do: sources, mail server, schedule."""
    shutil.copytree(repository / "samples/eingang", root / "var/lib/kim/eingang", dirs_exist_ok=True)
    shutil.copy(repository / "samples/eingang.csv", root / "var/lib/kim/eingang.csv")
    in_root("chown", "-R", "kim:kim", "/var/lib/kim")
    edit("kim.toml", r'^# arrivals = .*$', 'arrivals = "/var/lib/kim/eingang.csv"')
    edit("kim.toml", r"\Z", f'\n[mail.server]\nhost = "127.0.0.1"\nport = {PORT}\nsecurity = "none"\n')
    edit("../pipelines/monitoring.toml", r'^cron = .*$', 'cron = "* * * * *"')


def edit(name, pattern, text):
    path = root / "etc/kim/config" / name
    before = path.read_text(encoding="utf-8")
    after, count = re.subn(pattern, text, before, count=1, flags=re.M)
    assert count == 1, f"{name} has no {pattern}"
    path.write_text(after, encoding="utf-8")


def recipients():
    contacts = tomllib.loads((root / "etc/kim/config/contacts.toml").read_text(encoding="utf-8"))
    all_of_them = [text for audience in contacts["audience"].values() for text in audience["recipients"]]
    return sorted(re.sub(r".*<(.*)>", r"\1", text) for text in all_of_them)


def each_got_one(expected):
    got = sorted(str(mail["To"].addresses[0].addr_spec) for mail in mails())
    assert got == expected, f"expected one mail for each of {expected}, got {got}"
    books = set()
    for mail in mails():
        attached = [part for part in mail.iter_attachments()]
        assert len(attached) == 1, f"{mail['To']} got {len(attached)} attachments"
        book = openpyxl.load_workbook(io.BytesIO(attached[0].get_payload(decode=True)))
        assert len(book.sheetnames) > 3 and book.worksheets[0].max_row > 1, book.sheetnames
        books.add(attached[0].get_filename())
    return books


def story():
    loopback()
    run("mount", "-t", "proc", "proc", root / "proc")
    install()
    set_up()
    mail_server()
    file_system()
    unit, expected = Unit(), recipients()

    service = Service(unit)
    if unit.one("Type") == "notify":
        wait("the service is ready", lambda: service.alive() and "READY=1" in service.said, 60)
    slot = next_slot()
    early = mails()
    assert not early, "mail before the first slot"
    wait(f"{len(expected)} mails, on schedule", lambda: service.alive() and len(mails()) >= len(expected), 240)
    assert time.time() >= slot, "it did not wait for its slot"
    books = each_got_one(expected)
    say(f"each of {len(expected)} recipients has one mail, and openpyxl opens {', '.join(sorted(books))}")
    check()
    service.stop()

    service = Service(unit)
    another_slot(service, expected)
    documented("sichern")
    service.stop()
    say("backed up while it served; started again, nobody was mailed twice")

    edit("kim.toml", r"^language = .*$", "language = broken")
    documented("wiederherstellen")
    service = Service(unit)
    another_slot(service, expected)
    service.stop()
    say("restored as documented, nobody was mailed twice")
    remove()


def another_slot(service, expected):
    runs = root / "var/lib/kim/data/runs"
    before = len(list(runs.iterdir()))
    wait("the next slot has run", lambda: service.alive() and len(list(runs.iterdir())) > before, 180)
    each_got_one(expected)


def documented(name):
    """The commands of docs/betrieb.md, letter for letter. There is no systemd in here: what it is told, is done by this story."""
    block = re.search(rf"^```sh\n# {name}\n(.*?)^```", (repository / "docs/betrieb.md").read_text(encoding="utf-8"), re.M | re.S)
    stub = root / "usr/local/bin/systemctl"
    stub.write_text("#!/bin/sh\n")
    stub.chmod(0o755)
    in_root("env", "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "sh", "-eux", "-c", block[1])
    say(f"done as documented: {name}")


def check():
    told = kim("status", "--check")
    assert told.returncode == 0, f"kim status --check ended with {told.returncode}\n{told.stdout}{told.stderr}"
    say(f"kim status --check: {told.stdout.strip()}")


def remove():
    in_root("dpkg", "-r", "kim")
    assert (root / "etc/kim/config/kim.toml").exists() and not (root / "usr/bin/kim").exists()
    told = in_root("dpkg", "-P", "kim")
    assert "/var/lib/kim is kept" in told, told
    assert not (root / "etc/kim").exists(), list((root / "etc/kim").rglob("*"))
    assert (root / "var/lib/kim/data/ledger.sqlite").exists(), "a purge has deleted the returns"
    say("removed and purged; what was returned is kept")


if inside:
    # Mounts of this namespace are seen by nobody else.
    run("mount", "--make-rprivate", "/")
    try:
        story()
    except BaseException:
        for log in ("smtpd.log", "kim.log"):
            if (out / log).exists():
                print(f"--- {log}\n" + (out / log).read_text(encoding="utf-8", errors="replace")[-3000:], file=sys.stderr)
        raise
else:
    assert os.geteuid() == 0, "needs root: it makes a system of its own"
    out.mkdir(parents=True, exist_ok=True)
    for log in ("smtpd.log", "kim.log"):
        (out / log).unlink(missing_ok=True)
    clean_root()
    say("a clean system")
    # Whatever happens, every process in there ends with the first one, and every mount with the last.
    spaces = ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child"]
    sys.exit(subprocess.run([*spaces, sys.executable, "-W", "ignore", __file__, *sys.argv[1:4], "inside"]).returncode)
