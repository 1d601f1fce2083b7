"""A Dovecot of our own for tests: on free ports, below a short folder in /tmp, with users and certificates."""

from __future__ import annotations

import contextlib
import imaplib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.helpers.waiting import wait_until

USERS = 128
PASSWORD = "secret"

_CONFIG = """\
protocols = imap
base_dir = {d}/run
state_dir = {d}/state
log_path = {d}/dovecot.log
listen = 127.0.0.1 127.0.0.2
ssl = yes
ssl_cert = <{d}/cert.pem
ssl_key = <{d}/key.pem
default_internal_user = {u}
default_internal_group = {g}
default_login_user = {u}
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
mail_fsync = never
mailbox_idle_check_interval = 1 s
mail_max_userip_connections = 1000
passdb {{
  driver = passwd-file
  args = {d}/users
}}
userdb {{
  driver = static
  args = uid={u} gid={g} home={d}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
"""


def missing() -> str:
    """Why Dovecot cannot be had here; "" when it can."""
    path = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        return "dovecot is not installed (Debian: dovecot-imapd)"
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    if not version.startswith("2.3"):
        return f"these tests know the configuration of Dovecot 2.3, here is {version.strip()}"
    return "" if shutil.which("openssl") else "openssl is not installed"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Dovecot:
    """Started by `start`; users are u0, u1, … and `user()` hands out one that nobody used before."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dc", dir="/tmp"))  # unix sockets allow 108 bytes of path
        self.host = "127.0.0.1"
        self.other_host = "127.0.0.2"
        """The same server by a name that its certificate does not have."""
        self.port, self.tls_port = _free_port(), _free_port()
        self._used = 0
        self._process: subprocess.Popen[bytes] | None = None
        root = os.geteuid() == 0
        user = "nobody" if root else subprocess.check_output(["id", "-un"], text=True).strip()
        group = "nogroup" if root else subprocess.check_output(["id", "-gn"], text=True).strip()
        self._command = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"] if root else []
        self._config = self.folder / "dovecot.conf"
        self._config.write_text(_CONFIG.format(d=self.folder, u=user, g=group, imap=self.port, imaps=self.tls_port))
        (self.folder / "users").write_text("".join(f"u{n}:{{PLAIN}}{PASSWORD}\n" for n in range(USERS)))
        self._certify()
        if root:
            subprocess.run(["chown", "-R", f"{user}:{group}", str(self.folder)], check=True)

    def _certify(self) -> None:
        command = (
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
        )
        names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        where = ["-keyout", str(self.folder / "key.pem"), "-out", str(self.folder / "cert.pem")]
        subprocess.run([*command.split(), *names, *where], check=True, capture_output=True)

    @property
    def trust(self) -> ssl.SSLContext:
        """A context that trusts this server's certificate and nothing else."""
        return ssl.create_default_context(cafile=str(self.folder / "cert.pem"))

    @property
    def log(self) -> str:
        return (self.folder / "dovecot.log").read_text(errors="replace")

    def start(self) -> None:
        """Start, and return when it answers."""
        dovecot = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert dovecot is not None
        self._process = subprocess.Popen(
            [*self._command, dovecot, "-F", "-c", str(self._config)],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._greets, otherwise=lambda: f"Dovecot does not start: {self.log}")

    def _greets(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), 1) as link:
            link.settimeout(1)
            return link.recv(100).startswith(b"* OK")
        return False

    def stop(self) -> None:
        """End the whole group: idle imap processes outlive their master."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def user(self) -> str:
        """A user with an empty mailbox."""
        self._used += 1
        return f"u{self._used - 1}"

    @contextlib.contextmanager
    def session(self, user: str) -> Iterator[imaplib.IMAP4]:
        """Somebody else's look into the same mailbox, with the standard library's client."""
        client = imaplib.IMAP4(self.host, self.port)
        client.login(user, PASSWORD)
        try:
            yield client
        finally:
            client.logout()

    def logins(self, user: str) -> int:
        """How often he has logged in so far. The log is written by a process of its own, so somebody else logs in."""
        last = self.user()
        with self.session(last):
            pass
        wait_until(
            lambda: f"Login: user=<{last}>" in self.log, otherwise=lambda: f"Dovecot does not write of it: {self.log}"
        )
        return self.log.count(f"Login: user=<{user}>")

    def put(self, user: str, *mails: bytes, folder: str = "INBOX", flags: str = "") -> None:
        """Let mail arrive."""
        with self.session(user) as client:
            if folder != "INBOX":
                client.create(f'"{folder}"')
            for mail in mails:
                answer, words = client.append(f'"{folder}"', flags, "", mail)
                assert answer == "OK", words

    def flags(self, user: str, folder: str = "INBOX") -> list[str]:
        """The flags of each mail in the folder, in order."""
        with self.session(user) as client:
            answer, words = client.select(f'"{folder}"', readonly=True)
            if answer != "OK":
                return []
            if words == [b"0"]:
                return []
            lines = client.fetch("1:*", "(FLAGS)")[1]
            return [line.decode().partition("FLAGS (")[2].rstrip(")") for line in lines if isinstance(line, bytes)]
