"""Every setting of config.yaml, and the secrets of the environment. Both are read once, at start, and never change.

The file holds no secret and the environment holds nothing else. What is wrong with either is told by key and line;
a value is never repeated in a message, since it may be a secret that stands in the wrong place.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.adapters.yaml_book import unknown
from bot.adapters.yaml_config import ConfigFile
from bot.adapters.yaml_nodes import dotted
from bot.core.errors import ConfigError, Problem
from bot.core.forbidden import FORBIDDEN_EN, FORBIDDEN_ZH
from bot.settings_keep import KeepSettings
from bot.settings_people import DeskSettings, PeopleSettings, RosterSettings
from bot.settings_rounds import RoundSettings, TrackingSettings
from bot.settings_section import Section as _Section


class ShopSettings(_Section):
    """What the shop is called inside."""

    time_zone: str = Field(default="Asia/Shanghai", description="IANA name of the zone whose clock the shop goes by")
    default_language: Literal["zh", "en"] = Field(
        default="zh", description="Spoken until a shopper's own language is known"
    )
    bot_staff_id: str = Field(
        default="XE01", pattern=r"^[A-Za-z0-9_-]{1,16}$", description="Staff id the bot writes into order notes"
    )

    @field_validator("time_zone")
    @classmethod
    def _zone_is_known(cls, name: str) -> str:
        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("no such time zone; write an IANA name like Asia/Shanghai") from None
        return name


class UnderstandingSettings(_Section):
    """When the bot is sure of what it read."""

    min_score: float = Field(
        default=0.55, ge=0, le=1, description="Least score of a topic that is answered without asking back"
    )
    min_margin: float = Field(default=0.05, ge=0, le=1, description="Least lead of that topic over the next one")
    max_choices: int = Field(default=3, ge=2, le=6, description="Most choices offered when the bot asks back")


class DialogueSettings(_Section):
    """How a conversation is led."""

    misses_before_person: int = Field(
        default=2, ge=1, le=10, description="Messages in a row not understood before a person is called"
    )
    order_prefix: str = Field(
        default="XE", pattern=r"^[A-Z0-9]{1,8}$", description="Order numbers made by the bot begin so"
    )
    recommend_count: int = Field(default=3, ge=1, le=10, description="Products named in a recommendation")


class WordsSettings(_Section):
    """What the bot may not say."""

    forbidden: Mapping[Literal["zh", "en"], tuple[str, ...]] = Field(
        default={"zh": FORBIDDEN_ZH, "en": FORBIDDEN_EN},
        description="Phrases no template and no answer may contain, by language; upper and lower case are the same",
    )


class ServerSettings(_Section):
    """Where the web pages and webhooks listen."""

    host: str = Field(default="127.0.0.1", min_length=1, description="Address to listen on; 0.0.0.0 means every one")
    port: int = Field(default=8080, ge=1, le=65535, description="Port to listen on")
    max_body_bytes: int = Field(
        default=5_000_000, ge=1_000, le=50_000_000, description="Largest request body that is read"
    )
    base_url: str = Field(
        default="",
        description="Where the shop is reached from outside, like https://shop.example.com; empty: only here",
    )

    @field_validator("base_url")
    @classmethod
    def _base_is_an_address(cls, base: str) -> str:
        if base and not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+", base):
            raise ValueError("must be like https://shop.example.com, without a path")
        return base


class WebSettings(_Section):
    """The chat on the shop's pages."""

    allowed_origins: tuple[str, ...] = Field(
        default=(), description="Other sites whose pages may hold the chat, like https://shop.example.com"
    )
    max_sockets: int = Field(default=2000, ge=1, le=100_000, description="Pages connected at once")
    max_sockets_per_visitor: int = Field(default=8, ge=1, le=100, description="Tabs one visitor may have connected")
    messages_per_minute: int = Field(
        default=30, ge=1, le=6000, description="Messages of one visitor a minute; a third of them at once"
    )
    messages_per_minute_per_address: int = Field(
        default=600, ge=1, le=1_000_000, description="Messages a minute of all visitors from one address"
    )
    sessions_per_minute_per_address: int = Field(
        default=60, ge=1, le=1_000_000, description="New visitors a minute from one address"
    )
    photos_per_minute: int = Field(default=6, ge=1, le=600, description="Photos of one visitor a minute")
    max_photo_bytes: int = Field(
        default=8_000_000, ge=10_000, le=20_000_000, description="Largest photo a visitor may send"
    )
    keep_photos_days: int = Field(
        default=180, ge=0, le=36_500, description="Days photos of shoppers and staff are kept; 0: for ever"
    )

    @field_validator("allowed_origins")
    @classmethod
    def _origins_are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        if any(not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+", origin) for origin in origins):
            raise ValueError("must be like https://shop.example.com, without a path")
        return origins


class TelegramSettings(_Section):
    """How messages come from Telegram; the token is BOT_TOKEN of the environment."""

    mode: Literal["polling", "webhook"] = Field(
        default="polling", description="Whether updates are fetched or sent to us"
    )
    bot_name: str = Field(
        default="",
        pattern=r"^([A-Za-z0-9_]{5,32})?$",
        description="Name of the bot, without @, for links that open it",
    )
    webhook_url: str = Field(
        default="", description="Public https address ending in /telegram/webhook; needed by mode webhook"
    )
    poll_timeout_seconds: int = Field(default=30, ge=1, le=50, description="How long one fetch waits for an update")
    max_connections: int = Field(
        default=40, ge=1, le=100, description="Connections Telegram may open at once for a webhook"
    )
    staff_group: int = Field(
        default=0, le=0, description="Id of the staff's group with topics, a negative number; 0: none"
    )

    @field_validator("webhook_url")
    @classmethod
    def _url_fits_mode(cls, url: str, info: Any) -> str:
        if url and not url.startswith("https://"):
            raise ValueError("must begin with https://")
        if not url and info.data.get("mode") == "webhook":
            raise ValueError("must be set when telegram.mode is webhook")
        return url


class StoreSettings(_Section):
    """The database."""

    busy_timeout_ms: int = Field(
        default=5000, ge=0, le=60_000, description="How long a write waits for another process"
    )
    commit_batch_max: int = Field(default=500, ge=1, le=10_000, description="Most writes stored in one transaction")


class WorkerSettings(_Section):
    """How stored messages are worked off."""

    inbox_lease_seconds: int = Field(
        default=60, ge=5, le=3600, description="A message claimed longer than this is taken over"
    )
    max_attempts: int = Field(
        default=5, ge=1, le=100, description="Tries at one message before it is set aside for people"
    )
    retry_after_seconds: int = Field(
        default=5, ge=1, le=3600, description="Wait before the next try at a message that failed"
    )
    concurrency: int = Field(default=64, ge=1, le=1000, description="Conversations worked on at once")


class OutboxSettings(_Section):
    """How replies are sent."""

    retry_after_max_seconds: int = Field(
        default=86_400, ge=1, le=604_800, description="Longest wait between two tries when a platform asks to wait"
    )
    per_chat_per_second: float = Field(default=1.0, gt=0, le=30, description="Messages a second to one chat")
    overall_per_second: float = Field(default=25, gt=0, le=1000, description="Messages a second to all chats together")


class OrderSettings(_Section):
    """How long an order may wait."""

    pay_within_hours: int = Field(
        default=72, ge=1, le=720, description="An order taken in chat is closed when it is unpaid so long"
    )
    late_unshipped_hours: tuple[int, ...] = Field(
        default=(24, 48, 72), description="Hours since payment at which an unshipped order is listed as late"
    )
    late_unsigned_hours: tuple[int, ...] = Field(
        default=(72, 96), description="Hours since shipping at which an undelivered order is listed as late"
    )
    red_flag: Literal["every_sale", "special_wishes"] = Field(
        default="every_sale",
        description="Which payments turn an order's flag red: every one, or of orders with a wish or gift noted",
    )
    printing_ends: str = Field(
        default="17:00",
        description="Shop-local time at which the day's labels are printed; a paid order is changed until then; "
        "empty: until it ships",
    )

    @field_validator("printing_ends")
    @classmethod
    def _printing_ends_at_a_time(cls, ends: str) -> str:
        if ends and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", ends):
            raise ValueError('must be a time like "17:00", or empty')
        return ends


class PaymentSettings(_Section):
    """How orders taken in chat are paid."""

    link_template: str = Field(
        default="",
        description="Address to pay at, with {order_no}, {fen} and {yuan} filled in; empty: as the knowledge says",
    )

    @field_validator("link_template")
    @classmethod
    def _link_can_be_filled(cls, link: str) -> str:
        if link and not link.startswith("https://"):
            raise ValueError("must begin with https://")
        if set(re.findall(r"\{([^{}]*)\}", link)) - {"order_no", "fen", "yuan"}:
            raise ValueError("may hold {order_no}, {fen} and {yuan} only")
        return link


class NudgeSettings(_Section):
    """When and how often unpaid orders are reminded."""

    slots: tuple[str, ...] = Field(
        default=("10:00", "16:00"), description="Shop-local times of the reminder rounds; an empty list: never"
    )
    min_unpaid_hours: int = Field(default=3, ge=0, le=720, description="Hours an order is left alone after ordering")
    max_per_day: int = Field(default=2, ge=1, le=10, description="Most reminders of one order a day")
    max_per_order: int = Field(default=4, ge=1, le=20, description="Most reminders of one order at all")
    max_delay_minutes: int = Field(default=30, ge=1, le=720, description="A round missed by more is skipped")
    send_within_minutes: int = Field(
        default=240, ge=5, le=1440, description="A reminder not sent so long after its round is dropped"
    )
    hold_out_percent: int = Field(
        default=0, ge=0, le=50, description="Share of orders never reminded, to see what reminding brings"
    )

    @field_validator("slots")
    @classmethod
    def _slots_are_times(cls, slots: tuple[str, ...]) -> tuple[str, ...]:
        if any(not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", slot) for slot in slots):
            raise ValueError('must be times like "10:00"')
        if len(set(slots)) != len(slots):
            raise ValueError("names a time twice")
        return tuple(sorted(slots))


class PlatformSettings(_Section):
    """How the shop's platform hears of notes and flags; the signing secret is XIAOER_PLATFORM_SECRET."""

    webhook_url: str = Field(
        default="", description="Address that takes notes and flags; empty: by `export notes` only"
    )
    timeout_seconds: float = Field(default=10, ge=1, le=120, description="How long the platform may take to answer")

    @field_validator("webhook_url")
    @classmethod
    def _url_is_safe(cls, url: str) -> str:
        if url and not re.match(r"https://[^\s/]|http://(127\.0\.0\.1|localhost|\[::1\])[:/]", url):
            raise ValueError("must begin with https://; http:// only for this very machine")
        return url


class LimitSettings(_Section):
    """Bounds on what shoppers send."""

    max_text_chars: int = Field(default=4096, ge=100, le=4096, description="A longer message is cut before it is read")


class Settings(_Section):
    """All of config.yaml."""

    shop: ShopSettings = ShopSettings()
    understanding: UnderstandingSettings = UnderstandingSettings()
    dialogue: DialogueSettings = DialogueSettings()
    words: WordsSettings = WordsSettings()
    server: ServerSettings = ServerSettings()
    web: WebSettings = WebSettings()
    telegram: TelegramSettings = TelegramSettings()
    store: StoreSettings = StoreSettings()
    worker: WorkerSettings = WorkerSettings()
    outbox: OutboxSettings = OutboxSettings()
    orders: OrderSettings = OrderSettings()
    payment: PaymentSettings = PaymentSettings()
    nudge: NudgeSettings = NudgeSettings()
    rounds: RoundSettings = RoundSettings()
    keep: KeepSettings = KeepSettings()
    tracking: TrackingSettings = TrackingSettings()
    platform: PlatformSettings = PlatformSettings()
    people: PeopleSettings = PeopleSettings()
    desk: DeskSettings = DeskSettings()
    roster: RosterSettings = RosterSettings()
    limits: LimitSettings = LimitSettings()


class Secrets(BaseModel):
    """What only the environment holds; empty variables count as absent."""

    # Not by pydantic-settings: importing it costs every command 100 ms, for four variables that one command reads.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    #: None: no Telegram.
    bot_token: SecretStr | None = Field(default=None, alias="BOT_TOKEN")
    telegram_api_base: str = Field(default="https://api.telegram.org", alias="TELEGRAM_API_BASE", repr=False)
    #: ``sqlite:///path`` or ``postgresql://…``, which may hold a password; None: a file in the data folder.
    database: SecretStr | None = Field(default=None, alias="XIAOER_DATABASE")
    #: Guards the webhook; Telegram sends it with every update.
    telegram_webhook_secret: SecretStr | None = Field(default=None, alias="TELEGRAM_WEBHOOK_SECRET")

    #: Signs what the shop's platform is told.
    platform_secret: SecretStr | None = Field(default=None, alias="XIAOER_PLATFORM_SECRET")
    #: Proves to the tracking service who asks.
    tracking_key: SecretStr | None = Field(default=None, alias="XIAOER_TRACKING_KEY")
    #: Signs links that prove whose an order is; None: no such links.
    link_secret: SecretStr | None = Field(default=None, alias="XIAOER_LINK_SECRET")
    #: Of the desk's first log-in, ``admin``; None: one is made and shown at the first start.
    admin_password: SecretStr | None = Field(default=None, alias="XIAOER_ADMIN_PASSWORD")
    #: Who may use the order API, and what its requests are signed with; without both the API is off.
    api_key: SecretStr | None = Field(default=None, alias="XIAOER_API_KEY")
    api_secret: SecretStr | None = Field(default=None, alias="XIAOER_API_SECRET")
    #: As shown by Shopify for its webhooks; None: its webhook is off.
    shopify_secret: SecretStr | None = Field(default=None, alias="XIAOER_SHOPIFY_SECRET")
    #: As typed into WooCommerce for its webhooks; None: its webhook is off.
    woocommerce_secret: SecretStr | None = Field(default=None, alias="XIAOER_WOOCOMMERCE_SECRET")

    @field_validator("bot_token")
    @classmethod
    def _token_has_its_form(cls, token: SecretStr) -> SecretStr:
        return _of_form(token, r"[0-9]{1,20}:\S{1,200}", "is no bot token; BotFather gives digits, a colon and letters")

    @field_validator("telegram_api_base")
    @classmethod
    def _base_is_an_address(cls, base: str) -> str:
        if not re.fullmatch(r"https?://[^\s/]\S*", base):
            raise ValueError("must be an address that begins with https:// or http://")
        return base.rstrip("/")

    @field_validator("database")
    @classmethod
    def _database_is_known(cls, address: SecretStr) -> SecretStr:
        return _of_form(address, r"(sqlite:///|postgres(ql)?://)\S.*", "must be sqlite:///path or postgresql://…")

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret_fits_a_header(cls, secret: SecretStr) -> SecretStr:
        return _of_form(secret, r"[A-Za-z0-9_-]{1,256}", "must be 1 to 256 letters, digits, '_' or '-'")

    @field_validator("api_key")
    @classmethod
    def _key_fits_a_header(cls, key: SecretStr) -> SecretStr:
        return _of_form(key, r"[!-~]{1,255}", "must be 1 to 255 visible ASCII characters")

    @field_validator("platform_secret", "link_secret")
    @classmethod
    def _secret_is_long(cls, secret: SecretStr) -> SecretStr:
        return _of_form(secret, r".{16,}", "must have at least 16 characters")


def held(secret: SecretStr | None) -> str | None:
    """What a secret holds, for the one place that uses it."""
    return secret.get_secret_value() if secret is not None else None


def _of_form(secret: SecretStr, pattern: str, what: str) -> SecretStr:
    if not re.fullmatch(pattern, secret.get_secret_value()):
        raise ValueError(what)
    return secret


# --- reading ---


def load_settings(path: Path) -> Settings:
    """The settings of a file; an empty file means every default. Raises ConfigError with every problem."""
    file = ConfigFile(path)
    problems = list(file.problems)
    try:
        settings = Settings.model_validate(file.values)
        faults = [(("roster", *path), what) for path, what in settings.roster.faults()]
        problems += [Problem(file.name, file.line(path), dotted(path), what) for path, what in faults]
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems += [_problem(detail, file) for detail in details]
    if problems:
        raise ConfigError(sorted(problems))
    return settings


def load_secrets(environment: Mapping[str, str]) -> Secrets:
    """Raises ConfigError that names the variable and never shows what it holds."""
    names = {field.alias for field in Secrets.model_fields.values()}
    given = {name: value.strip() for name, value in environment.items() if name in names and value.strip()}
    try:
        return Secrets.model_validate(given)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        problems = [
            Problem("environment", 0, str(d["loc"][0]), d["msg"].removeprefix("Value error, ")) for d in details
        ]
        raise ConfigError(problems) from None


# --- saying what is wrong ---

#: pydantic's kinds of error in words for the writer of the file; ``{…}`` is filled from the error's context.
_WORDS: Final = {
    "int_type": "should be a whole number, without quotes",
    "int_from_float": "should be a whole number",
    "float_type": "should be a number, without quotes",
    "string_type": "should be text; put it in quotes",
    "bool_type": "should be true or false",
    "tuple_type": "should be a list: [ … ]",
    "dict_type": "should be keys with values",
    "mapping_type": "should be keys with values",
    "model_type": "should be keys with values",
    "model_attributes_type": "should be keys with values",
    "missing": "is missing",
    "literal_error": "should be {expected}",
    "greater_than_equal": "is too small; at least {ge}",
    "greater_than": "is too small; must be above {gt}",
    "less_than_equal": "is too large; at most {le}",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "has a character or a length that is not allowed here; it must match {pattern}",
}
_SECRET_LIKE: Final = re.compile(r"token|secret|password|api_key", re.IGNORECASE)


def _problem(detail: ErrorDetails, file: ConfigFile) -> Problem:
    # A wrong key of a mapping is reported as (…, key, "[key]").
    path = tuple(step for step in detail["loc"] if step != "[key]")
    context = detail.get("ctx", {})
    if detail["type"] == "extra_forbidden":
        what = _unknown_key(path)
    elif detail["input"] is None:
        what = "has no value; write one or delete the line"
    elif detail["type"] == "value_error":
        what = str(context.get("error", detail["msg"]))
    else:
        what = _WORDS.get(detail["type"], detail["msg"]).format(**context)
    return Problem(file.name, file.line(path), dotted(path), what)


def _unknown_key(path: tuple[str | int, ...]) -> str:
    key = str(path[-1])
    if _SECRET_LIKE.search(key):
        return "secrets are read from the environment only, never from this file (see docs/configuration.md)"
    return unknown("key", key, _names(*path[:-1]))


def _names(*path: str | int) -> list[str]:
    """Keys allowed at ``path``."""
    kind: Any = Settings
    for step in path:
        # An entry of a list is of the list's kind.
        kind = get_args(kind)[0] if isinstance(step, int) else kind.model_fields[step].annotation
    return list(kind.model_fields)


# --- describing them ---


class Setting(NamedTuple):
    """One setting as the docs tell it."""

    #: ``server.port``
    key: str
    default: Any
    #: What values are accepted (``1 to 65535``); empty where the type says it all.
    allowed: str
    description: str


def every_setting() -> Iterator[Setting]:
    """In the order of config.yaml."""
    for section, held in Settings.model_fields.items():
        kind: Any = held.annotation
        for name, field in kind.model_fields.items():
            yield Setting(f"{section}.{name}", field.default, _allowed(field), field.description or "")


def _allowed(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return " or ".join(get_args(field.annotation))
    rules = ((name, getattr(rule, name, None)) for rule in field.metadata for name in ("ge", "gt", "le"))
    bounds = {name: bound for name, bound in rules if bound is not None}
    if "gt" in bounds:
        return f"above {bounds['gt']:,}, at most {bounds['le']:,}"
    return f"{bounds['ge']:,} to {bounds['le']:,}" if "ge" in bounds else ""
