"""What people do with the channels of their alerts: add them, try them out, remove them."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wattsup_core.alerting import HIGHEST_SEVERITY, LOWEST_SEVERITY, NO_SEVERITY, AlertRule
from wattsup_core.errors import BadRequestError
from wattsup_core.service.alerts.addresses import read_address
from wattsup_core.service.alerts.delivery import deliver
from wattsup_core.service.alerts.undelivered import UndeliveredError
from wattsup_core.service.alerts.wording import test_content
from wattsup_core.settings import Settings
from wattsup_core.store.alert_records import AlertChannel

if TYPE_CHECKING:
    from wattsup_core.store import Store

MOST_CHANNELS = 200


def add_channel(store: Store, settings: Settings, address: str, meter_id: str | None, rule: AlertRule) -> AlertChannel:
    """Add a channel for one meter or, without `meter_id`, for all but samples.

    Raises
    ------
    BadRequestError
        When WattsUp cannot or may not send to the address, or has been given it already.
    NotFoundError
        When there is no such meter.
    """
    if not LOWEST_SEVERITY <= rule.least_severity <= HIGHEST_SEVERITY:
        raise BadRequestError(*NO_SEVERITY)
    found = read_address(address, settings)
    channel = AlertChannel("c" + secrets.token_hex(6), meter_id, found.text, found.label, rule, datetime.now(UTC))
    store.outbox.add_channel(channel, MOST_CHANNELS)
    return channel


def send_test(store: Store, settings: Settings, channel_id: str) -> tuple[bool, str]:
    """Send a test to a channel now; whether it was accepted, and a sentence on what came of it.

    Raises
    ------
    NotFoundError
        When there is no such channel.
    """
    channel = store.outbox.channel(channel_id)
    try:
        deliver(settings, channel.address, test_content(settings.public_url), secrets.token_hex(16), datetime.now(UTC))
    except UndeliveredError as error:
        return False, f"The test was not sent: {error.reason}"
    return True, f"The test was sent and accepted. Look at {channel.label} to see that it arrived."
