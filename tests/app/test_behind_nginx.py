"""A real nginx in front: the office's configuration lets people sign in, the usual ones nobody."""

import base64
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from data.log import journal
from data.people import accounts, tokens
from tests import browser as browsers

# The system's, or the one that tests/run unpacked.
NGINX = shutil.which("nginx") or shutil.which(
    "nginx", path=os.pathsep.join(["/usr/sbin", f"{sys.prefix}/nginx/usr/sbin"])
)
pytestmark = pytest.mark.skipif(NGINX is None, reason="needs nginx")
OWN = "correct horse 电池"
SECRET = tokens.make()
# What is found on the internet for Streamlit behind nginx, from the shortest on.
USUAL = (
    "",
    "proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr;",
    # One that leaves no trace of itself.
    'proxy_set_header X-Forwarded-For ""; proxy_set_header Host localhost;',
)


def certificate(folder):
    """A certificate of a day for localhost, in the places where the configuration looks."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(plain)


@pytest.fixture
def run(tmp_path):
    """Run nginx with these servers until the test ends."""
    started = []

    def begin(servers, port):
        folder = tmp_path / f"nginx{len(started)}"
        folder.mkdir()
        paths = "".join(
            f"{kind}_temp_path {folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/pid; worker_processes 1; error_log {folder}/error.log;\n"
            f"events {{}}\nhttp {{ access_log off; {paths}\n{servers}\n}}\n",
            "utf-8",
        )
        words = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        started.append(subprocess.Popen(words, stderr=subprocess.DEVNULL))
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError((folder / "error.log").read_text("utf-8", "replace"))

    yield begin
    for process in started:
        process.terminate()
        process.wait(10)


@pytest.fixture
def dashboard(demo_store, tmp_path):
    """A dashboard of its own on a copy of the demo store."""
    own_log = shutil.ignore_patterns("log")
    store = shutil.copytree(demo_store, tmp_path / "store", copy_function=os.link, ignore=own_log)
    server = browsers.start(store, tmp_path / "log.txt")
    yield server, store
    server.stop()


def ask(port, path="/", *, tls=False, method="GET", body=None, **headers):
    if tls:
        anybody = ssl.create_default_context()
        anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
        line = http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=anybody)
    else:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    answer = line.getresponse()
    text = "" if answer.status == 101 else answer.read().decode("utf-8", "replace")
    line.close()
    return answer.status, text, answer.headers


def upgrade(**more):
    key = base64.b64encode(os.urandom(16)).decode()
    return {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": key,
        "Sec_WebSocket_Protocol": "streamlit",
    } | more


def test_no_usual_configuration_takes_the_network_for_the_person_at_this_computer(dashboard, run):
    server, _ = dashboard
    ports = [browsers.free_port() for _ in USUAL]
    servers = "\n".join(
        f"server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass {server.url};"
        " proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
        f' proxy_set_header Connection "upgrade"; {extra} }} }}'
        for port, extra in zip(ports, USUAL, strict=True)
    )
    run(servers, ports[0])
    for port in ports:
        assert ask(port)[0] == 403
        assert ask(port, "/_stcore/stream", **upgrade())[0] == 403
        assert ask(port, "/_stcore/upload_file/a/b", method="PUT", body=b"x")[0] == 403


def test_the_offices_configuration_carries_sign_in_pages_and_websockets_over_tls(
    dashboard, run, tmp_path
):
    server, store = dashboard
    accounts.add(store, "张三", role="管理")
    accounts.change_password(store, "张三", OWN)
    (store / "settings.yaml").write_text(
        "trusted_proxy:\n  addresses: [127.0.0.1]\n  secret_header: X-Hpa-Secret\n"
        f"  secret_sha256: {tokens.digest(SECRET)}\n",
        "utf-8",
    )
    certificate(tmp_path)
    (tmp_path / "secret.conf").write_text(f'proxy_set_header X-Hpa-Secret "{SECRET}";', "utf-8")
    plain, tls = browsers.free_port(), browsers.free_port()
    written = (browsers.ROOT / ".office/nginx.conf").read_text("utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{tls} ssl;"),
        ("/etc/nginx/kanban/", f"{tmp_path}/"),
        ("http://127.0.0.1:8501", server.url),
    ):
        assert old in written
        written = written.replace(old, new)
    run(written, tls)
    site = f"https://127.0.0.1:{tls}"

    assert ask(plain, "/x")[0] == 301
    status, page, headers = ask(tls, "/signing", tls=True, Accept="text/html")
    assert (status, page) == (303, "")
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert ask(server.port, "/sign-in")[0] == 403  # past nginx nobody comes in
    status, _, headers = ask(
        tls,
        "/sign-in?next=%2Fsigning",
        tls=True,
        method="POST",
        body="name=%E5%BC%A0%E4%B8%89&password=correct+horse+%E7%94%B5%E6%B1%A0",
        Origin=site,
    )
    assert (status, headers["location"]) == (303, "/signing")
    assert "Secure" in headers["set-cookie"]
    cookie = headers["set-cookie"].partition(";")[0]
    assert 'lang="zh-CN"' in ask(tls, "/signing", tls=True, Cookie=cookie)[1]
    opened = upgrade(Cookie=cookie, Origin=site)
    assert ask(tls, "/_stcore/stream", tls=True, **opened)[0] == 101
    assert ask(tls, "/_stcore/stream", tls=True, **upgrade(Origin=site))[0] == 401
    big = ask(tls, "/x", tls=True, method="PUT", body=b"x" * 1000, Content_Length="60000000")
    assert big[0] == 413
    assert {line["ip"] for line in journal.read(store) if line["action"] == "sign_in"} == {
        "127.0.0.1"
    }


def test_nginx_takes_as_much_as_streamlit_does():
    config = (browsers.ROOT / ".streamlit/config.toml").read_text("utf-8")
    written = (browsers.ROOT / ".office/nginx.conf").read_text("utf-8")
    most = re.search(r"maxUploadSize = (\d+)", config)[1]
    assert f"client_max_body_size {most}m;" in written
