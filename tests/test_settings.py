from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app.shop import rules as dialogue_rules
from bot.core.errors import ConfigError
from bot.settings import Secrets, Settings, every_setting, load_secrets, load_settings

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = list(every_setting())

#: Sentences a polite shop says, close to what is forbidden.
POLITE = (
    "这张券没门槛，直接就能用",
    "买不起球的T恤就选这款",
    "您放心，我们没错过任何一条留言",
    "这款暂时缺货，到货后第一时间通知您",
    "不喜欢的话七天内都可以退",
    "没关系的亲，我帮您看看",
    "这个问题我请同事来帮您确认，稍等一下",
    "抱歉让您久等了，是我们没有做好",
    "质量问题由我们承担来回运费",
    "这款已经停产，推荐您看看同款新品",
    "您可以随便看看，有问题随时问我",
    "有投诉也可以直接告诉我，我来转给专员",
    "您没看到尺码表的话，我发给您",
    "Sorry about that, it was our mistake and we will put it right",
    "No problem at all, take your time",
    "We will tell you as soon as it is back in stock",
    "If anything is wrong with it we pay the postage both ways",
    "You are right, the parcel is late; a colleague is looking into it",
    "It is no trouble to change your order before it ships",
    "A colleague will read this and answer you today",
)


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(config(tmp_path, text))
    return [str(problem) for problem in caught.value.problems]


# --- the file we ship ---


def test_the_config_file_of_the_house_says_the_defaults() -> None:
    assert load_settings(ROOT / "config.yaml") == Settings()


def leaves(values: dict[str, Any]) -> Iterator[str]:
    for section, settings in values.items():
        yield from (f"{section}.{name}" for name in settings)


def test_the_config_file_holds_every_setting_in_order_with_what_it_does() -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert list(leaves(yaml.safe_load(text))) == [setting.key for setting in SETTINGS]
    lines = [line.strip() for line in text.splitlines()]
    for setting in SETTINGS:
        below = lines[lines.index(f"# {setting.description}") + 1]
        assert below.startswith(f"{setting.key.partition('.')[2]}:")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_every_setting_is_documented_with_default_and_bounds(setting: Any) -> None:
    docs = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    shown = json.dumps(setting.default) if isinstance(setting.default, (tuple, bool)) else setting.default
    default = "see config.yaml" if setting.key == "words.forbidden" else f"`{shown}`".replace("``", "empty")
    assert f"| `{setting.key}` | {default} | {setting.allowed} | {setting.description} |" in docs
    assert setting.description


def test_the_docs_name_no_setting_that_is_gone() -> None:
    docs = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = [line.split("`")[1] for line in docs.splitlines() if line.startswith("| `") and "." in line.split("`")[1]]
    assert rows == [setting.key for setting in SETTINGS]


def test_the_docs_name_every_secret() -> None:
    docs = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    for field in Secrets.model_fields.values():
        assert f"| `{field.alias}` |" in docs


# --- reading ---


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "server:\nwords:\n", "server: {}\n"])
def test_what_is_left_out_keeps_its_default(tmp_path: Path, text: str) -> None:
    assert load_settings(config(tmp_path, text)) == Settings()


def test_values_reach_their_settings(tmp_path: Path) -> None:
    settings = load_settings(
        config(
            tmp_path,
            "shop: {time_zone: Europe/Paris, default_language: en, bot_staff_id: '007'}\n"
            "understanding: {min_score: 1}\nserver: {port: 9_000}\nwords: {forbidden: {zh: [没有]}}\n"
            "telegram: {mode: webhook, webhook_url: 'https://shop.example/telegram/webhook'}\n",
        )
    )
    assert (settings.shop.time_zone, settings.shop.bot_staff_id) == ("Europe/Paris", "007")
    assert (settings.understanding.min_score, settings.server.port) == (1.0, 9000)
    assert settings.words.forbidden == {"zh": ("没有",)}
    assert settings.telegram.mode == "webhook"


def test_settings_never_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().server.port = 1


def test_a_missing_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no settings file .*gone\.yaml; an empty one is enough"):
        load_settings(tmp_path / "gone.yaml")


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be opened"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\nserver:\n  prot: 8080\n", "3: server.prot: unknown key 'prot'; did you mean 'port'?"),
        ("sever: {port: 1}\n", "1: sever: unknown key 'sever'; did you mean 'server'?"),
        ("server:\n  port: eighty\n", "2: server.port: should be a whole number, without quotes"),
        ("server:\n  port: '8080'\n", "2: server.port: should be a whole number, without quotes"),
        ("server:\n  port: 80.5\n", "2: server.port: should be a whole number, without quotes"),
        ("server:\n  port: yes\n", "2: server.port: should be a whole number, without quotes"),
        ("server:\n  port: 0\n", "2: server.port: is too small; at least 1"),
        ("server:\n  port: 65536\n", "2: server.port: is too large; at most 65535"),
        ("server:\n  port:\n", "2: server.port: has no value; write one or delete the line"),
        ("server:\n  host: ''\n", "2: server.host: must not be empty"),
        ("server: 8080\n", "1: server: should be keys with values"),
        ("shop:\n  bot_staff_id: 7\n", "2: shop.bot_staff_id: should be text; put it in quotes"),
        ("shop:\n  bot_staff_id: a b\n", "2: shop.bot_staff_id: has a character or a length that is not allowed"),
        ("shop:\n  default_language: fr\n", "2: shop.default_language: should be 'zh' or 'en'"),
        ("shop:\n  time_zone: Mars/Base\n", "2: shop.time_zone: no such time zone"),
        ("shop:\n  time_zone: ../../etc/passwd\n", "2: shop.time_zone: no such time zone"),
        ("outbox:\n  per_chat_per_second: 0\n", "2: outbox.per_chat_per_second: is too small; must be above 0"),
        ("understanding:\n  min_score: '0.5'\n", "2: understanding.min_score: should be a number, without quotes"),
        ("telegram:\n  mode: webhook\n", "1: telegram.webhook_url: must be set when telegram.mode is webhook"),
        ("telegram:\n  webhook_url: http://a.example\n", "2: telegram.webhook_url: must begin with https://"),
        ("words:\n  forbidden:\n    zh: 不\n", "3: words.forbidden.zh: should be a list: [ … ]"),
        ("words:\n  forbidden:\n    zh:\n      - 不\n      - 1\n", "5: words.forbidden.zh[1]: should be text"),
        ("words:\n  forbidden: {fr: [non]}\n", "2: words.forbidden.fr: should be 'zh' or 'en'"),
        ("server: {port: 1}\nserver: {port: 2}\n", "2: server: this key stands twice; the first is in line 1"),
        ("- a\n", "1: should be sections with settings"),
        ("server:\n\tport: 1\n", "2: a tab indents here; YAML wants spaces"),
    ],
)
def test_a_wrong_setting_names_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    (found,) = problems(tmp_path, text)
    assert found.startswith(f"config.yaml:{said}")


def test_every_problem_comes_in_one_raise_by_line(tmp_path: Path) -> None:
    text = "server:\n  port: x\n  prot: 1\nlimits: {max_text_chars: 5}\nserver: {}\nnothing: 1\n"
    assert [line.split(": ")[:2] for line in problems(tmp_path, text)] == [
        ["config.yaml:2", "server.port"],
        ["config.yaml:3", "server.prot"],
        ["config.yaml:4", "limits.max_text_chars"],
        ["config.yaml:5", "server"],
        ["config.yaml:6", "nothing"],
    ]


# --- secrets ---

TOKEN = "123456:AAH-very-secret"


def test_secrets_come_from_the_environment() -> None:
    secrets = load_secrets(
        {
            "BOT_TOKEN": f" {TOKEN}\n",
            "TELEGRAM_API_BASE": "http://127.0.0.1:8081/",
            "XIAOER_DATABASE": "sqlite:///shop.db",
            "TELEGRAM_WEBHOOK_SECRET": "hook_1",
            "HOME": "/nowhere",
        }
    )
    assert secrets.bot_token is not None
    assert secrets.bot_token.get_secret_value() == TOKEN
    assert secrets.telegram_api_base == "http://127.0.0.1:8081"
    assert secrets.database is not None
    assert secrets.database.get_secret_value() == "sqlite:///shop.db"


def test_absent_and_empty_variables_are_the_same() -> None:
    assert load_secrets({"BOT_TOKEN": "", "XIAOER_DATABASE": "  "}) == load_secrets({}) == Secrets()
    assert load_secrets({}).telegram_api_base == "https://api.telegram.org"


def test_secrets_never_show() -> None:
    values = {
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE": "https://user:hidden@api.example",
        "XIAOER_DATABASE": "postgresql://shop:hidden@db.example/shop",
        "TELEGRAM_WEBHOOK_SECRET": "hidden_hook",
        "XIAOER_PLATFORM_SECRET": "hidden platform words",
        "XIAOER_API_KEY": "hidden-key",
        "XIAOER_API_SECRET": "hidden words",
        "XIAOER_SHOPIFY_SECRET": "hidden",
        "XIAOER_WOOCOMMERCE_SECRET": "hidden",
        "XIAOER_LINK_SECRET": "hidden link words, too",
    }
    for shown in (repr(load_secrets(values)), str(load_secrets(values)), f"{load_secrets(values)}"):
        assert "secret" not in re.sub(r"(telegram_webhook|platform|link|api|shopify|woocommerce)_secret", "", shown)
        assert "hidden" not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "hidden-without-colon"),
        ("TELEGRAM_API_BASE", "ftp://hidden.example"),
        ("XIAOER_DATABASE", "mysql://shop:hidden@db"),
        ("TELEGRAM_WEBHOOK_SECRET", "hidden with spaces"),
        ("TELEGRAM_WEBHOOK_SECRET", "hidden" * 43),
        ("XIAOER_PLATFORM_SECRET", "hidden"),
        ("XIAOER_API_KEY", "hidden key"),
        ("XIAOER_LINK_SECRET", "hidden"),
    ],
)
def test_a_wrong_secret_is_named_and_never_shown(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_secrets({name: value})
    assert str(caught.value).startswith(f"environment:0: {name}: ")
    assert "hidden" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("text", [f"telegram: {{bot_token: '{TOKEN}'}}\n", f"password: '{TOKEN}'\n"])
def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    (found,) = problems(tmp_path, text)
    assert "secrets are read from the environment only" in found
    assert TOKEN not in found


@pytest.mark.parametrize("key", ["server.port", "shop.time_zone", "telegram.mode", "telegram.webhook_url"])
def test_a_secret_in_the_wrong_place_is_not_repeated(tmp_path: Path, key: str) -> None:
    section, name = key.split(".")
    (found,) = problems(tmp_path, f"{section}: {{{name}: '{TOKEN}'}}\n")
    assert TOKEN not in found


# --- forbidden phrases (E6) ---


def test_the_forbidden_lists_are_long_enough_and_without_repeats() -> None:
    forbidden = Settings().words.forbidden
    assert len(forbidden["zh"]) >= 25
    assert len(forbidden["en"]) >= 20
    for phrases in forbidden.values():
        assert len(set(phrases)) == len(phrases)
        assert all(phrase == phrase.casefold().strip() and phrase for phrase in phrases)


@pytest.mark.parametrize("sentence", POLITE)
def test_polite_sentences_hold_no_forbidden_phrase(sentence: str) -> None:
    forbidden = Settings().words.forbidden
    assert [phrase for phrases in forbidden.values() for phrase in phrases if phrase in sentence.casefold()] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "亲，这不是我们的问题哦",
        "这款以后不会再补货了",
        "您搞错了吧",
        "Sorry, that is not our problem.",
        "We will not restock it.",
    ],
)
def test_sentences_that_no_shop_should_say_are_caught(sentence: str) -> None:
    forbidden = Settings().words.forbidden
    assert any(phrase in sentence.casefold() for phrases in forbidden.values() for phrase in phrases)


# --- cost ---


def test_reading_settings_needs_neither_a_network_library_nor_an_event_loop() -> None:
    heavy = {"asyncio", "aiogram", "fastapi", "pydantic_settings"}
    code = f"import sys, bot.settings; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "url", ["", "https://bridge.example/notes", "http://127.0.0.1:9000/notes", "http://localhost/"]
)
def test_notes_go_out_encrypted_or_not_out_of_the_machine(tmp_path: Path, url: str) -> None:
    assert load_settings(config(tmp_path, f"platform: {{webhook_url: '{url}'}}\n")).platform.webhook_url == url


@pytest.mark.parametrize("url", ["http://bridge.example/", "ftp://x", "bridge.example", "http://127.0.0.1.example/"])
def test_notes_never_go_over_the_net_in_the_clear(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match=r"platform\.webhook_url"):
        load_settings(config(tmp_path, f"platform: {{webhook_url: '{url}'}}\n"))


@pytest.mark.parametrize("value", ["25:00", "5pm", "17"])
def test_the_end_of_printing_is_a_time(tmp_path: Path, value: str) -> None:
    (problem,) = problems(tmp_path, f'orders:\n  printing_ends: "{value}"\n')
    assert "orders.printing_ends" in problem and 'a time like "17:00"' in problem


@pytest.mark.parametrize("value, expected", [("17:00", time(17)), ("", None)])
def test_the_end_of_printing_reaches_the_dialogue(tmp_path: Path, value: str, expected: time | None) -> None:
    settings = load_settings(config(tmp_path, f'orders:\n  printing_ends: "{value}"\n'))
    assert dialogue_rules(settings).printing_ends == expected
