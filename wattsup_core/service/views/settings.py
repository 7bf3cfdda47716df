"""The Settings page: where alerts go, what became of the last ones, and which programs are let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wattsup_core.service.views.choices import meters
from wattsup_core.view_models.settings import ChannelView, MessageView, SettingsView, TokenView

if TYPE_CHECKING:
    from wattsup_core.store import AlertMessage, Store

MOST_MESSAGES = 20


def settings(store: Store) -> SettingsView:
    """The page as it is now. Tokens that were revoked are not shown."""
    known = meters(store)
    names = {choice.meter_id: choice.name for choice in known}
    return SettingsView(
        channels=tuple(
            ChannelView(each.channel_id, each.label, names.get(each.meter_id, each.meter_id) if each.meter_id else "", each.rule)
            for each in store.outbox.channels()
        ),
        messages=messages(store),
        tokens=tuple(
            TokenView(each.token_id, names.get(each.meter_id, each.meter_id) if each.meter_id else "", each.scope, each.created_at)
            for each in store.tokens()
            if each.revoked_at is None
        ),
        meters=known,
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
