"""Mail servers of every kind. Prints their ports as one line of JSON, and ends when its standard input does.

Each mail that one of them takes is a line of JSON in the file mails.log of the folder that is the argument."""

import asyncio
import hashlib
import hmac
import json
import logging
import socket
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from certificates import make_all, path

logging.disable(logging.CRITICAL)
PASSWORD = "correct horse"
SECRET = "battery staple"


class Handler:
    """Takes mails, but for those to people who are not there."""

    def __init__(self, name):
        self.name = name

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such user here"
        if address.startswith("later@"):
            return "451 4.7.1 greylisted, try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        data = envelope.content.decode("utf-8", "replace")
        if "refuse-this" in data:
            return "554 5.7.1 looks like spam"
        with open(path("mails.log"), "a") as log:
            log.write(json.dumps({
                "server": self.name,
                "hello": session.host_name,
                "from": envelope.mail_from,
                "to": ",".join(envelope.rcpt_tos),
                "user": session.auth_data or "",
                "tls": "yes" if session.ssl else "no",
                "data": data,
            }) + "\n")
        return "250 OK"


class WithChallenge(Handler):
    """Knows CRAM-MD5 too."""

    async def auth_CRAM__MD5(self, server, args):
        challenge = "<17.42@receiver.test>"
        answer = (await server.challenge_auth(challenge)).decode().rsplit(" ", 1)
        expected = hmac.new(SECRET.encode(), challenge.encode(), hashlib.md5).hexdigest()
        return AuthResult(success=answer[1] == expected, auth_data="CRAM-MD5:" + answer[0])


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.password.decode() == PASSWORD
    return AuthResult(success=good, handled=False, auth_data=mechanism + ":" + data.login.decode())


def raw_server(talk):
    """A server that says what it is told to."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection):
        with connection:
            try:
                talk(connection, connection.makefile("rb"))
            except OSError:
                pass

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def until(lines, start):
    for line in lines:
        if line.upper().startswith(start):
            return


def silent(connection, lines):
    lines.read()


def dialogue(connection, lines):
    connection.sendall(b"220 hi\r\n")
    for line in lines:
        if line.upper().startswith(b"DATA"):
            break
        connection.sendall(b"250 OK\r\n")
    connection.sendall(b"354 go on\r\n")
    until(lines, b".\r\n")


def silent_after_text(connection, lines):
    dialogue(connection, lines)
    lines.read()


def silent_at_goodbye(connection, lines):
    dialogue(connection, lines)
    connection.sendall(b"250 taken\r\n")
    lines.read()


def closed_after_text(connection, lines):
    dialogue(connection, lines)


async def main():
    make_all()
    open(path("mails.log"), "w").close()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path("server.pem"), path("server.key"))
    loop = asyncio.get_running_loop()
    ports = {
        "silent": raw_server(silent),
        "silent_after_text": raw_server(silent_after_text),
        "silent_at_goodbye": raw_server(silent_at_goodbye),
        "closed_after_text": raw_server(closed_after_text),
    }

    async def serve(name, handler=None, tls=None, **options):
        factory = lambda: SMTP(handler or Handler(name), hostname="receiver.test", loop=loop, **options)
        server = await loop.create_server(factory, "127.0.0.1", 0, ssl=tls)
        ports[name] = server.sockets[0].getsockname()[1]

    login = {"authenticator": authenticate, "auth_require_tls": False}
    await serve("open")
    await serve("starttls", tls_context=context, require_starttls=True)
    await serve("tls", tls=context)
    await serve("login", auth_required=True, tls_context=context, authenticator=authenticate)
    await serve("only_login", auth_required=True, auth_exclude_mechanism=["PLAIN"], **login)
    await serve("challenge", handler=WithChallenge("challenge"), auth_required=True, **login)
    print(json.dumps(ports), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
