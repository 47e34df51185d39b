"""Letters, e-mails and text messages to people: composed, checked for safety, sent once, followed."""
