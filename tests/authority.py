"""A time-stamp authority of our own, made with OpenSSL, and a server that asks it as an authority on the web does."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_SETTINGS = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
[req]
distinguished_name = nobody
prompt = no
[nobody]
CN = {name}
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[stamps]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
"""


class Authority:
    """Signs what it is asked to; `certificate` is whom to trust."""

    def __init__(self, folder: Path, name: str = "Authority of the tests") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.certificate = folder, folder / "ca.pem"
        for kind in ("ca", "tsa"):
            (folder / f"{kind}.cnf").write_text(_SETTINGS.format(folder=folder, name=f"{name} {kind}"))
        (folder / "serial").write_text("01\n")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        self._run(
            "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-config", "ca.cnf", "-extensions", "authority"
        )
        self._run("req", "-new", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-config", "tsa.cnf")
        signed_by = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial")
        self._run(
            "x509", "-req", "-in", "tsa.csr", *signed_by, "-out", "tsa.pem", "-days", "2", "-extfile", "tsa.cnf", "-extensions", "stamps"
        )

    def answer(self, question: bytes) -> bytes:
        """The stamp (.tsr) for a question (.tsq)."""
        (self.folder / "question.tsq").write_bytes(question)
        self._run("ts", "-reply", "-queryfile", "question.tsq", "-out", "answer.tsr", "-config", "tsa.cnf", "-section", "here")
        return (self.folder / "answer.tsr").read_bytes()

    def vouches(self, answer: bytes, root: str) -> bool:
        """Whether OpenSSL itself finds that the answer stamps this root."""
        (self.folder / "given.tsr").write_bytes(answer)
        done = self._run("ts", "-verify", "-digest", root, "-in", "given.tsr", "-CAfile", "ca.pem", check=False)
        return done.returncode == 0

    def _run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, check=check, timeout=60)


def is_there() -> bool:
    """Whether OpenSSL is, without which there is no authority."""
    return shutil.which("openssl") is not None


@contextmanager
def served(authority: Authority) -> Iterator[str]:
    """The address at which the authority answers, on the loopback alone."""

    class Asked(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if self.path == "/tsr" else 503)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/tsr"
    finally:
        server.shutdown()
        server.server_close()
