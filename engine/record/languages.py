"""The line that offers a letter in somebody's own language, written in it.

Have a speaker read a line before you rely on it, and tell us of a better one. For a language that is not here the line
is in English and names it.
"""

ENGLISH = "english"
IN_ENGLISH = "If you would like this letter in {language}, please ask us."

LINES = {
    "albanian": "Nëse e dëshironi këtë letër në gjuhën shqipe, ju lutemi na kontaktoni.",
    "amharic": "ይህን ደብዳቤ በአማርኛ ከፈለጉ፣ እባክዎ ያነጋግሩን።",
    "arabic": "إذا كنت ترغب في الحصول على هذه الرسالة باللغة العربية، فيرجى الاتصال بنا.",
    "bengali": "আপনি যদি এই চিঠিটি বাংলায় চান, অনুগ্রহ করে আমাদের সাথে যোগাযোগ করুন।",
    "bulgarian": "Ако желаете това писмо на български език, моля, свържете се с нас.",
    "cantonese": "如果您需要本信的中文版本，請與我們聯絡。",
    "chinese": "如果您需要本信的中文版本，请与我们联系。",
    "czech": "Pokud si přejete tento dopis v češtině, kontaktujte nás prosím.",
    "dari": "اگر این نامه را به زبان دری می‌خواهید، لطفاً با ما به تماس شوید.",
    "farsi": "اگر این نامه را به زبان فارسی می‌خواهید، لطفاً با ما تماس بگیرید.",
    "french": "Si vous souhaitez recevoir cette lettre en français, veuillez nous contacter.",
    "german": "Wenn Sie diesen Brief auf Deutsch erhalten möchten, wenden Sie sich bitte an uns.",
    "greek": "Αν θέλετε αυτή την επιστολή στα ελληνικά, παρακαλούμε επικοινωνήστε μαζί μας.",
    "gujarati": "જો તમને આ પત્ર ગુજરાતીમાં જોઈતો હોય, તો કૃપા કરીને અમારો સંપર્ક કરો.",
    "hindi": "यदि आप यह पत्र हिंदी में चाहते हैं, तो कृपया हमसे संपर्क करें।",
    "hungarian": "Ha ezt a levelet magyar nyelven szeretné megkapni, kérjük, lépjen kapcsolatba velünk.",
    "italian": "Se desidera questa lettera in italiano, la preghiamo di contattarci.",
    "kurdish": "ئەگەر ئەم نامەیەت بە کوردی دەوێت، تکایە پەیوەندیمان پێوە بکە.",
    "latvian": "Ja vēlaties saņemt šo vēstuli latviešu valodā, lūdzu, sazinieties ar mums.",
    "lithuanian": "Jei norite gauti šį laišką lietuvių kalba, susisiekite su mumis.",
    "nepali": "यदि तपाईंलाई यो पत्र नेपालीमा चाहिन्छ भने, कृपया हामीलाई सम्पर्क गर्नुहोस्।",
    "pashto": "که تاسو دا لیک په پښتو غواړئ، مهرباني وکړئ له موږ سره اړیکه ونیسئ.",
    "polish": "Jeśli chcą Państwo otrzymać ten list w języku polskim, prosimy o kontakt z nami.",
    "portuguese": "Se desejar esta carta em português, por favor contacte-nos.",
    "punjabi": "ਜੇ ਤੁਹਾਨੂੰ ਇਹ ਚਿੱਠੀ ਪੰਜਾਬੀ ਵਿੱਚ ਚਾਹੀਦੀ ਹੈ, ਤਾਂ ਕਿਰਪਾ ਕਰਕੇ ਸਾਡੇ ਨਾਲ ਸੰਪਰਕ ਕਰੋ।",
    "romanian": "Dacă doriți această scrisoare în limba română, vă rugăm să ne contactați.",
    "russian": "Если вам нужно это письмо на русском языке, пожалуйста, свяжитесь с нами.",
    "slovak": "Ak si želáte tento list v slovenčine, kontaktujte nás, prosím.",
    "somali": "Haddii aad warqaddan ku rabto af Soomaali, fadlan nala soo xiriir.",
    "spanish": "Si desea esta carta en español, póngase en contacto con nosotros.",
    "swahili": "Ikiwa unataka barua hii kwa Kiswahili, tafadhali wasiliana nasi.",
    "tamil": "இந்தக் கடிதம் தமிழில் வேண்டுமானால், தயவுசெய்து எங்களைத் தொடர்பு கொள்ளுங்கள்.",
    "tigrinya": "እዚ ደብዳቤ ብትግርኛ እንተደሊኹም፡ በጃኹም ተወከሱና።",
    "turkish": "Bu mektubu Türkçe olarak isterseniz, lütfen bizimle iletişime geçin.",
    "ukrainian": "Якщо вам потрібен цей лист українською мовою, будь ласка, зв’яжіться з нами.",
    "urdu": "اگر آپ کو یہ خط اردو میں چاہیے تو براہِ کرم ہم سے رابطہ کریں۔",
    "vietnamese": "Nếu quý vị muốn nhận thư này bằng tiếng Việt, xin vui lòng liên hệ với chúng tôi.",
    "welsh": "Os hoffech gael y llythyr hwn yn Gymraeg, cysylltwch â ni.",
}
ALSO = {
    "persian": "farsi", "mandarin": "chinese", "sorani": "kurdish", "kurdish sorani": "kurdish", "bangla": "bengali",
    "panjabi": "punjabi", "sq": "albanian", "am": "amharic", "ar": "arabic", "bn": "bengali", "bg": "bulgarian",
    "zh": "chinese", "cs": "czech", "fa": "farsi", "fr": "french", "de": "german", "el": "greek", "gu": "gujarati",
    "hi": "hindi", "hu": "hungarian", "it": "italian", "ckb": "kurdish", "ku": "kurdish", "lv": "latvian",
    "lt": "lithuanian", "ne": "nepali", "ps": "pashto", "pl": "polish", "pt": "portuguese", "pa": "punjabi",
    "ro": "romanian", "ru": "russian", "sk": "slovak", "so": "somali", "es": "spanish", "sw": "swahili", "ta": "tamil",
    "ti": "tigrinya", "tr": "turkish", "uk": "ukrainian", "ur": "urdu", "vi": "vietnamese", "cy": "welsh",
}  # fmt: skip


def translation_line(language: str) -> str | None:
    """Return the line for whoever speaks `language` (its English name, or its code); none for English."""
    key = " ".join(language.replace("(", " ").replace(")", " ").split()).lower()
    if not key or key in ("en", "eng") or key.split()[0] == ENGLISH:
        return None
    first = key.split()[0]
    line = LINES.get(ALSO.get(key, key)) or LINES.get(ALSO.get(first, first))
    return line or IN_ENGLISH.format(language=language.strip())
