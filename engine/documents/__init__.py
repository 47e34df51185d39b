"""Letters merged from Word templates, files uploaded, where their bytes are kept, and the text in them.

What opens a stranger's file (merging, reading a template, reading a text out) runs in a limited child process:
`limited` is the parent's side, `child` the other. Everything else here is plain functions without a database.
"""
