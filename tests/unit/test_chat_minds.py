"""Travellers change their minds, ask of one place, and ask otherwise: in every language."""

from datetime import UTC, datetime

import pytest

from butler.domain import Money, TripFacts
from serving.chat.understand import understand
from serving.chat.values import Understood
from serving.explain.words import LANGUAGES

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # a Thursday
FAMILY = ("party:family", "children")


def heard(text: str, language: str) -> Understood:
    return understand(text, language, {"Castillo de Santa Bárbara": "poi-2"}, NOW)


FORGET_KIDS = {
    "en": "forget that I'm travelling with kids", "de": "Vergiss das mit den Kindern",
    "fr": "oublie les enfants", "it": "dimentica i bambini", "es": "quita los niños",
    "pt": "esquece as crianças", "nl": "vergeet de kinderen", "ca": "oblida els nens",
    "el": "ξέχνα τα παιδιά", "tr": "çocukları unut", "hr": "zaboravi djecu",
    "sl": "pozabi na otroke", "sq": "harro fëmijët", "ar": "انس الأطفال",
    "he": "תשכח מהילדים", "pl": "zapomnij, że podróżuję z dziećmi",
    "ro": "uită de copii", "ru": "забудь про детей",
}  # fmt: skip
FORGET_BUDGET = {
    "en": "Forget my budget", "de": "Vergiss mein Budget", "fr": "oubliez mon budget",
    "it": "dimentica il mio budget", "es": "olvida mi presupuesto",
    "pt": "esqueça o meu orçamento", "nl": "vergeet mijn budget", "ca": "oblida el meu pressupost",
    "el": "ξέχασε τον προϋπολογισμό μου", "tr": "bütçemi unut", "hr": "zaboravi moj budžet",
    "sl": "pozabi moj proračun", "sq": "harro buxhetin tim", "ar": "انس ميزانيتي",
    "he": "תשכח מהתקציב שלי", "pl": "zapomnij o moim budżecie", "ro": "uită bugetul meu",
    "ru": "забудь про бюджет",
}  # fmt: skip
FORGET_ALL = {
    "en": "forget everything", "de": "vergiss alles", "fr": "oublie tout",
    "it": "dimentica tutto", "es": "olvida todo", "pt": "esquece tudo", "nl": "vergeet alles",
    "ca": "oblida-ho tot", "el": "ξέχνα τα πάντα", "tr": "her şeyi unut", "hr": "zaboravi sve",
    "sl": "pozabi vse", "sq": "harro gjithçka", "ar": "انس كل شيء", "he": "תשכח הכול",
    "pl": "zapomnij wszystko", "ro": "uită tot", "ru": "забудь всё",
}  # fmt: skip
NO_WHEELCHAIR = {
    "en": "I don't have a wheelchair", "de": "Ich sitze nicht im Rollstuhl",
    "fr": "je ne suis pas en fauteuil roulant", "it": "non sono in sedia a rotelle",
    "es": "no estoy en silla de ruedas", "pt": "não estou em cadeira de rodas",
    "nl": "ik zit niet in een rolstoel", "ca": "no vaig en cadira de rodes",
    "el": "δεν είμαι σε αναπηρικό αμαξίδιο", "tr": "tekerlekli sandalyede değilim",
    "hr": "nisam u invalidskim kolicima", "sl": "nisem na invalidskem vozičku",
    "sq": "nuk jam në karrige me rrota", "ar": "لست على كرسي متحرك",
    "he": "אני לא בכיסא גלגלים", "pl": "nie jestem na wózku", "ro": "nu sunt în scaun rulant",
    "ru": "я не на инвалидной коляске",
}  # fmt: skip
NO_KIDS = {
    "en": "we are only two, no kids", "de": "Wir haben keine Kinder dabei",
    "fr": "nous n'avons pas d'enfants", "it": "non abbiamo bambini", "es": "no tenemos niños",
    "pt": "não temos crianças", "nl": "we hebben geen kinderen bij ons",
    "ca": "no tenim nens", "el": "δεν έχουμε παιδιά", "tr": "çocuğumuz yok",
    "hr": "nemamo djece", "sl": "nimamo otrok", "sq": "nuk kemi fëmijë", "ar": "ليس لدينا أطفال",
    "he": "אין לנו ילדים", "pl": "nie mamy dzieci", "ro": "nu avem copii", "ru": "у нас нет детей",
}  # fmt: skip
FINE = {
    "en": "actually museums are fine", "de": "Museen sind doch ok", "fr": "les musées ça me va",
    "it": "i musei vanno bene", "es": "los museos están bien", "pt": "os museus pode ser",
    "nl": "musea zijn toch prima", "ca": "els museus estan bé", "el": "τα μουσεία είναι εντάξει",
    "tr": "müze de olur", "hr": "muzeji su u redu", "sl": "muzeji so v redu",
    "sq": "muzetë janë në rregull", "ar": "لا بأس بالمتاحف", "he": "מוזיאונים זה בסדר",
    "pl": "muzea są w porządku", "ro": "muzeele sunt ok", "ru": "всё-таки музеи тоже можно",
}  # fmt: skip
ACCESSIBLE = {
    "en": "Is it accessible?", "de": "Ist das barrierefrei?", "fr": "Est-ce accessible ?",
    "it": "È accessibile?", "es": "¿Es accesible?", "pt": "É acessível?",
    "nl": "is het rolstoeltoegankelijk?", "ca": "És accessible?", "el": "Είναι προσβάσιμο;",
    "tr": "tekerlekli sandalyeye uygun mu?", "hr": "Je li pristupačno?", "sl": "Ali je dostopno?",
    "sq": "A është e aksesueshme?", "ar": "هل هو مناسب للكرسي المتحرك؟", "he": "האם זה נגיש?",
    "pl": "Czy to jest dostępne?", "ro": "Este accesibil?", "ru": "это доступно?",
}  # fmt: skip
OPEN = {
    "en": "is it open now?", "de": "ist es jetzt geöffnet?", "fr": "c'est ouvert maintenant ?",
    "it": "è aperto adesso?", "es": "¿está abierto ahora?", "pt": "está aberto agora?",
    "nl": "is het nu open?", "ca": "és obert ara?", "el": "είναι ανοιχτό τώρα;",
    "tr": "şimdi açık mı?", "hr": "je li sada otvoreno?", "sl": "ali je zdaj odprto?",
    "sq": "a është hapur tani?", "ar": "هل هو مفتوح الآن؟", "he": "האם זה פתוח עכשיו?",
    "pl": "czy jest teraz otwarte?", "ro": "e deschis acum?", "ru": "там сейчас открыто?",
}  # fmt: skip
DEAR = {
    "en": "is it expensive?", "de": "ist es teuer?", "fr": "c'est cher ?", "it": "è caro?",
    "es": "¿es caro?", "pt": "é caro?", "nl": "is het duur?", "ca": "és car?",
    "el": "είναι ακριβό;", "tr": "pahalı mı?", "hr": "je li skupo?", "sl": "ali je drago?",
    "sq": "a është shtrenjtë?", "ar": "هل هو غالي؟", "he": "זה יקר?", "pl": "czy to drogie?",
    "ro": "e scump?", "ru": "это дорого?",
}  # fmt: skip
CHEAPER = {
    "en": "something cheaper", "de": "etwas Günstigeres", "fr": "moins cher", "it": "più economico",
    "es": "más barato", "pt": "mais barato", "nl": "iets goedkopers", "ca": "més barat",
    "el": "πιο φθηνό", "tr": "daha ucuz", "hr": "jeftinije", "sl": "cenejše", "sq": "më lirë",
    "ar": "أرخص", "he": "יותר זול", "pl": "coś tańszego", "ro": "mai ieftin", "ru": "подешевле",
}  # fmt: skip
CLOSER = {
    "en": "closer", "de": "näher", "fr": "plus près", "it": "più vicino", "es": "más cerca",
    "pt": "mais perto", "nl": "dichterbij", "ca": "més a prop", "el": "πιο κοντά",
    "tr": "daha yakın", "hr": "bliže", "sl": "bližje", "sq": "më afër", "ar": "أقرب",
    "he": "קרוב יותר", "pl": "bliżej", "ro": "mai aproape", "ru": "поближе",
}  # fmt: skip
KNOWN = {
    "en": "What did I tell you so far?", "de": "Was weißt du über mich?",
    "fr": "que savez-vous de moi ?", "it": "cosa sai di me?", "es": "¿qué sabes de mí?",
    "pt": "o que sabe de mim?", "nl": "wat weet je over mij?", "ca": "què saps de mi?",
    "el": "τι ξέρεις για μένα;", "tr": "hakkımda ne biliyorsun?", "hr": "što znaš o meni?",
    "sl": "kaj veš o meni?", "sq": "çfarë di për mua?", "ar": "ماذا تعرف عني؟",
    "he": "מה אתה יודע עליי?", "pl": "co o mnie wiesz?", "ro": "ce știi despre mine?",
    "ru": "что ты обо мне знаешь?",
}  # fmt: skip
WON = {
    "en": "Who won the match?", "de": "Wer hat gewonnen?", "fr": "Qui a gagné le match ?",
    "it": "Chi ha vinto la partita?", "es": "¿Quién ganó la liga?", "pt": "Quem ganhou o jogo?",
    "nl": "Wie heeft gewonnen?", "ca": "Qui va guanyar la lliga?", "el": "Ποιος κέρδισε τον αγώνα;",
    "tr": "Maçı kim kazandı?", "hr": "Tko je pobijedio?", "sl": "Kdo je zmagal?",
    "sq": "Kush fitoi ndeshjen?", "ar": "من فاز بالمباراة؟", "he": "מי ניצח במשחק?",
    "pl": "Kto wygrał mecz?", "ro": "Cine a câștigat meciul?", "ru": "Кто выиграл матч?",
}  # fmt: skip
PROGRAM = {
    "en": "Write me a Python program", "de": "Schreib mir ein Python-Programm",
    "fr": "Écris-moi un programme en Python", "it": "Scrivimi un programma in Python",
    "es": "Escribe un programa en Python", "pt": "Escreve-me um programa em Python",
    "nl": "Schrijf een programma in Python", "ca": "Escriu un programa en Python",
    "el": "Γράψε μου ένα πρόγραμμα σε Python", "tr": "Bana bir Python programı yaz",
    "hr": "Napiši mi program u Pythonu", "sl": "Napiši mi program v Pythonu",
    "sq": "Më shkruaj një program në Python", "ar": "اكتب لي برنامجا بلغة بايثون",
    "he": "כתוב לי תוכנית בפייתון", "pl": "Napisz mi program w Pythonie",
    "ro": "Scrie-mi un program în Python", "ru": "Напиши мне программу на Python",
}  # fmt: skip
BUDGET = {
    "en": "my budget is 30 euros", "de": "mein Budget ist 30 Euro",
    "fr": "mon budget est de 30 euros", "it": "il mio budget è di 30 euro",
    "es": "mi presupuesto es 30 euros", "pt": "o meu orçamento é de 30 euros",
    "nl": "mijn budget is 30 euro", "ca": "el meu pressupost és de 30 euros",
    "el": "ο προϋπολογισμός μου είναι 30 ευρώ", "tr": "bütçem 30 euro", "hr": "moj budžet je 30 eura",
    "sl": "moj proračun je 30 evrov", "sq": "buxheti im është 30 euro",
    "ar": "ميزانيتي 30 يورو", "he": "התקציב שלי הוא 30 אירו", "pl": "mój budżet to 30 euro",
    "ro": "bugetul meu este de 30 de euro", "ru": "мой бюджет 30 евро",
}  # fmt: skip
GOOD_FOR_KIDS = {
    "en": "is the castle good for kids?", "de": "ist die Burg gut für Kinder?",
    "fr": "le château est bien pour les enfants ?", "it": "il castello è adatto ai bambini?",
    "es": "¿el castillo es bueno para niños?", "pt": "o castelo é bom para crianças?",
    "nl": "is het kasteel goed voor kinderen?", "ca": "el castell és bo per a nens?",
    "el": "το κάστρο είναι καλό για παιδιά;", "tr": "kale çocuklar için uygun mu?",
    "hr": "je li dvorac dobar za djecu?", "sl": "ali je grad primeren za otroke?",
    "sq": "a është kështjella e mirë për fëmijë?", "ar": "هل القلعة مناسبة للأطفال؟",
    "he": "האם הטירה מתאימה לילדים?", "pl": "czy zamek jest dobry dla dzieci?",
    "ro": "castelul e bun pentru copii?", "ru": "замок подходит для детей?",
}  # fmt: skip
WITH_KIDS = {
    "en": "what can we do with our kids?", "de": "was können wir mit den Kindern machen?",
    "fr": "que faire avec les enfants ?", "it": "cosa fare con i bambini?",
    "es": "¿qué hacer con los niños?", "pt": "o que fazer com as crianças?",
    "nl": "wat kunnen we doen met de kinderen?", "ca": "què podem fer amb els nens?",
    "el": "τι να κάνουμε με τα παιδιά;", "tr": "çocuklarla ne yapabiliriz?",
    "hr": "što možemo s djecom?", "sl": "kaj lahko počnemo z otroki?",
    "sq": "çfarë mund të bëjmë me fëmijët?", "ar": "ماذا نفعل مع الأطفال؟",
    "he": "מה אפשר לעשות עם הילדים?", "pl": "co można robić z dziećmi?",
    "ro": "ce putem face cu copiii?", "ru": "чем заняться с детьми?",
}  # fmt: skip
TABLES = (
    *(FORGET_KIDS, FORGET_BUDGET, FORGET_ALL, NO_WHEELCHAIR, NO_KIDS, FINE, ACCESSIBLE, OPEN, DEAR),
    *(CHEAPER, CLOSER, KNOWN, WON, PROGRAM, BUDGET, GOOD_FOR_KIDS, WITH_KIDS),
)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def test_every_table_has_every_language() -> None:
    assert all(set(table) == set(LANGUAGES) for table in TABLES)


@every_language
def test_what_was_told_can_be_taken_back_in_words(language: str) -> None:
    kids = heard(FORGET_KIDS[language], language)
    assert (kids.intent, kids.told, set(kids.forgets)) == ("remember", TripFacts(), set(FAMILY))
    budget = heard(FORGET_BUDGET[language], language)
    assert (budget.intent, budget.told, budget.forgets) == ("remember", TripFacts(), ("budget",))
    everything = heard(FORGET_ALL[language], language)
    assert (everything.intent, len(everything.forgets)) == ("remember", 10)
    for u in (kids, budget, everything):
        assert u.not_understood == ()


@every_language
def test_who_denies_it_takes_it_back(language: str) -> None:
    walks = heard(NO_WHEELCHAIR[language], language)
    assert (walks.intent, walks.told, walks.accessible) == ("remember", TripFacts(), None)
    assert walks.forgets == ("mobility",)
    alone = heard(NO_KIDS[language], language)
    assert (alone.intent, alone.told.party, set(alone.forgets)) == ("remember", None, set(FAMILY))


@every_language
def test_what_is_fine_after_all_is_disliked_no_longer(language: str) -> None:
    u = heard(FINE[language], language)
    assert (u.accepted, u.taken_back) == (("culture/museum",), ())
    assert (u.category, u.told) == ("culture/museum", TripFacts())


@every_language
def test_a_question_about_a_place_tells_nothing_of_the_traveller(language: str) -> None:
    for table in (ACCESSIBLE, OPEN, DEAR):
        u = heard(table[language], language)
        assert (u.intent, u.told, u.not_understood) == ("details", TripFacts(), ()), table[language]
    kind = heard(GOOD_FOR_KIDS[language], language)
    assert (kind.told, kind.the_one, kind.not_understood) == (TripFacts(), "culture/castle", ())
    assert heard(WITH_KIDS[language], language).told.party == "family"


def test_a_word_that_only_one_name_has_calls_that_place() -> None:
    u = heard("¿el castillo es bueno para niños?", "es")
    assert (u.the_one, u.called) == ("culture/castle", "poi-2")
    assert heard("is a castle good for kids?", "en").the_one is None


@every_language
def test_a_relative_word_is_of_the_list_that_was_shown(language: str) -> None:
    for table, word in ((CHEAPER, "cheaper"), (CLOSER, "closer")):
        u = heard(table[language], language)
        assert (u.intent, u.refines, u.bare, u.not_understood) == ("recommend", (word,), True, ())


@every_language
def test_what_is_known_of_the_trip_can_be_asked(language: str) -> None:
    assert heard(KNOWN[language], language).intent == "trip"


@every_language
def test_what_is_not_of_a_trip_is_never_searched_for(language: str) -> None:
    for table in (WON, PROGRAM):
        assert heard(table[language], language).intent == "off_topic", table[language]


@every_language
def test_a_sum_that_is_called_a_budget_is_kept(language: str) -> None:
    u = heard(BUDGET[language], language)
    assert (u.intent, u.told, u.not_understood) == (
        "remember",
        TripFacts(budget=2, budget_sum=Money(3000, "EUR")),
        (),
    )


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("sl", "kaj priporočaš za jutrišnji dan?", 1),
        ("hr", "što preporučuješ za sutrašnji dan?", 1),
        ("pl", "co polecasz na jutrzejszy dzień?", 1),
        ("ru", "что посоветуешь на завтрашний день?", 1),
        ("el", "τι προτείνεις για την αυριανή μέρα;", 1),
        ("de", "was empfiehlst du für den morgigen Tag?", 1),
        ("sl", "kaj priporočaš za današnji dan?", 0),
        ("ru", "что посоветуешь на сегодняшний вечер?", 0),
    ],
)
def test_a_day_may_be_an_adjective(language: str, text: str, day: int) -> None:
    u = heard(text, language)
    assert (u.intent, u.day, u.not_understood) == ("recommend", day, ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Do I need a wheelchair?", None),
        ("accessible restaurants", None),
        ("is there a castle accessible by wheelchair?", None),
        ("I am in a wheelchair, where can I go?", "wheelchair"),
        ("a museum with a wheelchair", "wheelchair"),
        ("I need a place for my wheelchair", "wheelchair"),
    ],
)
def test_only_what_is_said_of_oneself_is_kept(text: str, told: str | None) -> None:
    assert heard(text, "en").told.mobility == told


def test_of_two_kinds_in_one_breath_the_one_that_is_fine_is() -> None:
    u = heard("I hate museums but churches are fine", "en")
    assert (u.accepted, u.told.dislikes) == (("culture/church",), ("culture/museum",))


@pytest.mark.parametrize("text", ["help", "see you later", "good night"])
def test_a_greeting_asks_for_nothing(text: str) -> None:
    assert heard(text, "en").intent in ("help", "greeting")


def test_a_baby_that_is_expected_is_no_child_yet() -> None:
    assert heard("I am having a baby", "en").told == TripFacts()


def test_what_is_remembered_is_not_forgotten() -> None:
    u = heard("don't forget that we have two kids", "en")
    assert (u.told.party, u.forgets) == ("family", ())


def test_a_budget_of_a_request_is_kept_with_it() -> None:
    u = heard("A restaurant, my budget is 30 euros", "en")
    assert (u.intent, u.category, u.told.budget) == ("recommend", "food/restaurant_quarter", 2)
