"""The codes that the record uses, each with the words that people read.

Sources: HACT, Hackney's shared models, MHCLG's damp and mould model.
"""

CONTACT_TYPES = {"phone": "Telephone", "email": "E-mail", "address": "Address to write to"}

ORGANISATIONS = {
    "landlord": "Landlord",
    "contractor": "Contractor",
    "agency": "Partner agency",
    "council": "Council",
    "representative": "Representative",
    "other": "Other",
}

CONSENTS = {"surveys": "Surveys", "news": "News and events", "involvement": "Taking part in decisions"}

RELATIONS = {
    "partner": "Partner",
    "child": "Child",
    "parent": "Parent",
    "relative": "Other relative",
    "next_of_kin": "Next of kin",
    "carer": "Carer",
    "advocate": "Advocate",
    "appointee": "Appointee or deputy",
    "attorney": "Holder of a power of attorney",
    "support_worker": "Support worker",
    "social_worker": "Social worker",
    "representative": "Representative",
    "other": "Other",
}

ASSET_TYPES = {"site": "Site", "block": "Block", "property": "Property", "unit": "Unit"}

CERTIFICATES = {
    "gas_safety": "Gas safety record",
    "electrical": "Electrical installation condition report",
    "energy": "Energy performance certificate",
    "fire_risk": "Fire risk assessment",
    "fire_door": "Fire door check",
    "asbestos": "Asbestos survey",
    "water": "Water hygiene (legionella) assessment",
    "lift": "Lift examination",
    "smoke_alarm": "Smoke and carbon monoxide alarm check",
    "other": "Other",
}

PRIORITIES = {"emergency": "Emergency", "urgent": "Urgent", "routine": "Routine", "planned": "Planned"}

# The 29 hazards of the Housing Health and Safety Rating System (England) Regulations 2005, Schedule 1.
HAZARDS = {
    "damp_and_mould": "Damp and mould growth",
    "excess_cold": "Excess cold",
    "excess_heat": "Excess heat",
    "asbestos": "Asbestos and manufactured mineral fibres",
    "biocides": "Biocides",
    "carbon_monoxide": "Carbon monoxide and fuel combustion products",
    "lead": "Lead",
    "radiation": "Radiation",
    "uncombusted_fuel_gas": "Uncombusted fuel gas",
    "volatile_organic_compounds": "Volatile organic compounds",
    "crowding": "Crowding and space",
    "entry_by_intruders": "Entry by intruders",
    "lighting": "Lighting",
    "noise": "Noise",
    "domestic_hygiene": "Domestic hygiene, pests and refuse",
    "food_safety": "Food safety",
    "sanitation": "Personal hygiene, sanitation and drainage",
    "water_supply": "Water supply",
    "falls_baths": "Falls associated with baths",
    "falls_level": "Falls on level surfaces",
    "falls_stairs": "Falls on stairs",
    "falls_between_levels": "Falls between levels",
    "electrical": "Electrical hazards",
    "fire": "Fire",
    "hot_surfaces": "Flames and hot surfaces",
    "collision": "Collision and entrapment",
    "explosions": "Explosions",
    "ergonomics": "Position and operability of amenities",
    "structural_collapse": "Structural collapse and falling elements",
}

SEVERITIES = {"emergency": "Emergency hazard", "significant": "Significant hazard", "other": "Other"}

# Hackney's tenure types; a landlord's own codes are kept too, with the name that they are given.
TENURES = {
    "SEC": "Secure tenancy",
    "INT": "Introductory tenancy",
    "ASS": "Assured tenancy",
    "AST": "Assured shorthold tenancy",
    "FIX": "Fixed-term tenancy",
    "NON": "Non-secure tenancy",
    "TEM": "Temporary licence",
    "LIC": "Licence",
    "LEA": "Leasehold",
    "SHO": "Shared ownership",
    "FRE": "Freehold with service charge",
}

MEMBERS = {
    "tenant": "Tenant",
    "joint tenant": "Joint tenant",
    "leaseholder": "Leaseholder",
    "household member": "Household member",
    "lodger": "Lodger",
}

NOTICES = {
    "possession": "Notice of seeking possession",
    "quit": "Notice to quit",
    "section_8": "Section 8 notice",
    "rent_increase": "Rent increase notice",
    "end_of_tenancy": "Tenant's notice to end the tenancy",
    "demotion": "Demotion notice",
    "extension": "Extension of the introductory period",
    "other": "Other",
}

FREQUENCIES = {
    "weekly": "a week",
    "fortnightly": "a fortnight",
    "four_weekly": "every four weeks",
    "monthly": "a month",
    "quarterly": "a quarter",
    "yearly": "a year",
}

CHARGES = {
    "rent": "Rent",
    "service": "Service charge",
    "heating": "Heating and hot water",
    "water": "Water",
    "support": "Support",
    "garage": "Garage",
    "ground_rent": "Ground rent",
    "other": "Other",
}

TRANSACTIONS = {
    "rent": "Rent and charges",
    "charge": "Other charge",
    "payment": "Payment",
    "housing_benefit": "Housing benefit",
    "universal_credit": "Universal Credit housing costs",
    "refund": "Refund",
    "adjustment": "Adjustment",
    "write_off": "Write-off",
    "opening": "Opening balance",
}

AGREEMENT_OUTCOMES = {"kept": "Kept", "broken": "Broken", "replaced": "Replaced", "withdrawn": "Withdrawn"}
