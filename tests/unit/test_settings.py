from __future__ import annotations

import pytest

from wattsup_core.errors import SettingsError
from wattsup_core.settings import Settings


def test_an_empty_environment_gives_the_embedded_defaults() -> None:
    settings = Settings.from_env({})
    assert settings == Settings()
    assert settings.uploads_folder.parent == settings.jobs_folder


def test_every_setting_is_read() -> None:
    env = {
        "DATABASE_URL": "sqlite:////srv/meters.db",
        "JOBS_URL": "diskcache:///srv/jobs",
        "HOST": "0.0.0.0",  # noqa: S104
        "PORT": "9000",
        "WATTSUP_MAX_UPLOAD_MB": "20",
        "WATTSUP_PRICE_PER_KWH": "0.31",
        "WATTSUP_CURRENCY": "EUR",
        "WATTSUP_SAMPLE": "0",
        "WATTSUP_HOSTS": "WattsUp.example.com, box.local,",
        "WATTSUP_CO2_G_PER_KWH": "0",
        "SMTP_URL": "smtps://me%40example.com:secret@mail.example.com",
        "PUBLIC_URL": "https://wattsup.example.com/",
        "WATTSUP_ALERTS_TO_PRIVATE": "1",
        "MQTT_URL": "mqtts://meter:secret@broker:8884",
        "MQTT_TOPICS": "tele/plug/SENSOR=home, shellies/+/emeter/0/total=flat#emeter/0/total,",
    }
    assert Settings.from_env(env) == Settings(
        database_url="sqlite:////srv/meters.db",
        jobs_url="diskcache:///srv/jobs",
        host="0.0.0.0",  # noqa: S104
        port=9000,
        max_upload_mb=20,
        price_per_kwh=0.31,
        currency="EUR",
        sample=False,
        co2_g_per_kwh=0.0,
        smtp_url="smtps://me%40example.com:secret@mail.example.com",
        mail_from="me@example.com",
        public_url="https://wattsup.example.com",
        hosts=("wattsup.example.com", "box.local"),
        alerts_to_private=True,
        mqtt_url="mqtts://meter:secret@broker:8884",
        mqtt_topics=(("tele/plug/SENSOR", "home"), ("shellies/+/emeter/0/total", "flat#emeter/0/total")),
    )


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"WATTSUP_SAMPEL": "1"}, "WATTSUP_SAMPEL"),
        ({"WATTSUP_SAMPLE": "yes"}, "WATTSUP_SAMPLE"),
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"WATTSUP_MAX_UPLOAD_MB": "0"}, "WATTSUP_MAX_UPLOAD_MB"),
        ({"WATTSUP_PRICE_PER_KWH": "-1"}, "WATTSUP_PRICE_PER_KWH"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"JOBS_URL": "redis://x"}, "JOBS_URL"),
        ({"SMTP_URL": "mail.example.com:587"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://:25"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://mail.example.com"}, "MAIL_FROM"),
        ({"SMTP_URL": "smtp://mail.example.com", "MAIL_FROM": "alerts"}, "MAIL_FROM"),
        ({"SMTP_URL": "smtp://mail.example.com", "MAIL_FROM": "a@b.c\r\nBcc: d@e.f"}, "MAIL_FROM"),
        ({"SMTP_URL": "smtp://mail.example.com", "MAIL_FROM": "ä@b.cc"}, "MAIL_FROM"),
        ({"SMTP_URL": "smtp://%C3%A4%40b.cc:secret@mail.example.com"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://me:p%E2%82%AC@mail.example.com", "MAIL_FROM": "a@b.cc"}, "SMTP_URL"),
        ({"PUBLIC_URL": "wattsup.example.com"}, "PUBLIC_URL"),
        ({"WATTSUP_HOSTS": "https://wattsup.example.com"}, "WATTSUP_HOSTS"),
        ({"WATTSUP_HOSTS": "box.local:8050"}, "WATTSUP_HOSTS"),
        ({"WATTSUP_HOSTS": "*"}, "WATTSUP_HOSTS"),
        ({"WATTSUP_ALERTS_TO_PRIVATE": "yes"}, "WATTSUP_ALERTS_TO_PRIVATE"),
        ({"MQTT_URL": "http://broker"}, "MQTT_URL"),
        ({"MQTT_URL": "mqtt://"}, "MQTT_URL"),
        ({"MQTT_URL": "mqtt://broker:port"}, "MQTT_URL"),
        ({"MQTT_URL": "mqtt://broker:99999"}, "MQTT_URL"),
        ({"MQTT_TOPICS": "tele/plug/SENSOR"}, "MQTT_TOPICS"),
        ({"MQTT_TOPICS": "=home"}, "MQTT_TOPICS"),
    ],
)
def test_a_bad_setting_stops_the_start_with_its_name(env: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Settings.from_env(env)


def test_the_password_of_the_broker_is_not_shown() -> None:
    env = {"MQTT_URL": "mqtt://meter:secret@broker"}
    assert "secret" not in repr(Settings.from_env(env))
    with pytest.raises(SettingsError) as refusal:
        Settings.from_env({"MQTT_URL": "mqtt://meter:secret@:0"})
    assert "secret" not in refusal.value.sentence
