"""Somebody else's server of pictures: https on this machine, with a certificate of its own."""

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "anh.dongthap.example"


class Media:
    """Answers each request by `answers[path]`: bytes, or a function of the connection."""

    def __init__(self, folder):
        self.certificate = _certificate(folder)
        self.answers, self.asked = {}, []

    def trust(self):
        return ssl.create_default_context(cafile=self.certificate)

    @contextmanager
    def running(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        with socket.create_server(("127.0.0.1", 0)) as line:
            self.port = line.getsockname()[1]
            threading.Thread(target=self._serve, args=(line, context), daemon=True).start()
            yield self

    def _serve(self, line, context):
        while True:
            try:
                plain, _address = line.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(plain, context), daemon=True).start()

    def _answer(self, plain, context):
        try:
            with context.wrap_socket(plain, server_side=True) as client:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += client.recv(4096)
                path = head.split()[1].decode()
                self.asked.append(path)
                answer = self.answers.get(path, said(404))
                answer(client) if callable(answer) else client.sendall(answer)
        except OSError:
            pass  # the other side has had enough


def said(status, content=b"", **headers):
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + content


def _certificate(folder):
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "server.pem"
    plain = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(pem, pkcs8, plain) + made.public_bytes(pem))
    return str(path)
