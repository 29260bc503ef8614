"""Servers that speak TLS, and a proxy before them. Makes its own authority and certificates in the folder that is
its argument, prints the ports as one line of JSON, and ends when its standard input does.

What the proxy was asked is appended to the file proxy.log in that folder, a line for each request's head."""

import http.server
import json
import select
import socket
import ssl
import sys
import threading

from certificates import make_all, path


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with what it knows of the request."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        certificate = self.connection.getpeercert()
        subject = dict(part[0] for part in certificate["subject"]) if certificate else {}
        body = json.dumps({
            "host": self.headers["Host"],
            "client": subject.get("commonName", ""),
            "asked_for": getattr(self.connection, "asked_for", ""),
            "version": self.connection.version(),
        }).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass

    def get_request(self):
        connection, address = self.socket.accept()
        connection.settimeout(20)
        return self.context.wrap_socket(connection, server_side=True), address


def serve_https(needs_client, newest=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path("server.pem"), path("server.key"))
    if newest:
        context.maximum_version = newest
    if needs_client:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(path("authority.pem"))

    def remember(connection, name, _):
        connection.asked_for = name or ""

    context.sni_callback = remember
    server = Server(("127.0.0.1", 0), Echo)
    server.context = context
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def head_of(connection):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            return ""
        head += byte
    return head.decode()


def carry(connection):
    with connection:
        head = head_of(connection)
        with open(path("proxy.log"), "a") as log:
            log.write(json.dumps(head) + "\n")
        method, target, _ = head.split("\r\n")[0].split(" ")
        if "secret-of-the-proxy" not in head and "proxy-authorization" not in head.lower():
            connection.sendall(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
            return
        if method != "CONNECT":
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nvia proxy")
            return
        port = int(target.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as other:
            connection.sendall(b"HTTP/1.1 200 Connected\r\nX-Of-The-Proxy: 1\r\n\r\n")
            pairs = {connection: other, other: connection}
            while True:
                for ready in select.select(list(pairs), [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    pairs[ready].sendall(data)


def serve_proxy():
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=carry, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


make_all()
open(path("proxy.log"), "w").close()
ports = {
    "https": serve_https(False),
    "mutual": serve_https(True),
    "old": serve_https(False, ssl.TLSVersion.TLSv1_2),
    "proxy": serve_proxy(),
}
print(json.dumps(ports), flush=True)
sys.stdin.read()
