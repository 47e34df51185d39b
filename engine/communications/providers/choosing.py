"""Which provider this installation uses for each channel, read from its settings once, when the process starts."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine import outbox
from engine.communications.providers import calling, notify
from engine.communications.providers.base import Provider
from engine.communications.providers.calling import Gateway
from engine.communications.providers.http import Http
from engine.communications.providers.notify import Notify
from engine.communications.providers.printing import Printing
from engine.communications.providers.smtp import Smtp
from engine.communications.words import EMAIL, LETTER, SMS
from engine.errors import Invalid

Providers = Mapping[str, Provider]  # by channel; nothing leaves on a channel that is not there, and all of it is kept

SETTINGS = {EMAIL: "CASEWRIGHT_EMAIL", SMS: "CASEWRIGHT_SMS", LETTER: "CASEWRIGHT_LETTERS"}
POSSIBLE = {EMAIL: ("smtp", "notify"), SMS: ("notify", "http"), LETTER: ("print", "notify", "http")}
NEEDED = {  # for a provider of a channel
    (EMAIL, "smtp"): ("SMTP_URL",),
    (EMAIL, "notify"): ("NOTIFY_API_KEY", "NOTIFY_EMAIL_TEMPLATE"),
    (SMS, "notify"): ("NOTIFY_API_KEY", "NOTIFY_SMS_TEMPLATE"),
    (SMS, "http"): ("SMS_URL", "SMS_TOKEN"),
    (LETTER, "notify"): ("NOTIFY_API_KEY",),
    (LETTER, "http"): ("LETTERS_URL", "LETTERS_TOKEN"),
}
# Where nobody chose: the first that is set up. Letters by GOV.UK Notify cost money, so somebody has to choose them.
BY_DEFAULT = {EMAIL: ("smtp", "notify"), SMS: ("notify", "http"), LETTER: ("http", "print")}


@dataclass(frozen=True, slots=True)
class Choice:
    """The provider of each channel that has one, and what they need."""

    names: Mapping[str, str]
    smtp_url: str = ""
    account: notify.Account | None = None
    gateways: Mapping[str, Gateway] | None = None

    def providers(self, sender: str) -> Providers:
        """Return the providers by channel, made anew; `sender` is the From address of e-mails."""
        return {channel: self._provider(channel, name, sender) for channel, name in self.names.items()}

    def _provider(self, channel: str, name: str, sender: str) -> Provider:
        if name == "smtp":
            return Smtp(self.smtp_url, sender)
        if name == "notify" and self.account is not None:
            return Notify(self.account, channel)
        if name == "http" and self.gateways is not None:
            return Http(self.gateways[channel])
        return Printing()


def read(values: Mapping[str, str]) -> Choice:
    """Return what the settings choose.

    Raises:
        Invalid: a provider that a channel has not, or one whose settings are missing or wrong.
    """
    names = {channel: name for channel in SETTINGS if (name := _name(values, channel))}
    account = None
    if "notify" in names.values():
        account = notify.account(
            values["NOTIFY_API_KEY"],
            url=values.get("NOTIFY_URL", ""),
            sms_template=values.get("NOTIFY_SMS_TEMPLATE", ""),
            email_template=values.get("NOTIFY_EMAIL_TEMPLATE", ""),
        )
    gateways = {
        channel: calling.gateway(values[address], values[token], setting=address)
        for channel, address, token in ((SMS, "SMS_URL", "SMS_TOKEN"), (LETTER, "LETTERS_URL", "LETTERS_TOKEN"))
        if names.get(channel) == "http"
    }
    smtp_url = values.get("SMTP_URL", "")
    if smtp_url:
        outbox.mail_server(smtp_url)  # it says what is wrong with it
    return Choice(names, smtp_url, account, gateways)


def _name(values: Mapping[str, str], channel: str) -> str:
    """Return the provider of a channel; "" where none is set up."""
    setting, possible = SETTINGS[channel], POSSIBLE[channel]
    named = values.get(setting, "")
    if not named:
        half = next((name for name in possible if name == "http" and _is_begun(values, channel)), "")
        if half and _missing(values, channel, half):
            raise Invalid(f"{NEEDED[channel, half][0]} needs {_missing(values, channel, half)[0]} beside it.")
        return next((name for name in BY_DEFAULT[channel] if not _missing(values, channel, name)), "")
    if named not in possible:
        raise Invalid(f"{setting} is “{named}”, which sends none of these.", remedy=f"Write {' or '.join(possible)}.")
    missing = _missing(values, channel, named)
    if missing:
        raise Invalid(f"{setting} is “{named}”, which needs {' and '.join(missing)}.", remedy="Set it and start again.")
    return named


def _is_begun(values: Mapping[str, str], channel: str) -> bool:
    """Say whether the address of a gateway is set."""
    return bool(NEEDED.get((channel, "http")) and values.get(NEEDED[channel, "http"][0]))


def _missing(values: Mapping[str, str], channel: str, name: str) -> list[str]:
    return [setting for setting in NEEDED.get((channel, name), ()) if not values.get(setting)]
