### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Nummer { $rank } deiner Liste
fact-duration = Ein Besuch dauert meist { MINUTES($minutes) }
fact-kids-yes = Für Kinder geeignet
fact-kids-no = Für Kinder weniger geeignet
fact-accessible-yes = Mit dem Rollstuhl zugänglich
fact-accessible-no = Mit dem Rollstuhl nicht zugänglich
fact-accessible-unknown = Nicht bekannt, ob mit dem Rollstuhl zugänglich
fact-hours = Geöffnet von { CLOCK($from) } bis { CLOCK($to) } Uhr
fact-hours-twice = Geöffnet von { CLOCK($from) } bis { CLOCK($to) } Uhr und von { CLOCK($from2) } bis { CLOCK($to2) } Uhr
fact-hours-always = Rund um die Uhr geöffnet
fact-hours-closed = An diesem Tag geschlossen
fact-hours-unknown = Die Öffnungszeiten sind nicht bekannt
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Preis nicht bekannt
fact-warning-closed = Bei Ankunft geschlossen: { $place }
fact-warning-opens = Bei Ankunft geschlossen, öffnet um { CLOCK($from) } Uhr: { $place }
fact-warning-storm = Vorsicht: Unwetter vorhergesagt
fact-warning-heat = Vorsicht: Hitze von { CELSIUS($degrees) } vorhergesagt
fact-warning-degraded = Einige Daten fehlen gerade, daher ist dies weniger genau
fact-warning-all-closed = Was passt, hat um diese Zeit geschlossen.
fact-warning-out-of-reach = Von dort aus ist kein Ort erreichbar, den ich kenne.
fact-warning-nowhere = Ich weiß nicht, wo du bist.
fact-too-far = { DAY($day) }: So weit voraus kann ich nicht sehen. Frag mich in der Woche davor noch einmal.
fact-town = Von { $town } aus
fact-town-within = Von { $town } aus, höchstens { KM($km) } entfernt
diet-vegetarian = Vegetarisches Essen
diet-vegan = Veganes Essen
diet-gluten-free = Glutenfreies Essen
diet-halal = Halal-Essen
diet-kosher = Koscheres Essen
fact-diet-unknown = { $diet }: Kein Ort hier gibt an, ob es das dort gibt. Frag bitte dort nach.
fact-diet = { $diet }: zum Essen nur Orte, die es angeben.
fact-quiet = Ruhig: ohne die Orte, die unsere Reisenden mehr besuchen als die meisten ihrer Art.
fact-quiet-unknown = Wie voll es an Orten ist, ist hier nicht bekannt.
fact-moment = { DAY($day) }, { CLOCK($minutes) } Uhr
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } Regen
}
fact-rain-dry = Am { DAY($day) } wird von { CLOCK($from) } bis { CLOCK($to) } Uhr kein Regen erwartet (Vorhersage)
fact-rain-little = Am { DAY($day) } wird von { CLOCK($from) } bis { CLOCK($to) } Uhr kaum Regen erwartet (Vorhersage)
fact-rain-rain = Am { DAY($day) } wird von { CLOCK($from) } bis { CLOCK($to) } Uhr Regen erwartet (Vorhersage)
fact-date = { $weekday }, { DAY($day) }
fact-date-hour = { $weekday }, { DAY($day) }, { CLOCK($minutes) } Uhr
fact-count = { $count ->
    [one] { $count } Ort passt
   *[other] { $count } Orte passen
}
fact-nearer = { $place } ist { KM($km) } näher als { $other }
fact-cheaper = { $place } ist günstiger als { $other }
fact-ranked-higher = { $place } steht für dich höher als { $other }
fact-closes-sooner = { $place } schließt { MINUTES($minutes) } früher als { $other }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = Passt nicht in den Plan: { $what }
plan-lunch = Mittagspause
fact-way = Weg dorthin: { MINUTES($minutes) } ({ KM($km) })
fact-trip-party = Du reist { $party }
fact-trip-budget = Dein Budget: bis Preisstufe { $level } von 4
fact-trip-budget-sum = Dein Budget: bis { MONEY($minor, $currency) } pro Person, Preisstufe { $level } von 4{ $least ->
    [0] { "" }
   *[other] { " " }(ab { MONEY($least, "EUR") })
}
fact-budget-sum = Bis { MONEY($minor, $currency) } pro Person: Preisstufe { $level } von 4{ $least ->
    [0] { "" }
   *[other] { " " }(ab { MONEY($least, "EUR") })
}
fact-trip-dates = Deine Reise: { DAY($from) } bis { DAY($to) }
fact-trip-start = Beginn deiner Reise: { DAY($from) }
fact-trip-end = Ende deiner Reise: { DAY($to) }
fact-trip-likes = Du magst: { $what }
fact-trip-dislikes = Nichts für dich: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Du bist mit dem Rollstuhl unterwegs
    [stroller] Du bist mit dem Kinderwagen unterwegs
   *[short_walks] Du gehst lieber kurze Wege
}
fact-trip-children = Alter der Kinder: { $ages }
fact-trip-town = Du wohnst in { $town }
fact-not-noted = Davon hatte ich mir nichts gemerkt
fact-trip-diets = Du isst: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = höchstens { KM($km) } entfernt
say-limit-budget = bis Preisstufe { $level } von 4
say-limit-at-least = ab Preisstufe { $level } von 4
say-limit-beyond = mehr als { KM($km) } entfernt
say-limit-indoor = drinnen
say-limit-outdoor = im Freien
say-limit-accessible = mit dem Rollstuhl zugänglich
say-limit-kids = gut mit Kindern
say-limit-quiet = ruhig

## Answers

say-recommend = { $count ->
    [one] Ich schlage dir { $count } Ort vor:
   *[other] Ich schlage dir { $count } Orte vor:
}
say-other = Dann etwas anderes:
say-none = Ich habe nichts gefunden, das all das erfüllt: { $what }.
say-none-at-all = Ich habe nichts Passendes gefunden.
say-none-try = Lass etwas davon weg, dann suche ich noch einmal.
say-none-later = Nenn eine andere Uhrzeit oder einen anderen Tag, dann suche ich noch einmal.
say-none-town = Nenn eine Stadt, dann suche ich von dort aus.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = Das weiß ich über { $place }:
say-which-place = Welchen Ort meinst du?
say-search = { $count ->
    [one] { $count } Ort gefunden für „{ $query }“:
   *[other] { $count } Orte gefunden für „{ $query }“:
}
say-why = Was über den Platz von { $place } entschieden hat:
say-for = Dafür: { $reasons }.
say-against = Dagegen: { $reasons }.
say-why-nothing = Es gibt noch keine Liste, die ich erklären könnte. Frag mich zuerst nach Orten.
say-weather = Wetter ({ $where }, { $when }):
say-here = wo du bist
say-weather-unknown = Für diese Zeit habe ich keine Vorhersage.
say-compare = Im Vergleich:
say-compare-alike = Mir ist nichts bekannt, worin sie sich unterscheiden.
say-plan = { $count ->
    [one] Plan für { DAY($day) } mit { $count } Halt:
   *[other] Plan für { DAY($day) } mit { $count } Halten:
}
say-plan-none = Kein Plan passt zu Öffnungszeiten, Wegen und Wetter dieses Tages.
say-remembered = Gemerkt: { $what }.
say-forgotten = Nicht mehr gemerkt: { $what }.
say-changed = Geändert: { $what }.
say-first-day = Der erste Tag: { $day }.
say-cheapest = Das ist schon die niedrigste Preisstufe.
say-dearest = Das ist schon die höchste Preisstufe.
say-trip = Was du mir gesagt hast: { $what }.
say-trip-nothing = Du hast mir von deiner Reise noch nichts gesagt.
say-greeting = Hallo! Worauf hast du heute Lust: Strand, Museum, etwas Leckeres in der Nähe?
say-thanks = Gern geschehen. Einen schönen Tag!
say-agree = Viel Spaß! Frag mich gern mehr zu einem Ort, nach dem Wetter oder nach etwas anderem.
say-help = Ich schlage Orte vor, sage warum, vergleiche sie, schaue nach dem Wetter und plane deinen Tag. Zum Beispiel: „ein ruhiger Strand in der Nähe“, „etwas drinnen“, „warum der zweite?“
say-not-understood = Damit konnte ich nichts anfangen: „{ $words }“.
say-not-understood-all = Das habe ich nicht verstanden.
say-not-understood-part = Einen Teil davon habe ich nicht verstanden.
say-ask-next = Soll ich sagen, warum, oder nach etwas anderem suchen?
say-emergency = Ruf sofort 112 an, wenn jemand in Gefahr ist. Der Anruf ist kostenlos, und dir wird geholfen.
say-emergency-perhaps = Wenn das ein Notfall ist, ruf 112 an.
say-police = Bitte melde das der Polizei; wenn du in Gefahr bist, ruf 112 an. Bei einem verlorenen Pass hilft dein Konsulat.
say-medical = Das kann ich nicht beurteilen. Bitte frag einen Arzt oder eine Apotheke; wenn es eilt, ruf 112 an.
say-legal = Rechtlich beraten kann ich nicht. Dein Konsulat oder ein Anwalt hilft weiter.
say-off-topic = Dabei kann ich nicht helfen. Ich kenne Orte, das Wetter und Pläne für deine Reise.
say-degraded = Einige Daten fehlen gerade; ich antworte mit dem, was da ist.
