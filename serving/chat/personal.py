"""How people tell who they are and where they live, in the eighteen languages: patterns only.

`privacy.py` uses them. A name is what follows a phrase of `CALLED` (however it is written), of
`CALLED_WEAKLY` or a relation (then with a capital), or stands alone under a closing formula.
"""

import re

_WORD = r"[^\W\d_][\w'’-]*"

# "my name is": what follows is a name even in small letters
CALLED = (
    *("my name is", "my name's", "my name’s", "i am called", "i'm called", "name:"),  # en
    *("ich heiße", "ich heisse", "mein name ist", "mein name:"),  # de
    *("je m'appelle", "je m’appelle", "mon nom est", "mon prénom est"),  # fr
    *("mi chiamo", "il mio nome è"),  # it
    *("me llamo", "mi nombre es"),  # es
    *("chamo-me", "me chamo", "o meu nome é", "meu nome é"),  # pt
    *("ik heet", "mijn naam is"),  # nl
    *("em dic", "el meu nom és"),  # ca
    *("με λένε", "ονομάζομαι", "το όνομά μου είναι", "λέγομαι"),  # el
    *("benim adım", "adım", "ismim"),  # tr
    *("zovem se", "moje ime je", "ime mi je"),  # hr, sl
    *("kličem se", "pišem se"),  # sl
    *("quhem", "më quajnë", "emri im është"),  # sq
    *("اسمي هو", "اسمي", "إسمي", "أدعى"),  # ar
    *("קוראים לי", "השם שלי הוא", "השם שלי", "שמי הוא", "שמי"),  # he
    *("nazywam się", "mam na imię", "moje imię to"),  # pl
    *("mă numesc", "ma numesc", "numele meu este", "mă cheamă", "ma cheama"),  # ro
    *("меня зовут", "моё имя", "мое имя", "зовут меня"),  # ru
)
# of somebody else, in languages without capitals the only sign
OTHERS_CALLED = (
    *("اسمه", "اسمها", "קוראים לו", "קוראים לה", "שמו", "שמה"),  # ar, he
)
# "I am", "he is called": only before a capital, for much else may follow
CALLED_WEAKLY = (
    *("i am", "i'm", "i’m", "this is", "call me", "is called", "is named", "named"),
    *("ich bin", "hier ist", "nenn mich", "nennt mich", "heißt", "heisst", "namens"),
    *("je suis", "c'est", "appelle-moi", "appelez-moi", "s'appelle", "s’appelle"),
    *("sono", "chiamami", "si chiama"),
    *("soy", "llámame", "llamame", "se llama"),
    *("sou", "sou o", "sou a", "se chama", "chama-se"),
    *("ik ben", "noem me", "noem mij", "heet", "genaamd"),
    *("sóc", "soc", "es diu", "soy la", "sóc la", "sóc en"),
    *("είμαι ο", "είμαι η", "τον λένε", "την λένε", "τη λένε", "λέγεται"),
    *("ben", "adı", "ismi"),
    *("ja sam", "zove se", "jaz sem", "ime mu je", "ime ji je", "ime joj je"),
    *("jam", "unë jam", "quhet"),
    *("jestem", "nazywa się", "ma na imię"),
    *("sunt", "se numește", "se numeste", "îl cheamă", "o cheamă"),
    *("я", "его зовут", "её зовут", "ее зовут", "зовут"),
)
RELATED = (
    *("my wife", "my husband", "my son", "my daughter", "my friend", "my partner", "my mother"),
    *("my father", "my mum", "my mom", "my dad", "my boyfriend", "my girlfriend", "my sister"),
    *("my brother", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "dr", "dr."),
    *("meine frau", "meiner frau", "mein mann", "meinem mann", "mein sohn", "meinem sohn"),
    *("meine tochter", "meiner tochter", "mein freund", "meinem freund", "meine freundin"),
    *("meiner freundin", "meine mutter", "mein vater", "herr", "frau"),
    *("ma femme", "mon mari", "mon fils", "ma fille", "mon ami", "mon amie", "ma copine"),
    *("mon copain", "ma mère", "mon père", "monsieur", "madame", "m.", "mme"),
    *("mia moglie", "mio marito", "mio figlio", "mia figlia", "il mio amico", "la mia amica"),
    *("il mio ragazzo", "la mia ragazza", "signor", "signora"),
    *("mi mujer", "mi esposa", "mi marido", "mi esposo", "mi hijo", "mi hija", "mi amigo"),
    *("mi amiga", "mi novio", "mi novia", "mi madre", "mi padre", "señor", "señora", "sr.", "sra."),
    *("minha mulher", "minha esposa", "meu marido", "meu filho", "minha filha", "meu amigo"),
    *("minha amiga", "senhor", "senhora"),
    *("mijn vrouw", "mijn man", "mijn zoon", "mijn dochter", "mijn vriend", "mijn vriendin"),
    *("mijn moeder", "mijn vader", "meneer", "mevrouw"),
    *("la meva dona", "el meu marit", "el meu fill", "la meva filla", "el meu amic"),
    *("la meva amiga", "senyor", "senyora"),
    *("η γυναίκα μου", "ο άντρας μου", "ο γιος μου", "η κόρη μου", "ο φίλος μου", "η φίλη μου"),
    *("τη γυναίκα μου", "τον άντρα μου", "τον γιο μου", "την κόρη μου", "κύριος", "κυρία"),
    *("eşim", "karım", "kocam", "oğlum", "kızım", "arkadaşım", "bay", "bayan"),
    *("moja žena", "moj muž", "moj sin", "moja kći", "moja kćer", "moja hči", "moj prijatelj"),
    *("moja prijateljica", "gospodin", "gospođa", "gospod", "gospa"),
    *("gruaja ime", "burri im", "djali im", "vajza ime", "shoku im", "zoti", "zonja"),
    *("moja żona", "mój mąż", "mój syn", "moja córka", "mój przyjaciel", "moja przyjaciółka"),
    *("moją żoną", "moim mężem", "moim synem", "moją córką", "pan", "pani"),
    *("soția mea", "sotia mea", "soțul meu", "sotul meu", "fiul meu", "fiica mea"),
    *("prietenul meu", "prietena mea", "domnul", "doamna"),
    *("моя жена", "мой муж", "мой сын", "моя дочь", "мой друг", "моя подруга", "господин"),
    *("моей женой", "моим мужем", "моим сыном", "моей дочерью", "госпожа"),
)
CLOSING = (
    *("kind regards", "best regards", "regards", "best wishes", "yours", "sincerely", "cheers"),
    *("viele grüße", "liebe grüße", "mit freundlichen grüßen", "grüße", "gruß", "lg", "mfg"),
    *("cordialement", "bien à vous", "amicalement", "bises"),
    *("cordiali saluti", "distinti saluti", "saluti", "un saluto"),
    *("saludos", "un saludo", "atentamente", "un abrazo"),
    *("cumprimentos", "com os melhores cumprimentos", "abraços", "atenciosamente"),
    *("groeten", "groetjes", "met vriendelijke groet", "groet", "mvg"),
    *("salutacions", "salutacions cordials", "salut", "una abraçada"),
    *("χαιρετισμούς", "με εκτίμηση", "φιλικά"),
    *("saygılar", "saygılarımla", "selamlar", "sevgiler"),
    *("pozdrav", "lijep pozdrav", "srdačan pozdrav", "lep pozdrav", "lp"),
    *("përshëndetje", "me respekt", "të fala"),
    *("مع تحياتي", "تحياتي", "مع أطيب التحيات"),
    *("בברכה", "תודה"),
    *("pozdrawiam", "pozdrowienia", "z poważaniem"),
    *("cu stimă", "cu stima", "salutări", "cu respect"),
    *("с уважением", "всего доброго", "привет"),
)
_STREETS = (
    *("calle", "c/", "avenida", "avda.", "avda", "plaza", "paseo", "camino", "urbanización"),
    *("carrer", "avinguda", "plaça", "passeig", "camí", "partida"),
    *("rue", "avenue", "boulevard", "place", "chemin", "impasse", "quai"),
    *("via", "viale", "piazza", "corso", "largo", "vicolo"),
    *("rua", "praça", "travessa", "estrada"),
    *("ulica", "ul.", "aleja", "al.", "plac", "cesta", "trg"),
    *("strada", "str.", "bulevardul", "calea", "aleea"),
    *("улица", "ул.", "проспект", "переулок", "бульвар"),
    *("οδός", "οδού", "λεωφόρος", "πλατεία"),
    *("rruga", "bulevardi", "شارع", "רחוב", "שדרות"),
)
_ENGLISH_STREET = (
    "street|st|road|rd|avenue|ave|lane|ln|drive|close|court|square|terrace|gardens|crescent"
)
_STREET_ENDING = "straße|strasse|str\\.|gasse|allee|platz|weg|straat|laan|gracht|plein|kade|steeg"
_TURKISH_STREET = "sokak|sokağı|sok\\.|caddesi|cad\\.|mahallesi|bulvarı"


def _any(phrases: tuple[str, ...]) -> str:
    longest_first = sorted(set(phrases), key=lambda p: (-len(p), p))
    return "|".join(re.escape(p).replace(r"\ ", r"\s+") for p in longest_first)


# Up to three words; `privacy.py` drops those that are no name
_NAME = rf"(?P<name>{_WORD}(?:[ \t]+{_WORD}){{0,2}})"
AFTER_CALLED = re.compile(
    rf"(?<!\w)(?:{_any(CALLED + OTHERS_CALLED)})\s*[:,]?\s+{_NAME}", re.IGNORECASE
)
AFTER_WEAKLY = re.compile(rf"(?<!\w)(?:{_any(CALLED_WEAKLY + RELATED)})[,:]?\s+{_NAME}", re.I)
AT_THE_END = re.compile(
    rf"(?:^|[\n.!?,])\s*(?:{_any(CLOSING)})\s*[,.!]?\s*\n?\s*{_NAME}\s*[.!]?\s*$", re.I
)
_LOCAL = r"[^\s@<>()\[\],;:\"]"  # what may stand before the @, and more
EMAIL = re.compile(
    rf"(?<!{_LOCAL}){_LOCAL}+\s?(?:@|[\[(]at[\])])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
)
PHONE = re.compile(r"(?<![\w.,])(?:\+|00)?\(?\d(?:[\s().\-/\u2010-\u2015]{0,3}\d){6,23}(?![\w])")
COORDINATES = re.compile(
    r"(?<![\d.,])[-+]?\d{1,3}[.,]\d{3,}(?:\s*°)?(?:\s*[NSns]\b)?\s*[,;/ ]\s*"
    r"[-+]?\d{1,3}[.,]\d{3,}(?:\s*°)?(?:\s*[EWewOo]\b)?"
    r"|\d{1,3}\s*°\s*\d{1,2}\s*['′’]\s*(?:\d{1,2}(?:[.,]\d+)?\s*(?:\"|″|''))?\s*[NSns]?"
    r"[\s,]*\d{1,3}\s*°\s*\d{1,2}\s*['′’]\s*(?:\d{1,2}(?:[.,]\d+)?\s*(?:\"|″|''))?\s*[EWewOo]?"
)
ADDRESS = re.compile(
    rf"(?<!\w)(?:{_any(_STREETS)})\s*(?:{_WORD}\s+){{0,4}}{_WORD}\s*,?\s*(?:n[ºo°.]*\s*)?"
    r"\d{1,5}[A-Za-z]?\b(?:\s*,\s*\d{4,5}\b)?"
    rf"|(?<!\w)\d{{1,5}}[A-Za-z]?\s+(?:{_WORD}\s+){{1,3}}(?:{_ENGLISH_STREET})\b"
    rf"|(?<!\w)(?:{_WORD}\s+){{0,2}}\w*(?:{_STREET_ENDING})\s+\d{{1,4}}[A-Za-z]?\b(?:\s*,\s*\d{{4,5}}\b)?"
    rf"|(?<!\w)(?:{_WORD}\s+){{1,3}}(?:{_TURKISH_STREET})\s*,?\s*(?:no\s*[:.]?\s*)?\d{{1,4}}\b",
    re.IGNORECASE,
)
# a date is no phone number, however many digits it has
DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{4}"
    r"|\d{1,2}\s?[-–]\s?\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{4}"
)
CASED = re.compile(r"[A-Za-zÀ-ɏͰ-ϿЀ-ӿ]")
