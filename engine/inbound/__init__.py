"""What comes in: e-mails of a mailbox and scans of a folder, taken in once, then filed.

`polling` looks for it, `arriving` and `taking` take it in; `matching` finds the case that it answers; `sorting` sees to
what needs nobody; `queue` and `handling` are for the people who file the rest.
"""
