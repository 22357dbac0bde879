### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Broj { $rank } na vašem popisu
fact-duration = Posjet obično traje { MINUTES($minutes) }
fact-kids-yes = Prikladno za djecu
fact-kids-no = Manje prikladno za djecu
fact-accessible-yes = Pristupačno invalidskim kolicima
fact-accessible-no = Nije pristupačno invalidskim kolicima
fact-accessible-unknown = Nije poznato je li pristupačno invalidskim kolicima
fact-hours = Otvoreno od { CLOCK($from) } do { CLOCK($to) }
fact-hours-twice = Otvoreno od { CLOCK($from) } do { CLOCK($to) } i od { CLOCK($from2) } do { CLOCK($to2) }
fact-hours-always = Otvoreno danju i noću
fact-hours-closed = Taj dan zatvoreno
fact-hours-unknown = Radno vrijeme nije poznato
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Cijena nije poznata
fact-warning-closed = Zatvoreno kad stignete: { $place }
fact-warning-opens = Zatvoreno kad stignete, otvara se u { CLOCK($from) }: { $place }
fact-warning-storm = Oprez: najavljeno je nevrijeme
fact-warning-heat = Oprez: najavljena je vrućina od { CELSIUS($degrees) }
fact-warning-degraded = Trenutačno nedostaju neki podaci pa je ovo manje točno
fact-warning-all-closed = Ono što odgovara u to je vrijeme zatvoreno.
fact-warning-out-of-reach = Odande nije dohvatljivo nijedno mjesto koje poznajem.
fact-warning-nowhere = Ne znam gdje ste.
fact-too-far = { DAY($day) }: tako daleko unaprijed ne vidim. Pitajte me ponovno u tjednu prije toga.
fact-town = Polazište: { $town }
fact-town-within = Polazište: { $town }, najviše { KM($km) } daleko
diet-vegetarian = Vegetarijanska hrana
diet-vegan = Veganska hrana
diet-gluten-free = Bezglutenska hrana
diet-halal = Halal hrana
diet-kosher = Košer hrana
fact-diet-unknown = { $diet }: nijedno mjesto ovdje ne navodi ima li je. Raspitajte se ondje.
fact-diet = { $diet }: za jelo samo mjesta koja to navode.
fact-quiet = Mirno: bez mjesta koja naši putnici posjećuju više od većine svoje vrste.
fact-quiet-unknown = Ovdje nije poznato koliko su mjesta posjećena.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } kiše
}
fact-rain-dry = { DAY($day) } od { CLOCK($from) } do { CLOCK($to) } ne očekuje se kiša (prognoza)
fact-rain-little = { DAY($day) } od { CLOCK($from) } do { CLOCK($to) } očekuje se jedva nešto kiše (prognoza)
fact-rain-rain = { DAY($day) } od { CLOCK($from) } do { CLOCK($to) } očekuje se kiša (prognoza)
fact-date = { $weekday }, { DAY($day) }
fact-date-hour = { $weekday }, { DAY($day) }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] { $count } mjesto odgovara
    [few] { $count } mjesta odgovaraju
   *[other] { $count } mjesta odgovara
}
fact-nearer = { $place } je bliže nego { $other }: razlika { KM($km) }
fact-cheaper = { $place } je jeftinije nego { $other }
fact-ranked-higher = { $place } je za vas više na popisu nego { $other }
fact-closes-sooner = { $place } se zatvara ranije nego { $other }: razlika { MINUTES($minutes) }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = Ne stane u plan: { $what }
plan-lunch = Pauza za ručak
fact-way = Put do tamo: { MINUTES($minutes) } ({ KM($km) })
fact-trip-party = Putujete { $party }
fact-trip-budget = Vaš budžet: najviše cjenovni razred { $level } od 4
fact-trip-budget-sum = Vaš budžet: najviše { MONEY($minor, $currency) } po osobi, cjenovni razred { $level } od 4{ $least ->
    [0] { "" }
   *[other] { " " }(od { MONEY($least, "EUR") } naviše)
}
fact-budget-sum = Najviše { MONEY($minor, $currency) } po osobi: cjenovni razred { $level } od 4{ $least ->
    [0] { "" }
   *[other] { " " }(od { MONEY($least, "EUR") } naviše)
}
fact-trip-dates = Vaše putovanje: { DAY($from) } – { DAY($to) }
fact-trip-start = Početak vašeg putovanja: { DAY($from) }
fact-trip-end = Kraj vašeg putovanja: { DAY($to) }
fact-trip-likes = Volite: { $what }
fact-trip-dislikes = Nije za vas: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Putujete u invalidskim kolicima
    [stroller] Putujete s dječjim kolicima
   *[short_walks] Radije kratko hodate
}
fact-trip-children = Dob djece: { $ages }
fact-trip-town = Mjesto boravka: { $town }
fact-not-noted = O tome nisam ništa zabilježio
fact-trip-diets = Jedete: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = najviše { KM($km) } daleko
say-limit-budget = najviše cjenovni razred { $level } od 4
say-limit-at-least = najmanje cjenovni razred { $level } od 4
say-limit-beyond = više od { KM($km) } daleko
say-limit-indoor = u zatvorenom
say-limit-outdoor = na otvorenom
say-limit-accessible = pristupačno invalidskim kolicima
say-limit-kids = dobro za djecu
say-limit-quiet = mirno

## Answers

say-recommend = { $count ->
    [one] Predlažem { $count } mjesto:
    [few] Predlažem { $count } mjesta:
   *[other] Predlažem { $count } mjesta:
}
say-other = Onda nešto drugo:
say-none = Nema ničega što ispunjava sve ovo: { $what }.
say-none-at-all = Nema ničega što odgovara.
say-none-try = Izostavite nešto pa ću potražiti ponovno.
say-none-later = Navedite drugi sat ili dan pa ću potražiti ponovno.
say-none-town = Navedite grad pa ću potražiti odande.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = Što znam o mjestu { $place }:
say-which-place = Na koje mjesto mislite?
say-search = { $count ->
    [one] Pronađeno je { $count } mjesto za „{ $query }”:
    [few] Pronađena su { $count } mjesta za „{ $query }”:
   *[other] Pronađeno je { $count } mjesta za „{ $query }”:
}
say-why = Što je odlučilo o položaju mjesta { $place }:
say-for = Za: { $reasons }.
say-against = Protiv: { $reasons }.
say-why-nothing = Još nema popisa za objasniti. Prvo me pitajte za mjesta.
say-weather = Vrijeme ({ $where }, { $when }):
say-here = gdje ste
say-weather-unknown = Za to vrijeme nemam prognozu.
say-compare = Usporedba:
say-compare-alike = Ne znam ni za što u čemu se razlikuju.
say-plan = { $count ->
    [one] Plan za { DAY($day) }, { $count } stanka:
    [few] Plan za { DAY($day) }, { $count } stanke:
   *[other] Plan za { DAY($day) }, { $count } stanki:
}
say-plan-none = Nijedan plan ne odgovara radnom vremenu, udaljenostima i vremenu tog dana.
say-remembered = Zabilježeno: { $what }.
say-forgotten = Više nije zabilježeno: { $what }.
say-changed = Promijenjeno: { $what }.
say-first-day = Prvi dan: { $day }.
say-cheapest = To je već najniži cjenovni razred.
say-dearest = To je već najviši cjenovni razred.
say-trip = Što ste mi rekli: { $what }.
say-trip-nothing = Još mi niste rekli ništa o svom putovanju.
say-greeting = Dobar dan! Što biste danas: plaža, muzej, nešto ukusno u blizini?
say-thanks = Nema na čemu. Ugodan dan!
say-agree = Uživajte! Pitajte me više o nekom mjestu, za vrijeme ili za nešto drugo.
say-help = Predlažem mjesta, kažem zašto, uspoređujem ih, gledam vrijeme i planiram vaš dan. Na primjer: „mirna plaža u blizini”, „nešto u zatvorenom”, „zašto drugo?”
say-not-understood = S ovim ne znam što učiniti: „{ $words }”.
say-not-understood-all = To mi nije jasno.
say-not-understood-part = Dio toga nije mi jasan.
say-ask-next = Želite li znati zašto ili vidjeti nešto drugo?
say-emergency = Odmah nazovite 112 ako je netko u opasnosti. Poziv je besplatan i pomoći će vam.
say-emergency-perhaps = Ako je ovo hitan slučaj, nazovite 112.
say-police = Prijavite to policiji; ako ste u opasnosti, nazovite 112. Za izgubljenu putovnicu može pomoći vaš konzulat.
say-medical = To ne mogu procijeniti. Obratite se liječniku ili ljekarni; ako je hitno, nazovite 112.
say-legal = Ne mogu davati pravne savjete. Pomoći će vam vaš konzulat ili odvjetnik.
say-off-topic = S time ne mogu pomoći. Poznajem mjesta, vrijeme i planove za vaše putovanje.
say-degraded = Trenutačno nedostaju neki podaci; odgovaram s onima koje imam.
