"""Names and places that belong to nobody: made-up streets, postcodes that do not exist, numbers kept free for fiction.

Telephone numbers are of Ofcom's ranges for drama (01632 960000 to 960999, 07700 900000 to 900999); mail goes to
`.example` (RFC 2606); the postcode area ZZ is never used.
"""

FIRST_NAMES = {
    "Mr": (
        "Adam Adrian Ahmed Andrzej Anthony Arjun Benjamin Callum Chidi Colin Daniel David Dawid Derek Dylan "
        "Edward Emeka Farhan Gareth George Gordon Graham Haroon Henry Ian Ibrahim Jack Jamal James Jerome "
        "Joseph Kofi Kwame Lee Leon Liam Malcolm Marcin Martin Mohammed Nathan Neil Nikhil Oliver Omar "
        "Patrick Paul Piotr Rajesh Ravi Robert Rory Ryan Samuel Sean Stephen Stuart Thomas Tobias Trevor "
        "Victor Wayne William Yusuf Zain"
    ).split(),
    "Ms": (
        "Abigail Agnieszka Aisha Alice Amina Amy Anita Anna Beatrice Beth Bronwen Carol Catherine Chloe "
        "Comfort Debra Denise Ebony Eleanor Elizabeth Emma Esther Fatima Fiona Funmi Grace Gwen Hannah "
        "Harriet Helen Imogen Ioana Jade Jasmine Joan Joyce Julie Karen Kate Khadija Latoya Laura Leah Lucy "
        "Magdalena Margaret Maria Maureen Megan Mei Naomi Nasreen Ngozi Nicola Olivia Pamela Parveen Patricia "
        "Priti Rachel Rebecca Rita Rosa Ruth Sarah Shanice Sharon Sheila Shreya Sinead Sunita Susan Tara "
        "Tracey Valerie Wanjiru Yasmin Yvonne Zofia"
    ).split(),
}
TITLES = {"Mr": ("Mr", "Mr", "Mr", "Mr", "Dr", "Mx"), "Ms": ("Mrs", "Ms", "Miss", "Mrs", "Ms", "Dr")}

SURNAMES = (
    "Abara Abbott Adeyinka Ahmed Akhtar Albright Allington Amoah Anand Archer Ashdown Atkins Bailey "
    "Balogun Banerjee Barlow Begum Bellamy Bhatt Bianchi Blackwood Boakye Bowen Bradshaw Brennan Briggs "
    "Brody Burgess Byrne Cartwright Chaudhry Chen Clarke Coleman Costa Craddock Crawley Cullen Dalton "
    "Danso Das Davies Dempsey Desai Dhillon Dixon Dobson Doyle Drummond Eze Fairley Farah Fenwick "
    "Fletcher Forde Fraser Gallagher Garside Ghosh Gill Goodwin Greaves Gupta Hadley Hale Hanley "
    "Hardcastle Hassan Hewitt Hinds Hollis Hughes Hussain Ibekwe Iqbal Jarvis Jenkins Joshi Kamara Kaur "
    "Keane Khan Kowalski Lamb Lawal Lewandowski Li Lockwood Lomax Mahmood Malik Marsden Mbeki McBride "
    "Mensah Miah Mirza Morgan Mukherjee Musa Nair Nash Ncube Nowak Obi O'Connor Odell Ogden Okafor "
    "Olusegun Osei Owusu Parry Patel Pearce Pereira Pollard Popescu Price Quaye Quinn Rahman Ramsay "
    "Rashid Redfern Reid Rossi Rowland Sandhu Santos Scanlon Sesay Sharma Shepherd Silva Singh Skinner "
    "Stanley Stewart Sutcliffe Tahir Talbot Tembo Thackeray Tran Turner Uddin Usman Vaughan Wadsworth "
    "Walker Warsame Weaver Whitlock Wilkes Winter Wong Woodhouse Wozniak Yeboah Young Zaman"
).split()

LANGUAGES = (
    "Polish",
    "Romanian",
    "Bengali",
    "Urdu",
    "Arabic",
    "Somali",
    "Portuguese",
    "Punjabi",
    "British Sign Language",
)
NEEDS = (
    "Large print, 18 point",
    "Please telephone before a letter is sent",
    "Uses a hearing aid; prefers e-mail",
    "Easy read",
    "Interpreter needed for meetings",
)

STREET_FIRST = (
    "Alder Anchor Barge Bittern Cockle Cormorant Curlew Drift Eider Ferry Gannet Harbour Heron Kelp "
    "Kittiwake Lantern Lapwing Marram Mooring Oyster Pebble Plover Quay Ropewalk Saltmarsh Samphire "
    "Sandpiper Shingle Slipway Spindrift Tern Tideway Turnstone Wharf Whimbrel"
).split()
STREET_LAST = ("Walk", "Close", "Road", "Street", "Terrace", "Court", "Gardens", "Row", "Lane", "Rise")
PATCHES = ("North", "East", "South", "West", "Harbour")
TOWN = "Brightwater"

TENURE_TYPES = (
    ("SEC", "Secure tenancy", 62),
    ("ASS", "Assured tenancy", 20),
    ("INT", "Introductory tenancy", 7),
    ("LEA", "Lease", 8),
    ("NON", "Non-secure tenancy", 3),
)

PERSON_ALERTS = (
    ("20", "Do not visit alone: threatened a contractor in the past. Two members of staff, by appointment."),
    ("30", "Safe contact only: use the mobile number, never the address or letters. Domestic abuse."),
    ("10", "Uses oxygen at home. Power must not be cut off without arrangement."),
    ("40", "Cannot manage stairs; allow time to reach the door."),
    ("50", "Hearing loss: knock loudly and wait, or send a text message first."),
)
LOCATION_ALERTS = (
    ("10", "Asbestos in the textured ceiling coating; see the register before any work."),
    ("20", "Dog on the premises; ring ahead so that it is shut away."),
    ("30", "Loft hatch fixed shut; do not force."),
)

END_REASONS = (
    "Moved to another landlord",
    "Transfer to another of our homes",
    "Bought a home",
    "Moved to care",
    "Tenancy given up",
    "Evicted for arrears",
)

ORGANISATIONS = (
    ("agency", "Harbourlight Support"),
    ("contractor", "Saltmarsh Gas and Electrical"),
    ("contractor", "Turnstone Repairs"),
    ("contractor", "Slipway Roofing and Damp"),
    ("council", "Brightwater Council"),
)

REPAIRS = (
    ("plumbing", "Kitchen", "The tap drips and cannot be turned off fully."),
    ("plumbing", "Bathroom", "The bath drains slowly and smells."),
    ("plumbing", "Hall", "Water comes through the ceiling from the flat above."),
    ("gas", "Kitchen", "The boiler loses pressure and there is no hot water in the morning."),
    ("electrical", "Living room", "Two sockets do not work; one is loose."),
    ("electrical", "Hall", "The smoke alarm chirps although its battery is new."),
    ("joinery", "Front door", "The door has dropped and does not lock without lifting it."),
    ("joinery", "Bedroom", "The window does not close; draught and rain come in."),
    ("roofing", "Loft", "Slates have slipped after the storm; daylight can be seen."),
    ("glazing", "Kitchen", "The double glazing has misted over inside."),
    ("general", "Outside", "The fence to the neighbour has blown down."),
    ("general", "Bathroom", "The extractor fan runs on and makes a grinding noise."),
)

NOTES = (
    "Rang about the letter; explained it, and said that a copy would follow in large print.",
    "Would like to be rung after four o'clock: works nights.",
    "Asked about moving to a smaller home. Sent the form for a mutual exchange.",
    "Neighbour rang in their name; told that we need their consent first.",
    "Visited: all well. The garden is much improved.",
    "Has begun Universal Credit; housing costs to be paid to us.",
)
WRITERS = ("Priya Shah", "Grace Adeyemi", "Ewa Nowak", "Nadia Rahman")
