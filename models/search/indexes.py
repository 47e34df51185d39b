"""What is found by its words: a list of the tables, and of the columns whose words count."""

from dataclasses import dataclass

LONGEST_TEXT = 200_000  # characters of a document that are searched; PostgreSQL's vector of words holds no more


@dataclass(frozen=True, slots=True)
class WordIndex:
    """The words of a table's rows. `orders` are the ways in which a name is said: what it may begin with.

    A name's words count as they are, and its known words stand for misspelt ones; prose is found by the stems of its
    words ("repairs" finds "repaired"), and is too long for the place of a word in it to matter.
    """

    name: str
    table: str
    orders: tuple[tuple[str, ...], ...]
    is_prose: bool = False
    knows_words: bool = False
    begins_anywhere: bool = False  # as an address does, which a flat's number may come before

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that it reads, each once."""
        return tuple(dict.fromkeys(column for order in self.orders for column in order))


PERSON = WordIndex(
    "search_person",
    "person",
    (("first_name", "surname", "middle_name", "preferred_name", "title"), ("surname", "first_name")),
    knows_words=True,
)
ORGANISATION = WordIndex("search_organisation", "organisation", (("name",),), knows_words=True)
HOME = WordIndex("search_asset", "asset", (("one_line", "postcode"),), knows_words=True, begins_anywhere=True)
CASE = WordIndex("search_cases", "cases", (("title",),))
DOCUMENT = WordIndex("search_document", "document", (("title",),))
TEXT = WordIndex("search_text", "document_version", (("text",),), is_prose=True)
NOTE = WordIndex("search_note", "note", (("text",),), is_prose=True)
RECORD_NOTE = WordIndex("search_record_note", "record_note", (("text",),), is_prose=True)
COMMUNICATION = WordIndex(
    "search_communication", "communication", (("subject", "recipient", "address", "text"),), is_prose=True
)

WORD_INDEXES = (PERSON, ORGANISATION, HOME, CASE, DOCUMENT, TEXT, NOTE, RECORD_NOTE, COMMUNICATION)
