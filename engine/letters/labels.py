"""What the names that surround every case are called in words."""

GROUPS = {
    "case": "The case",
    "person": "The person",
    "home": "The home",
    "tenancy": "The tenancy",
    "account": "The rent account",
    "officer": "The officer who writes",
    "organisation": "Our organisation",
    "recipient": "Whom the letter goes to",
    "today": "Today",
    "now": "Today",
}

LABELS = {
    "case.category": "Key of the category",
    "case.category_name": "Kind of case",
    "case.opened_on": "Day on which it was opened",
    "case.owner.name": "Owner’s name",
    "case.owner.email": "Owner’s e-mail address",
    "person.communication_needs": "How to communicate with them",
    "person.salutation": "How to greet them, after “Dear”",
    "person.full_name": "Full name, with title",
    "home.uprn": "Unique property reference number",
    "tenancy.type": "Type, as a code",
    "tenancy.type_name": "Type of tenancy",
    "tenancy.members": "Who lives there",
    "account.balance": "Balance: what is owed, less than nothing when in credit",
    "organisation.complaints_email": "E-mail address for complaints",
    "recipient.name": "Name, as on the envelope",
    "recipient.salutation": "How to greet them, after “Dear”",
    "recipient.care_of": "Care of whom, if of anybody",
    "recipient.communication_needs": "How to communicate with them",
    "recipient.needs_large_print": "Whether they need large print",
    "recipient.translation_line": "Offer of the letter in their language, written in it; nothing for English",
    "recipient.roles": "What they are on the case",
    "today": "The day on which the letter is written",
    "now": "The moment at which the letter is written",
    "clocks.due_at": "the moment by which it is due",
    "clocks.due_on": "the day by which it is due",
    "clocks.amber_at": "when it turns amber",
    "clocks.rule": "id of the rule",
    "clocks.name": "its name",
    "clocks.state": "its state (running, paused, met …)",
    "clocks.counted_from_on": "the day from which it is counted",
    "clocks.not_before_on": "the first lawful day",
    "clocks.is_overdue": "whether it is overdue",
    "clocks.met_at": "when it was met",
    "clocks.extended_by": "by how much it was extended",
    "clocks.extension_reason": "why it was extended",
    "clocks.stopped_on": "the day on which it was stopped",
    "clocks.stop_reason": "why it was stopped",
    "clocks.resumed_on": "the day on which it went on",
    "clocks.citation": "the text of law that says so",
    "clocks.citation_link": "the address of that text",
}
ENDINGS = {
    "address.lines": "Address, line by line",
    "address.postcode": "Postcode",
    "address.one_line": "Address in one line",
    "email": "E-mail address",
    "started_on": "Day on which it began",
    "ended_on": "Day on which it ended",
}


def labelled(path: str) -> str:
    """Return the label of a name that surrounds every case; of one that nobody has worded, its name in words."""
    if path in LABELS:
        return LABELS[path]
    ending = path.partition(".")[2]
    return ENDINGS.get(ending) or ending.rsplit(".", 1)[-1].replace("_", " ").capitalize() or path.capitalize()
