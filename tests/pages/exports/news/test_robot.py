"""The group's robot: each firm's format, tried against a receiver on this computer."""

import base64
import hashlib
import hmac
import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from data import settings
from data.errors import UsageError
from data.log import journal
from data.settings import DINGTALK, FEISHU, WECOM, Robot, SettingsError
from pages.exports.news import robot
from pages.exports.news.compare import Moment
from queries.engine import Engine
from tests.queries import tiny_store as tiny

SECRET = "key=f00d-5ec4e7"
WEEK = "2020-W51"


class Receiver:
    """What a robot's server got, and what it answers: a status and a body, one after the other."""

    def __init__(self, *answers):
        self.answers = list(answers) or [(200, {"errcode": 0})]
        self.got = []
        self.waited = []

    def answer(self, path, body):
        self.got.append((path, json.loads(body)))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def listening(receiver):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, said = receiver.answer(self.path, body)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/send?{SECRET}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def robot_at(tmp_path):
    def made(address, kind=WECOM, key=""):
        file = tmp_path / "robot-address"
        file.write_text(f"{address}\n{key}".strip() + "\n", "utf-8")
        return Robot(kind, file)

    return made


def sent(robot_at, receiver, text="新情况", **how):
    with listening(receiver) as address:
        robot.post(robot_at(address, **how), text, wait=receiver.waited.append)
    return receiver.got[-1]


def test_wecom_and_dingtalk_take_a_text_of_their_kind(robot_at):
    expected = {"msgtype": "text", "text": {"content": "新情况"}}
    for kind in (WECOM, DINGTALK):
        path, body = sent(robot_at, Receiver(), kind=kind)
        assert (path, body) == (f"/send?{SECRET}", expected)


def test_dingtalk_is_signed_in_the_address(robot_at):
    path, _ = sent(robot_at, Receiver(), kind=DINGTALK, key="SECabc")
    said = parse_qs(urlsplit(path).query)
    (stamp,) = said["timestamp"]
    digest = hmac.new(b"SECabc", f"{stamp}\nSECabc".encode(), hashlib.sha256).digest()
    assert len(stamp) == 13
    assert said["sign"] == [base64.b64encode(digest).decode()]


def test_feishu_has_its_own_words_and_is_signed_in_the_body(robot_at):
    _, body = sent(robot_at, Receiver((200, {"code": 0})), kind=FEISHU, key="abc")
    digest = hmac.new(f"{body['timestamp']}\nabc".encode(), b"", hashlib.sha256).digest()
    assert body["content"] == {"text": "新情况"}
    assert body["msg_type"] == "text"
    assert body["sign"] == base64.b64encode(digest).decode()


def test_a_message_that_is_too_long_is_cut_and_says_so(robot_at):
    _, body = sent(robot_at, Receiver(), "长" * 2_000)
    content = body["text"]["content"]
    assert len(content.encode()) <= 2_048
    assert content.endswith("（其余见看板）")


def test_a_server_that_is_down_for_a_moment_is_asked_again(robot_at):
    receiver = Receiver((503, {}), (200, {"errcode": 0}))
    sent(robot_at, receiver)
    assert len(receiver.got) == 2
    assert receiver.waited == [1.0]


@pytest.mark.parametrize(
    ("answer", "tries", "words"),
    [
        ((500, {}), 3, "它的服务器回答 500"),
        ((404, {}), 1, "它的服务器回答 404"),
        ((302, {}), 1, "它的服务器回答 302"),
        ((200, {"errcode": 310000, "errmsg": "keywords"}), 1, "代码是 310000"),
        ((200, ["不对"]), 1, "代码是 None"),
    ],
)
def test_what_is_refused_is_told_without_the_address(robot_at, answer, tries, words):
    receiver = Receiver(answer)
    with pytest.raises(robot.RobotError, match=words) as refused:
        sent(robot_at, receiver)
    assert len(receiver.got) == tries
    assert SECRET not in str(refused.value)


def test_nobody_there_is_told_after_three_tries(robot_at):
    waited = []
    with pytest.raises(robot.RobotError, match="连不上") as refused:
        robot.post(robot_at(f"http://127.0.0.1:9/send?{SECRET}"), "新", wait=waited.append)
    assert waited == [1.0, 4.0]
    assert SECRET not in str(refused.value)


def test_the_news_are_told_and_the_log_names_no_address(robot_at, tmp_path):
    store = tiny.store(
        tmp_path / "store", [tiny.value(tiny.CITY, WEEK, 90, 100, indicator="signing_rate")]
    )
    receiver = Receiver()
    with listening(receiver) as address:
        now, before = Moment(1, WEEK), Moment(1, "2020-W50")
        robot.tell(Engine(store), robot_at(address), tiny.CITY, now, before, who="王")
    assert "新情况" in receiver.got[0][1]["text"]["content"]
    (line,) = journal.read(store.path)
    assert (line["action"], line["who"], line["result"]) == ("export", "王", "done")
    assert SECRET not in json.dumps(line)


def written(tmp_path, text, address="https://robot.example/send?" + SECRET, mode=0o600):
    file = tmp_path / "robot-address"
    file.write_text(address, "utf-8")
    file.chmod(mode)
    (tmp_path / settings.FILE_NAME).write_text(text, "utf-8")
    return settings.load(tmp_path)


GOOD = "robot: {kind: 钉钉, secret_file: robot-address}\n"


def test_without_the_setting_nothing_is_ever_sent(tmp_path):
    assert settings.load(tmp_path).robot is None
    with pytest.raises(UsageError, match="没有 robot"):
        robot.wanted(tmp_path)


def test_the_setting_names_a_kind_and_a_file_that_others_cannot_read(tmp_path):
    found = written(tmp_path, GOOD).robot
    assert (found.kind, found.after_publish) == (DINGTALK, False)
    assert found.address_and_key() == (f"https://robot.example/send?{SECRET}", "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": GOOD.replace("钉钉", "微信")}, "企业微信、钉钉、飞书 之一"),
        ({"text": GOOD.replace("robot-address", "nowhere")}, "里面一行"),
        ({"text": "robot: {kind: 钉钉}\n"}, "kind、secret_file"),
        ({"text": GOOD, "mode": 0o644}, "只有属主能读"),
        ({"text": GOOD, "address": f"http://robot.example/{SECRET}"}, "https 开头"),
        ({"text": GOOD, "address": "a\nb\nc"}, "只有2行"),
        ({"text": f"robot: {{kind: 钉钉, secret_file: 'https://x.example/{SECRET}'}}\n"}, "文件名"),
        ({"text": f"robot: 'https://x.example/{SECRET}'\n"}, "kind、secret_file"),
    ],
)
def test_a_wrong_setting_is_told_without_the_address(tmp_path, change, words):
    with pytest.raises(SettingsError, match=words) as refused:
        written(tmp_path, **change)
    assert SECRET not in str(refused.value)
