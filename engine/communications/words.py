"""The words of communications: channels, purposes and what has become of one."""

from engine.record.codes import CONSENTS

LETTER, EMAIL, SMS = "letter", "email", "sms"
CHANNELS = {LETTER: "Letter", EMAIL: "E-mail", SMS: "Text message"}
PREFERRED = "preferred"  # whichever of them suits the person best

STATUTORY, SERVICE, CONSENT = "statutory", "service", "consent"
PURPOSES = {
    STATUTORY: "Required by law or the tenancy",
    SERVICE: "About a service or case of theirs",
    CONSENT: "News, surveys and invitations, for those who agreed",
}

STATUSES = {
    "approval": "Waits for approval",
    "stopped": "Stopped",
    "waiting": "Waits to be sent",
    "printing": "Waits to be printed and posted",
    "sent": "Sent",
    "delivered": "Delivered",
    "failed": "Not delivered",
    "cancelled": "Cancelled",
    "received": "Received",
}
UNDECIDED = ("approval", "stopped")  # a person has to say whether it goes
UNSENT = (*UNDECIDED, "waiting", "printing")
TOPICS = CONSENTS
