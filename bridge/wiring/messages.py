"""The roads a one-time code can take."""

from __future__ import annotations

from bridge.adapters.messages.sms import SmsSender
from bridge.adapters.messages.smtp import SmtpSender
from bridge.domain.proof import Channel
from bridge.settings import Settings
from bridge.usecases.ports import Clock, CodeSender


def code_senders(settings: Settings, clock: Clock) -> dict[Channel, CodeSender]:
    """Give the roads of this town; one that is not set up is not offered."""
    senders: dict[Channel, CodeSender] = {}
    if settings.smtp_url:
        senders[Channel.EMAIL] = SmtpSender(settings.smtp_url, settings.mail_from, clock)
    if settings.sms_url:
        senders[Channel.SMS] = SmsSender(settings.sms_url, settings.sms_token, clock)
    return senders
