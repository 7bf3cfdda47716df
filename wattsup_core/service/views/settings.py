"""The Settings page: where alerts go, what became of the last ones, and which programs are let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wattsup_core.service.views.choices import meters
from wattsup_core.view_models.settings import ChannelView, MessageView, SettingsView, TokenView

if TYPE_CHECKING:
    from wattsup_core.store import AlertMessage, Store

MOST_MESSAGES = 20


def settings(store: Store, asked: str | None = None) -> SettingsView:
    """The page as it is now, for somebody who comes from the meter `asked` for. Tokens that were revoked are not shown."""
    channels = store.outbox.channels()
    tokens = [each for each in store.tokens() if each.revoked_at is None]
    found = store.find_meters(
        {meter_id for meter_id in [*(each.meter_id for each in channels), *(each.meter_id for each in tokens)] if meter_id}
    )
    names = {meter_id: meter.name for meter_id, meter in found.items()}

    def name_of(meter_id: str | None) -> str:
        return names.get(meter_id, meter_id) if meter_id else ""

    return SettingsView(
        channels=tuple(ChannelView(each.channel_id, each.label, name_of(each.meter_id), each.rule) for each in channels),
        messages=messages(store),
        tokens=tuple(TokenView(each.token_id, name_of(each.meter_id), each.scope, each.created_at) for each in tokens),
        meters=meters(store, asked),
    )


def messages(store: Store) -> tuple[MessageView, ...]:
    """The newest messages, the newest first."""
    return tuple(_message(each) for each in store.outbox.messages(MOST_MESSAGES))


def _message(message: AlertMessage) -> MessageView:
    return MessageView(
        channel=message.channel_label,
        subject=message.subject,
        events=message.events,
        state=message.state,
        tries=message.tries,
        moment=message.ended_at or message.due_at,
        reason=message.reason,
        timezone=message.timezone,
    )
