"""Which provider a channel has is read from the settings, and what is wrong with them is said at start."""

import pytest

from engine.communications import providers
from engine.errors import Invalid

NOTIFY = {
    "NOTIFY_API_KEY": "key-11111111-1111-4111-8111-111111111111-22222222-2222-4222-8222-222222222222",
    "NOTIFY_SMS_TEMPLATE": "33333333-3333-4333-8333-333333333333",
}
SMS = {"SMS_URL": "https://gateway.example/sms", "SMS_TOKEN": "t"}


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({}, {"letter": "print"}),
        ({"SMTP_URL": "smtp://mail.example"}, {"email": "smtp", "letter": "print"}),
        (NOTIFY, {"sms": "notify", "letter": "print"}),
        ({**NOTIFY, **SMS, "CASEWRIGHT_SMS": "http"}, {"sms": "http", "letter": "print"}),
        ({**NOTIFY, "CASEWRIGHT_LETTERS": "notify"}, {"sms": "notify", "letter": "notify"}),
        ({"LETTERS_URL": "https://post.example", "LETTERS_TOKEN": "t"}, {"letter": "http"}),
    ],
)
def test_a_channel_goes_by_what_is_set_up(values: dict[str, str], names: dict[str, str]) -> None:
    chosen = providers.read(values)

    assert dict(chosen.names) == names
    assert {channel: one.name for channel, one in chosen.providers("us@landlord.example").items()} == names


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"CASEWRIGHT_SMS": "pigeon"}, "CASEWRIGHT_SMS is “pigeon”"),
        ({"CASEWRIGHT_SMS": "notify"}, "needs NOTIFY_API_KEY and NOTIFY_SMS_TEMPLATE"),
        ({"CASEWRIGHT_LETTERS": "http"}, "needs LETTERS_URL and LETTERS_TOKEN"),
        ({"CASEWRIGHT_EMAIL": "smtp"}, "needs SMTP_URL"),
        ({"SMS_URL": "https://gateway.example"}, "SMS_URL needs SMS_TOKEN"),
        ({**SMS, "SMS_URL": "http://gateway.example"}, "unencrypted"),
        ({**NOTIFY, "NOTIFY_API_KEY": "short"}, "NOTIFY_API_KEY"),
        ({"SMTP_URL": "mail.example"}, "SMTP_URL"),
    ],
)
def test_settings_that_cannot_work_are_told_at_start(values: dict[str, str], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        providers.read(values)
