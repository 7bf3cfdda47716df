"""The settings of an installation: the only reader of the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from wattsup_core.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
MQTT_PORTS = {"mqtt": 1883, "mqtts": 8883}
"""Schemes of a broker's address, with the port when it names none."""
SMTP_PORTS = {"smtp": 587, "smtps": 465}
"""Schemes of a mail server's address: TLS where it is offered, and TLS from the first byte."""
KNOWN = frozenset(
    {
        "WATTSUP_ALERTS_TO_PRIVATE",
        "WATTSUP_CO2_G_PER_KWH",
        "WATTSUP_CURRENCY",
        "WATTSUP_HOSTS",
        "WATTSUP_MAX_UPLOAD_MB",
        "WATTSUP_PRICE_PER_KWH",
        "WATTSUP_SAMPLE",
    }
)


@dataclass(frozen=True)
class Settings:
    """Where things are kept and how the server listens.

    Attributes
    ----------
    database_url
        ``DATABASE_URL``. ``sqlite:///path`` for the embedded store.
    jobs_url
        ``JOBS_URL``. ``diskcache://folder`` for the embedded jobs.
    host, port
        ``HOST`` and ``PORT`` of the built-in server.
    max_upload_mb
        ``WATTSUP_MAX_UPLOAD_MB``. A larger upload is answered with 413.
    price_per_kwh, currency
        ``WATTSUP_PRICE_PER_KWH`` and ``WATTSUP_CURRENCY``: the flat tariff of a new meter.
    co2_g_per_kwh
        ``WATTSUP_CO2_G_PER_KWH``: grams of CO₂ of a kWh of this supply; `None` for the average of the meter's country.
    sample
        ``WATTSUP_SAMPLE``: "1" loads the sample household into an empty store at the start, "0" does not.
    mqtt_url, mqtt_topics
        ``MQTT_URL``, ``mqtt://[user:password@]host[:port]`` or ``mqtts://…``, "" for none; ``MQTT_TOPICS``, pairs
        ``topic filter=meter id`` with commas between them.
    smtp_url, mail_from
        ``SMTP_URL``, ``smtp://[user:password@]host[:port]`` or ``smtps://…``, "" for none: the mail server that alerts go through;
        ``MAIL_FROM``: the address they come from.
    public_url
        ``PUBLIC_URL``. Where people reach the dashboard, for the links in alerts; "" when nobody said. Its name may be asked for as
        those of `hosts` may.
    hosts
        ``WATTSUP_HOSTS``, with commas between: the names that the server may be asked by. None: any, but where it listens to this
        machine alone those of this machine.
    alerts_to_private
        ``WATTSUP_ALERTS_TO_PRIVATE``: "1" lets alerts go to addresses of private networks.
    browser_path
        ``BROWSER_PATH``. The Chrome that makes images and PDF files; "" looks for one.
    """

    database_url: str = f"sqlite:///{ROOT / 'data' / 'var' / 'wattsup.db'}"
    jobs_url: str = f"diskcache://{ROOT / 'data' / 'var' / 'jobs'}"
    host: str = "127.0.0.1"
    port: int = 8050
    max_upload_mb: int = 512
    price_per_kwh: float = 0.28
    currency: str = "GBP"
    sample: bool = True
    mqtt_url: str = field(default="", repr=False)  # it may hold a password
    mqtt_topics: tuple[tuple[str, str], ...] = ()
    smtp_url: str = field(default="", repr=False)  # it may hold a password
    mail_from: str = ""
    public_url: str = ""
    hosts: tuple[str, ...] = ()
    alerts_to_private: bool = False
    browser_path: str = ""
    co2_g_per_kwh: float | None = None

    @property
    def jobs_folder(self) -> Path:
        """The folder of the embedded jobs: cache, uploads in progress."""
        return Path(self.jobs_url.removeprefix("diskcache://"))

    @property
    def board_folder(self) -> Path:
        """Where jobs leave their progress and results."""
        return self.jobs_folder / "board"

    @property
    def exporter_folder(self) -> Path:
        """Where the exporter tells how it is reached, and its browser keeps its profile."""
        return self.jobs_folder / "exporter"

    @property
    def uploads_folder(self) -> Path:
        """Where an upload waits as a file for its import."""
        return self.jobs_folder / "uploads"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Settings of the environment.

        Raises
        ------
        SettingsError
            When a ``WATTSUP_*`` name is unknown or a value is bad; names the setting.
        """
        env = os.environ if environ is None else environ
        unknown = sorted(name for name in env if name.startswith("WATTSUP_") and name not in KNOWN)
        if unknown:
            raise SettingsError(f"Unknown setting {unknown[0]}.", f"Known are: {', '.join(sorted(KNOWN))}.")
        default = cls()
        jobs_url = env.get("JOBS_URL", default.jobs_url)
        if not jobs_url.startswith("diskcache://"):
            raise SettingsError("JOBS_URL must start with diskcache://.")
        database_url = env.get("DATABASE_URL", default.database_url)
        if not database_url.startswith("sqlite:///"):
            raise SettingsError("DATABASE_URL must start with sqlite:///.")
        return cls(
            database_url=database_url,
            jobs_url=jobs_url,
            host=env.get("HOST", default.host),
            port=int(_number(env, "PORT", default.port, lowest=0, highest=65535)),
            max_upload_mb=int(_number(env, "WATTSUP_MAX_UPLOAD_MB", default.max_upload_mb, lowest=1)),
            price_per_kwh=_number(env, "WATTSUP_PRICE_PER_KWH", default.price_per_kwh),
            currency=env.get("WATTSUP_CURRENCY", default.currency),
            sample=_switch(env, "WATTSUP_SAMPLE", default.sample),
            mqtt_url=_mqtt_url(env.get("MQTT_URL", default.mqtt_url)),
            mqtt_topics=_mqtt_topics(env.get("MQTT_TOPICS", "")),
            smtp_url=_smtp_url(env.get("SMTP_URL", default.smtp_url)),
            mail_from=_mail_from(env),
            public_url=_public_url(env.get("PUBLIC_URL", default.public_url)),
            hosts=_hosts(env.get("WATTSUP_HOSTS", "")),
            alerts_to_private=_switch(env, "WATTSUP_ALERTS_TO_PRIVATE", default.alerts_to_private),
            browser_path=env.get("BROWSER_PATH", default.browser_path),
            co2_g_per_kwh=_number(env, "WATTSUP_CO2_G_PER_KWH", 0.0, highest=10_000) if "WATTSUP_CO2_G_PER_KWH" in env else None,
        )


def job_environment() -> dict[str, str]:
    """The environment of a job's own process: ours, with this tree importable and one thread for numpy and scikit-learn.

    Each of their thread pools would take all cores from the web process and a stack of memory for each.
    """
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONPATH": os.pathsep.join(paths)}


def go_round_proxies() -> None:
    """From now on nothing in this process connects by way of a proxy that the environment names."""
    os.environ.update(dict.fromkeys(("no_proxy", "NO_PROXY"), "*"))


def _number(env: Mapping[str, str], name: str, default: float, lowest: float = 0.0, highest: float = 1e9) -> float:
    text = env.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        raise SettingsError(f"{name} must be a number, not {text!r}.") from None
    if not lowest <= value <= highest:
        raise SettingsError(f"{name} must lie between {lowest:g} and {highest:g}.")
    return value


def _mqtt_url(text: str) -> str:
    """The URL, when it is one of a broker; the message of a refusal does not repeat it, for it may hold a password."""
    if text and not _is_url(text, MQTT_PORTS):
        raise SettingsError("MQTT_URL is not the address of a broker.", "Write it like mqtt://user:password@host:1883.")
    return text


def _smtp_url(text: str) -> str:
    if text and not _is_url(text, SMTP_PORTS):
        raise SettingsError("SMTP_URL is not the address of a mail server.", "Write it like smtp://user:password@host:587.")
    if not unquote(urlsplit(text).netloc.rpartition("@")[0]).isascii():
        raise SettingsError(
            "SMTP_URL has a user name or password with letters such as é.", "Mail servers do not take those: choose one of plain letters."
        )
    return text


def _mail_from(env: Mapping[str, str]) -> str:
    """The address that alerts come from: what was said, else the user of the mail server when that is one."""
    url = env.get("SMTP_URL", "")
    user = unquote(urlsplit(url).username or "") if url else ""
    sender = env.get("MAIL_FROM", user if "@" in user else "")
    if (url or sender) and not re.fullmatch(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+", sender):
        raise SettingsError("MAIL_FROM is not an e-mail address.", "Say which address alerts come from, such as alerts@example.com.")
    if not sender.isascii():
        raise SettingsError("MAIL_FROM has letters such as é.", "Not every mail server takes those: choose an address of plain letters.")
    return sender


def _public_url(text: str) -> str:
    if text and not _is_url(text, ("http", "https")):
        raise SettingsError("PUBLIC_URL is not the address of a page.", "Write it like https://wattsup.example.com.")
    return text.rstrip("/")


def _hosts(text: str) -> tuple[str, ...]:
    names = tuple(filter(None, (each.strip().lower() for each in text.split(","))))
    for name in names:
        if not re.fullmatch(r"[\w.-]+", name):
            message = f"WATTSUP_HOSTS has no name of a server in {name!r}."
            raise SettingsError(message, "Write it like wattsup.example.com, without https:// and port, with commas between names.")
    return names


def _is_url(text: str, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(text)
        return text.isprintable() and parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _mqtt_topics(text: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        topic, _, meter_id = (each.strip() for each in part.rpartition("="))
        if not topic or not meter_id:
            raise SettingsError(
                f"MQTT_TOPICS has no topic and meter in {part!r}.", "Write it like tele/plug/SENSOR=METER, with commas between pairs."
            )
        pairs.append((topic, meter_id))
    return tuple(pairs)


def _switch(env: Mapping[str, str], name: str, default: bool) -> bool:
    text = env.get(name)
    if text is None:
        return default
    if text not in {"0", "1"}:
        raise SettingsError(f"{name} must be 0 or 1, not {text!r}.")
    return text == "1"
