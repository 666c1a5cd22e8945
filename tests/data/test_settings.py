"""The settings file: defaults, what it may say, and what it says of its mistakes."""

import ipaddress

import pytest
import yaml

from data.people import tokens
from data.settings import Collector, Person, Settings, SettingsError, current, load

DIGEST = tokens.digest("a secret")
REST = f"user_header: X-Remote-User, secret_header: X-Secret, secret_sha256: {DIGEST}"


def settings(tmp_path, text):
    (tmp_path / "settings.yaml").write_text(text, "utf-8")
    return load(tmp_path)


def test_without_a_file_only_this_computer_may_look(tmp_path):
    assert load(tmp_path) == Settings()
    assert load(tmp_path).loopback_only


def test_the_log_is_kept_half_a_year_at_least_and_may_be_sent_on(tmp_path):
    found = settings(tmp_path, "log_months: 6\nsyslog: tcp://[::1]:601\n")
    assert (found.log_months, found.syslog) == (6, Collector("tcp", "::1", 601))
    for text in ("log_months: 5", "syslog: 10.1.2.3", "syslog: udp://host:0"):
        with pytest.raises(SettingsError, match=text.partition(":")[0]):
            settings(tmp_path, text)


def test_an_empty_file_says_nothing(tmp_path):
    assert settings(tmp_path, "# nothing yet\n") == Settings()


def test_everything_that_can_be_said(tmp_path):
    found = settings(
        tmp_path,
        "open: false\nmemory_limit: 512MB\nthreads: 1\ntime_limit: 30\n"
        "hosts: [Kanban.local, 10.0.0.9]\ncontact: 统计股 分机 8012\n"
        "default_role: 分析\ndefault_area: 全部\n"
        f"trusted_proxy: {{addresses: [10.0.0.5, 10.1.0.0/24], {REST}}}\n",
    )
    assert (found.open, found.memory_limit, found.threads, found.time_limit) == (
        False,
        "512MB",
        1,
        30,
    )
    assert found.hosts == {"kanban.local", "10.0.0.9"}
    assert found.contact == "统计股 分机 8012"
    assert found.person("nobody") == Person("分析", "", "nobody")
    assert found.trusted_proxy is not None
    assert found.trusted_proxy.knows("a secret")
    assert not found.trusted_proxy.knows("another")
    assert found.trusted_proxy.has(ipaddress.ip_address("10.1.0.77"))
    assert not found.trusted_proxy.has(ipaddress.ip_address("10.0.0.6"))
    assert not found.loopback_only


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("opne: true", "不认识的设置项 opne"),
        ("open: yes please", "open 是 'yes please'，应为 true 或 false"),
        ("open: 1", "应为 true 或 false"),
        ("open: true\nthreads: 2\nopen: false", "第 3 行（open 写了两次）"),
        ("threads: 0", "threads 是 0，应为大于 0 的整数"),
        ("threads: true", "应为大于 0 的整数"),
        ("time_limit: -3", "time_limit 是 -3"),
        ("memory_limit: plenty", "如 2GB、512MB 的大小"),
        ("trusted_proxy: 10.0.0.1", "四项"),
        ("trusted_proxy: {addresses: [10.0.0.1], user_header: X}", "token 网关 --proxy"),
        (f"trusted_proxy: {{addresses: [], {REST}}}", "至少一个地址"),
        (f"trusted_proxy: {{addresses: [proxy.local], {REST}}}", "IP 地址或网段"),
        (
            f"trusted_proxy: {{addresses: [10.0.0.1], {REST.replace('X-Secret', 'no:header')}}}",
            "请求头的名称",
        ),
        (
            f"trusted_proxy: {{addresses: [10.0.0.1], {REST.replace(DIGEST, 'secret')}}}",
            "64 位的校验值",
        ),
        (f"open: true\ntrusted_proxy: {{addresses: [10.0.0.1], {REST}}}", "只能写一个"),
        ("hosts: kanban.local", "本机名称的列表"),
        ("hosts: ['http://kanban.local']", "本机名称的列表"),
        ("contact: ''", "一句话"),
        ("default_role: 领导", "要一起写"),
        ("default_area: 全部", "要一起写"),
        ("default_role: 局长\ndefault_area: 全部", "领导、分析、管理 之一"),
        ("default_role: 领导\ndefault_area: ''", "区划代码或“全部”"),
        ("default_role: 领导\ndefault_area: 商丘", "区划代码"),
        ("sign_in: true", "不认识的设置项 sign_in"),
        ("- open", "名称: 值"),
        ("open: [", "不是正确的 YAML：第 1 行"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_remedy(tmp_path, text, said):
    with pytest.raises(SettingsError) as caught:
        settings(tmp_path, text)
    assert said in str(caught.value)
    assert "settings.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


OIDC = {
    "issuer": "https://sso.example",
    "client_id": "kanban",
    "address": "https://kanban.example",
    "role_claim": "roles",
    "roles": {"a": "领导", "b": "管理"},
    "area_claim": "dept",
    "areas": {"市": "全部", "区": 411403},
}


def oidc(tmp_path, **changes):
    entries = {name: value for name, value in (OIDC | changes).items() if value is not None}
    return settings(tmp_path, yaml.safe_dump({"threads": 1, "oidc": entries}, sort_keys=False))


def test_claims_give_the_greatest_role_and_exactly_one_area(tmp_path):
    found = oidc(tmp_path)
    assert not found.loopback_only
    for claims, person in (
        ({"roles": ["a", "b"], "dept": "区"}, Person("管理", "411403", "zhang")),
        ({"roles": "a", "dept": ["市"]}, Person("领导", "", "zhang")),
        ({"roles": ["a"], "dept": ["市", "区"]}, None),
        ({"roles": ["a"], "dept": "别处"}, None),
        ({"roles": ["c"], "dept": "市"}, None),
        ({"roles": {"a": 1}, "dept": "市"}, None),
        ({}, None),
    ):
        assert found.person("ZHANG", claims) == person
    plain = oidc(tmp_path, areas=None, role_claim="x.y", roles={"1": "分析"})
    assert plain.person("a", {"x": {"y": [1]}, "dept": "411403"}) == Person("分析", "411403", "a")
    assert plain.person("a", {"x": {"y": [1]}, "dept": "全部"}) is None


def test_whoever_is_barred_stays_out_whatever_claims_and_defaults_say(tmp_path):
    found = settings(
        tmp_path, "people: {zhang: {role: 停用}}\ndefault_role: 领导\ndefault_area: 全部\n"
    )
    assert found.person("Zhang") is None
    assert found.person("wang") == Person("领导", "", "wang")


@pytest.mark.parametrize(
    ("changes", "line", "said"),
    [
        ({"issuer": None}, 2, "还缺 issuer"),
        ({"issuer": "http://sso.example"}, 3, "https 开头"),
        ({"client_id": ""}, 4, "一行文字"),
        ({"address": "https://kanban.example/kanban"}, 5, "后面没有路径"),
        ({"secret_file": "missing"}, 14, "读得出来的文件"),
        ({"secret_file": "open"}, 14, "chmod 600"),
        ({"client_secret": "x"}, 2, "client_secret"),
        ({"roles": None}, 2, "role_claim 和 roles 一起写"),
        ({"roles": {"a": "局长"}}, 8, "领导、分析、管理 之一"),
        ({"area_claim": None}, 10, "与 area_claim 一起写"),
        ({"area_claim": None, "areas": None}, 2, "role_claim 之外还有"),
        ({"areas": {"区": "睢阳"}}, 12, "区划代码"),
        ({"leeway": 0}, 14, "大于 0 的整数"),
    ],
)
def test_an_incomplete_sign_in_is_named_with_file_and_line(tmp_path, changes, line, said):
    (tmp_path / "open").write_text("a secret")
    (tmp_path / "open").chmod(0o644)
    with pytest.raises(SettingsError) as caught:
        oidc(tmp_path, **changes)
    assert said in str(caught.value)
    assert f"settings.yaml 第 {line} 行" in str(caught.value)


@pytest.mark.parametrize(
    "other", ["open: true", f"trusted_proxy: {{addresses: [10.0.0.1], {REST}}}"]
)
def test_people_sign_in_one_way(tmp_path, other):
    with pytest.raises(SettingsError, match="只能写一个"):
        settings(tmp_path, f"{yaml.safe_dump({'oidc': OIDC})}{other}\n")


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "settings.yaml").write_bytes(b"\xff\xfe\x00open")
    with pytest.raises(SettingsError, match="读不出来"):
        load(tmp_path)


def test_people_have_a_role_and_perhaps_an_area(tmp_path):
    people = settings(tmp_path, "people:\n  张: {role: 管理, area: 411403}\n  李: {}\n").people
    assert (people["张"].role, people["张"].area) == ("管理", "411403")
    assert (people["李"].role, people["李"].area) == ("领导", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("people: [张]", "的 people 是"),
        ("people: {张: 管理}", "people.张"),
        ("people: {张: {role: 局长}}", "领导、分析、管理 之一"),
        ("people: {张: {area: 商丘}}", "区划代码"),
        ("people: {张: {rights: all}}", "people.张"),
    ],
)
def test_a_wrong_person_is_said_with_its_place(tmp_path, text, words):
    with pytest.raises(SettingsError, match=words):
        settings(tmp_path, text)


def test_two_names_that_differ_in_case_or_width_are_one_person(tmp_path):
    with pytest.raises(SettingsError, match="与 zhang 只差大小写或全角半角"):
        settings(tmp_path, "people: {zhang: {role: 管理}, ZHANG: {}}")
    found = settings(tmp_path, "people: {Zhang San: {role: 管理}}")
    assert found.person(" zhang  SAN") == Person("管理", "", "Zhang San")
    assert found.person("wang") is None


def test_a_changed_file_is_read_again(tmp_path):
    assert current(tmp_path).loopback_only
    (tmp_path / "settings.yaml").write_text("open: true", "utf-8")
    assert not current(tmp_path).loopback_only
    (tmp_path / "settings.yaml").unlink()
    assert current(tmp_path).loopback_only


def test_an_entry_that_an_earlier_version_took_may_still_stand(tmp_path):
    assert settings(tmp_path, "look_ahead: false\nthreads: 1\n").threads == 1
