"""Flask: the portal, the studio, the audit pages, the REST interface and the command line."""
