"""Delivers one run to a real mail server on this machine: STARTTLS with its own authority, login, and the workbook arrives
byte for byte; a second run as of the same moment sends nothing more."""

import email
import email.policy
import hashlib
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

kim, clone, as_of, out = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3], pathlib.Path(sys.argv[4])
USER, PASSWORD = b"kim", b"only-for-this-check"


def openssl(*arguments, stdin=None):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=out, input=stdin, text=True)


def certificates():
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=check authority", "-keyout", "ca.key",
            "-out", "ca.pem", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    (out / "server.ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "server.ext", "-out", "server.pem")


class Mailbox:
    def __init__(self):
        self.received = []

    async def handle_DATA(self, server, session, envelope):
        assert session.ssl is not None, "the message came without TLS"
        assert session.authenticated, "the message came without a login"
        self.received.append((envelope.rcpt_tos, envelope.content))
        return "250 taken"


def authenticate(server, session, envelope, mechanism, login):
    return AuthResult(success=(login.login, login.password) == (USER, PASSWORD))


def attachments(content):
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert message["Message-ID"] and message["Date"] and message["Auto-Submitted"], message.keys()
    bodies = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert bodies[:2] == ["text/plain", "text/html"], bodies
    return [hashlib.sha256(part.get_payload(decode=True)).hexdigest() for part in message.iter_attachments()]


def run():
    environment = {**os.environ, "KIM_CHECK_PASSWORD": PASSWORD.decode()}
    done = subprocess.run([kim, "run", "--json", "--as-of", as_of], cwd=out, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert PASSWORD.decode() not in done.stdout + done.stderr, "the password was printed"
    return json.loads(done.stdout)


shutil.rmtree(out, ignore_errors=True)
out.mkdir(parents=True)
for part in ("config", "pipelines", "samples"):
    shutil.copytree(clone / part, out / part)
certificates()
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
with open(out / "config/kim.toml", "a", encoding="utf-8") as settings:
    settings.write(f"""
[mail.server]
host = "localhost"
port = {port}
security = "starttls"
user = "{USER.decode()}"
password_env = "KIM_CHECK_PASSWORD"
ca_file = "../ca.pem"
timeout_seconds = 20
""")
tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
tls.load_cert_chain(out / "server.pem", out / "server.key")
mailbox = Mailbox()
server = Controller(mailbox, hostname="127.0.0.1", port=port, tls_context=tls, require_starttls=True, auth_required=True,
                    auth_require_tls=True, authenticator=authenticate, data_size_limit=2**26)
server.start()
try:
    told = run()
    editions = {edition["sha256"] for edition in told["editions"]}
    states = {delivery["state"] for delivery in told["deliveries"]}
    assert states == {"sent"}, told["deliveries"]
    assert len(mailbox.received) == len(told["deliveries"]), "not every mail arrived"
    arrived = set()
    for recipients, content in mailbox.received:
        assert len(recipients) == 1, recipients
        found = attachments(content)
        assert len(found) == 1 and found[0] in editions, "the attachment is not the edition"
        arrived |= set(found)
    assert arrived == editions, "an edition reached nobody"
    count = len(mailbox.received)
    run()
    assert len(mailbox.received) == count, "the same edition was sent twice"
finally:
    server.stop()
print(f"{count} mails over STARTTLS, {len(editions)} editions byte for byte; the second run sent none")
