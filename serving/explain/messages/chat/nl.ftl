### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Nummer { $rank } van je lijst
fact-duration = Een bezoek duurt meestal { MINUTES($minutes) }
fact-kids-yes = Geschikt voor kinderen
fact-kids-no = Minder geschikt voor kinderen
fact-accessible-yes = Rolstoeltoegankelijk
fact-accessible-no = Niet rolstoeltoegankelijk
fact-accessible-unknown = Niet bekend of het rolstoeltoegankelijk is
fact-hours = Open van { CLOCK($from) } tot { CLOCK($to) } uur
fact-hours-twice = Open van { CLOCK($from) } tot { CLOCK($to) } uur en van { CLOCK($from2) } tot { CLOCK($to2) } uur
fact-hours-always = Dag en nacht open
fact-hours-closed = Die dag gesloten
fact-hours-unknown = De openingstijden zijn niet bekend
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Prijs niet bekend
fact-warning-closed = Gesloten bij aankomst: { $place }
fact-warning-opens = Gesloten bij aankomst, gaat open om { CLOCK($from) } uur: { $place }
fact-warning-storm = Let op: noodweer voorspeld
fact-warning-heat = Let op: hitte van { CELSIUS($degrees) } voorspeld
fact-warning-degraded = Er ontbreken nu gegevens, dus dit is minder nauwkeurig
fact-warning-all-closed = Wat past, is op dat uur gesloten.
fact-warning-out-of-reach = Vanaf daar is geen plek die ik ken te bereiken.
fact-warning-nowhere = Ik weet niet waar je bent.
fact-too-far = { DAY($day) }: zo ver kan ik niet vooruitkijken. Vraag het me opnieuw in de week ervoor.
fact-town = Vanuit { $town }
fact-town-within = Vanuit { $town }, binnen { KM($km) }
diet-vegetarian = Vegetarisch eten
diet-vegan = Veganistisch eten
diet-gluten-free = Glutenvrij eten
diet-halal = Halal eten
diet-kosher = Koosjer eten
fact-diet-unknown = { $diet }: geen enkele plek hier vermeldt of dat er is. Vraag het daar na.
fact-diet = { $diet }: om te eten alleen plekken die het vermelden.
fact-quiet = Rustig: zonder de plekken die onze reizigers meer bezoeken dan de meeste in hun soort.
fact-quiet-unknown = Hoe druk het op plekken is, is hier niet bekend.
fact-moment = { DAY($day) }, { CLOCK($minutes) } uur
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } regen
}
fact-rain-dry = Op { DAY($day) } wordt van { CLOCK($from) } tot { CLOCK($to) } uur geen regen verwacht (weersverwachting)
fact-rain-little = Op { DAY($day) } wordt van { CLOCK($from) } tot { CLOCK($to) } uur nauwelijks regen verwacht (weersverwachting)
fact-rain-rain = Op { DAY($day) } wordt van { CLOCK($from) } tot { CLOCK($to) } uur regen verwacht (weersverwachting)
fact-date = { $weekday } { DAY($day) }
fact-date-hour = { $weekday } { DAY($day) }, { CLOCK($minutes) } uur
fact-count = { $count ->
    [one] { $count } plek past
   *[other] { $count } plekken passen
}
fact-nearer = { $place } is { KM($km) } dichterbij dan { $other }
fact-cheaper = { $place } is goedkoper dan { $other }
fact-ranked-higher = { $place } staat voor jou hoger dan { $other }
fact-closes-sooner = { $place } sluit { MINUTES($minutes) } eerder dan { $other }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = Past niet in het plan: { $what }
plan-lunch = Lunchpauze
fact-way = Onderweg: { MINUTES($minutes) } ({ KM($km) })
fact-trip-party = Je reist { $party }
fact-trip-budget = Je budget: tot en met prijsniveau { $level } van 4
fact-trip-budget-sum = Je budget: tot { MONEY($minor, $currency) } per persoon, prijsniveau { $level } van 4{ $least ->
    [0] { "" }
   *[other] { " " }(vanaf { MONEY($least, "EUR") })
}
fact-budget-sum = Tot { MONEY($minor, $currency) } per persoon: prijsniveau { $level } van 4{ $least ->
    [0] { "" }
   *[other] { " " }(vanaf { MONEY($least, "EUR") })
}
fact-trip-dates = Je reis: { DAY($from) } tot { DAY($to) }
fact-trip-start = Begin van je reis: { DAY($from) }
fact-trip-end = Einde van je reis: { DAY($to) }
fact-trip-likes = Je houdt van: { $what }
fact-trip-dislikes = Niets voor jou: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Je reist met een rolstoel
    [stroller] Je reist met een kinderwagen
   *[short_walks] Je loopt liever korte stukken
}
fact-trip-children = Leeftijd van de kinderen: { $ages }
fact-trip-town = Je verblijft in { $town }
fact-not-noted = Daarvan had ik niets onthouden
fact-trip-diets = Je eet: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = binnen { KM($km) }
say-limit-budget = tot en met prijsniveau { $level } van 4
say-limit-at-least = vanaf prijsniveau { $level } van 4
say-limit-beyond = meer dan { KM($km) } ver
say-limit-indoor = binnen
say-limit-outdoor = in de open lucht
say-limit-accessible = rolstoeltoegankelijk
say-limit-kids = leuk met kinderen
say-limit-quiet = rustig

## Answers

say-recommend = { $count ->
    [one] Ik stel je { $count } plek voor:
   *[other] Ik stel je { $count } plekken voor:
}
say-other = Dan iets anders:
say-none = Ik heb niets gevonden dat dit allemaal is: { $what }.
say-none-at-all = Ik heb niets passends gevonden.
say-none-try = Laat iets weg, dan zoek ik opnieuw.
say-none-later = Noem een ander uur of een andere dag, dan zoek ik opnieuw.
say-none-town = Noem een plaats, dan zoek ik vanaf daar.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = Wat ik weet over { $place }:
say-which-place = Welke plek bedoel je?
say-search = { $count ->
    [one] { $count } plek gevonden voor “{ $query }”:
   *[other] { $count } plekken gevonden voor “{ $query }”:
}
say-why = Wat de positie van { $place } heeft bepaald:
say-for = Ervoor: { $reasons }.
say-against = Ertegen: { $reasons }.
say-why-nothing = Er is nog geen lijst om uit te leggen. Vraag me eerst om plekken.
say-weather = Weer ({ $where }, { $when }):
say-here = waar je bent
say-weather-unknown = Voor dat moment heb ik geen verwachting.
say-compare = Naast elkaar:
say-compare-alike = Ik weet niets waarin ze verschillen.
say-plan = { $count ->
    [one] Plan voor { DAY($day) } met { $count } stop:
   *[other] Plan voor { DAY($day) } met { $count } stops:
}
say-plan-none = Geen plan past bij de openingstijden, de afstanden en het weer van die dag.
say-remembered = Onthouden: { $what }.
say-forgotten = Niet meer onthouden: { $what }.
say-changed = Gewijzigd: { $what }.
say-first-day = De eerste dag: { $day }.
say-cheapest = Dat is al het laagste prijsniveau.
say-dearest = Dat is al het hoogste prijsniveau.
say-trip = Wat je me hebt verteld: { $what }.
say-trip-nothing = Je hebt me nog niets over je reis verteld.
say-greeting = Hallo! Waar heb je vandaag zin in: een strand, een museum, iets lekkers in de buurt?
say-thanks = Graag gedaan. Een fijne dag!
say-agree = Veel plezier! Vraag me gerust meer over een plek, naar het weer of naar iets anders.
say-help = Ik stel plekken voor, zeg waarom, vergelijk ze, kijk naar het weer en plan je dag. Bijvoorbeeld: ‘een rustig strand in de buurt’, ‘iets binnen’, ‘waarom de tweede?’
say-not-understood = Hier kon ik niets mee: “{ $words }”.
say-not-understood-all = Dat heb ik niet begrepen.
say-not-understood-part = Een deel daarvan heb ik niet begrepen.
say-ask-next = Zal ik zeggen waarom, of iets anders zoeken?
say-emergency = Bel direct 112 als er iemand in gevaar is. Bellen is gratis en je krijgt hulp.
say-emergency-perhaps = Is dit een noodgeval, bel dan 112.
say-police = Meld dit bij de politie; bel 112 als je in gevaar bent. Bij een verloren paspoort kan je consulaat helpen.
say-medical = Dat kan ik niet beoordelen. Vraag het een arts of een apotheek; bel 112 als het dringend is.
say-legal = Ik kan geen juridisch advies geven. Je consulaat of een advocaat kan je helpen.
say-off-topic = Daar kan ik niet bij helpen. Ik weet van plekken, het weer en plannen voor je reis.
say-degraded = Er ontbreken nu gegevens; ik antwoord met wat ik heb.
