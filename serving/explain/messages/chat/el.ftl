### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Νούμερο { $rank } στη λίστα σας
fact-duration = Μια επίσκεψη διαρκεί συνήθως { MINUTES($minutes, width: "long") }
fact-kids-yes = Κατάλληλο για παιδιά
fact-kids-no = Λιγότερο κατάλληλο για παιδιά
fact-accessible-yes = Προσβάσιμο με αναπηρικό αμαξίδιο
fact-accessible-no = Μη προσβάσιμο με αναπηρικό αμαξίδιο
fact-accessible-unknown = Δεν είναι γνωστό αν είναι προσβάσιμο με αναπηρικό αμαξίδιο
fact-hours = Ανοιχτό από { CLOCK($from) } έως { CLOCK($to) }
fact-hours-twice = Ανοιχτό από { CLOCK($from) } έως { CLOCK($to) } και από { CLOCK($from2) } έως { CLOCK($to2) }
fact-hours-always = Ανοιχτό μέρα και νύχτα
fact-hours-closed = Κλειστό εκείνη την ημέρα
fact-hours-unknown = Το ωράριο δεν είναι γνωστό
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Άγνωστη τιμή
fact-warning-closed = Κλειστό κατά την άφιξή σας: { $place }
fact-warning-opens = Κλειστό κατά την άφιξή σας, ανοίγει στις { CLOCK($from) }: { $place }
fact-warning-storm = Προσοχή: προβλέπεται κακοκαιρία
fact-warning-heat = Προσοχή: προβλέπεται ζέστη { CELSIUS($degrees) }
fact-warning-degraded = Κάποια δεδομένα λείπουν αυτή τη στιγμή, άρα αυτό είναι λιγότερο ακριβές
fact-warning-all-closed = Ό,τι ταιριάζει είναι κλειστό εκείνη την ώρα.
fact-warning-out-of-reach = Κανένα μέρος που γνωρίζω δεν είναι κοντά σε εκείνο το σημείο.
fact-warning-nowhere = Δεν ξέρω πού βρίσκεστε.
fact-too-far = { DAY($day) }: δεν μπορώ να δω τόσο μακριά. Ρωτήστε με ξανά την εβδομάδα πριν.
fact-town = Με αφετηρία: { $town }
fact-town-within = Με αφετηρία: { $town }, έως { KM($km) } μακριά
diet-vegetarian = Χορτοφαγικό φαγητό
diet-vegan = Βίγκαν φαγητό
diet-gluten-free = Φαγητό χωρίς γλουτένη
diet-halal = Φαγητό χαλάλ
diet-kosher = Φαγητό κόσερ
fact-diet-unknown = { $diet }: κανένα μέρος εδώ δεν αναφέρει αν έχει. Ρωτήστε εκεί.
fact-diet = { $diet }: για φαγητό, μόνο μέρη που το αναφέρουν.
fact-quiet = Ήσυχα: χωρίς τα μέρη που οι ταξιδιώτες μας επισκέπτονται περισσότερο από τα περισσότερα του είδους τους.
fact-quiet-unknown = Εδώ δεν είναι γνωστό πόσο κόσμο έχουν τα μέρη.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } βροχής
}
fact-rain-dry = Δεν αναμένεται βροχή στις { DAY($day) } από { CLOCK($from) } έως { CLOCK($to) } (πρόγνωση)
fact-rain-little = Αναμένεται ελάχιστη βροχή στις { DAY($day) } από { CLOCK($from) } έως { CLOCK($to) } (πρόγνωση)
fact-rain-rain = Αναμένεται βροχή στις { DAY($day) } από { CLOCK($from) } έως { CLOCK($to) } (πρόγνωση)
fact-date = { $weekday }, { DAY($day) }
fact-date-hour = { $weekday }, { DAY($day) }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] { $count } μέρος ταιριάζει
   *[other] { $count } μέρη ταιριάζουν
}
fact-nearer = { $place }: { KM($km) } πιο κοντά από { $other }
fact-cheaper = { $place }: πιο φθηνό από { $other }
fact-ranked-higher = { $place }: πιο ψηλά για εσάς από { $other }
fact-closes-sooner = { $place }: κλείνει { MINUTES($minutes, width: "long") } νωρίτερα από { $other }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = Δεν χωράει στο πρόγραμμα: { $what }
plan-lunch = Διάλειμμα για μεσημεριανό
fact-way = Διαδρομή: { MINUTES($minutes, width: "long") } ({ KM($km) })
fact-trip-party = Ταξιδεύετε { $party }
fact-trip-budget = Ο προϋπολογισμός σας: έως επίπεδο τιμών { $level } από 4
fact-trip-budget-sum = Ο προϋπολογισμός σας: έως { MONEY($minor, $currency) } το άτομο, επίπεδο τιμών { $level } από 4{ $least ->
    [0] { "" }
   *[other] { " " }(από { MONEY($least, "EUR") } και πάνω)
}
fact-budget-sum = Έως { MONEY($minor, $currency) } το άτομο: επίπεδο τιμών { $level } από 4{ $least ->
    [0] { "" }
   *[other] { " " }(από { MONEY($least, "EUR") } και πάνω)
}
fact-trip-dates = Το ταξίδι σας: { DAY($from) } – { DAY($to) }
fact-trip-start = Το ταξίδι σας αρχίζει: { DAY($from) }
fact-trip-end = Το ταξίδι σας τελειώνει: { DAY($to) }
fact-trip-likes = Σας αρέσει: { $what }
fact-trip-dislikes = Δεν είναι για εσάς: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Ταξιδεύετε με αναπηρικό αμαξίδιο
    [stroller] Ταξιδεύετε με παιδικό καρότσι
   *[short_walks] Προτιμάτε να περπατάτε λίγο
}
fact-trip-children = Ηλικίες των παιδιών: { $ages }
fact-trip-town = Μένετε στην περιοχή: { $town }
fact-not-noted = Δεν είχα σημειώσει τίποτα γι’ αυτό
fact-trip-diets = Τρώτε: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = έως { KM($km) } μακριά
say-limit-budget = έως επίπεδο τιμών { $level } από 4
say-limit-at-least = από επίπεδο τιμών { $level } από 4
say-limit-beyond = πάνω από { KM($km) } μακριά
say-limit-indoor = σε εσωτερικό χώρο
say-limit-outdoor = στην ύπαιθρο
say-limit-accessible = προσβάσιμο με αναπηρικό αμαξίδιο
say-limit-kids = ιδανικό με παιδιά
say-limit-quiet = ήσυχα

## Answers

say-recommend = { $count ->
    [one] Σας προτείνω { $count } μέρος:
   *[other] Σας προτείνω { $count } μέρη:
}
say-other = Τότε κάτι άλλο:
say-none = Δεν βρήκα κάτι που να είναι όλα αυτά: { $what }.
say-none-at-all = Δεν βρήκα κάτι που να ταιριάζει.
say-none-try = Αφαιρέστε κάτι και θα ψάξω ξανά.
say-none-later = Πείτε μου άλλη ώρα ή άλλη μέρα και θα ψάξω ξανά.
say-none-town = Πείτε μου μια πόλη και θα ψάξω από εκεί.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = Τι γνωρίζω για το μέρος { $place }:
say-which-place = Ποιο μέρος εννοείτε;
say-search = { $count ->
    [one] Βρέθηκε { $count } μέρος για «{ $query }»:
   *[other] Βρέθηκαν { $count } μέρη για «{ $query }»:
}
say-why = Τι έκρινε τη θέση για το μέρος { $place }:
say-for = Υπέρ: { $reasons }.
say-against = Κατά: { $reasons }.
say-why-nothing = Δεν υπάρχει ακόμη λίστα για να εξηγήσω. Ζητήστε μου πρώτα μέρη.
say-weather = Καιρός ({ $where }, { $when }):
say-here = εκεί που είστε
say-weather-unknown = Δεν έχω πρόγνωση για εκείνη την ώρα.
say-compare = Συγκριτικά:
say-compare-alike = Δεν γνωρίζω κάτι στο οποίο διαφέρουν.
say-plan = { $count ->
    [one] Πρόγραμμα για { DAY($day) } με { $count } στάση:
   *[other] Πρόγραμμα για { DAY($day) } με { $count } στάσεις:
}
say-plan-none = Κανένα πρόγραμμα δεν ταιριάζει με τα ωράρια, τις αποστάσεις και τον καιρό εκείνης της ημέρας.
say-remembered = Το σημείωσα: { $what }.
say-forgotten = Δεν το κρατώ πια: { $what }.
say-changed = Άλλαξε: { $what }.
say-first-day = Η πρώτη μέρα: { $day }.
say-cheapest = Αυτό είναι ήδη το χαμηλότερο επίπεδο τιμών.
say-dearest = Αυτό είναι ήδη το υψηλότερο επίπεδο τιμών.
say-trip = Όσα μου είπατε: { $what }.
say-trip-nothing = Δεν μου έχετε πει ακόμη τίποτα για το ταξίδι σας.
say-greeting = Γεια σας! Τι θα θέλατε σήμερα: παραλία, μουσείο, κάτι νόστιμο εδώ κοντά;
say-thanks = Παρακαλώ. Καλή σας μέρα!
say-agree = Καλή διασκέδαση! Ρωτήστε με περισσότερα για ένα μέρος, για τον καιρό ή για κάτι άλλο.
say-help = Προτείνω μέρη, λέω γιατί, τα συγκρίνω, κοιτάζω τον καιρό και οργανώνω την ημέρα σας. Για παράδειγμα: «μια ήσυχη παραλία εδώ κοντά», «κάτι σε εσωτερικό χώρο», «γιατί το δεύτερο;»
say-not-understood = Δεν ήξερα τι να κάνω με αυτό: «{ $words }».
say-not-understood-all = Δεν το κατάλαβα.
say-not-understood-part = Ένα μέρος του δεν το κατάλαβα.
say-ask-next = Θέλετε να μάθετε γιατί ή να δείτε κάτι άλλο;
say-emergency = Καλέστε αμέσως το 112 αν κάποιος κινδυνεύει. Η κλήση είναι δωρεάν και θα σας βοηθήσουν.
say-emergency-perhaps = Αν είναι έκτακτη ανάγκη, καλέστε το 112.
say-police = Δηλώστε το στην αστυνομία· αν κινδυνεύετε, καλέστε το 112. Για χαμένο διαβατήριο μπορεί να βοηθήσει το προξενείο σας.
say-medical = Δεν μπορώ να το κρίνω. Ρωτήστε γιατρό ή φαρμακοποιό· αν είναι επείγον, καλέστε το 112.
say-legal = Δεν μπορώ να δώσω νομικές συμβουλές. Το προξενείο σας ή ένας δικηγόρος μπορεί να βοηθήσει.
say-off-topic = Σε αυτό δεν μπορώ να βοηθήσω. Γνωρίζω μέρη, τον καιρό και προγράμματα για το ταξίδι σας.
say-degraded = Κάποια δεδομένα λείπουν αυτή τη στιγμή· απαντώ με όσα έχω.
