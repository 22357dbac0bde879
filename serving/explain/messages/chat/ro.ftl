### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Numărul { $rank } din lista ta
fact-duration = O vizită durează de obicei { MINUTES($minutes) }
fact-kids-yes = Potrivit pentru copii
fact-kids-no = Mai puțin potrivit pentru copii
fact-accessible-yes = Accesibil cu scaunul rulant
fact-accessible-no = Inaccesibil cu scaunul rulant
fact-accessible-unknown = Nu se știe dacă este accesibil cu scaunul rulant
fact-hours = Deschis între { CLOCK($from) } și { CLOCK($to) }
fact-hours-twice = Deschis între { CLOCK($from) } și { CLOCK($to) } și între { CLOCK($from2) } și { CLOCK($to2) }
fact-hours-always = Deschis zi și noapte
fact-hours-closed = Închis în acea zi
fact-hours-unknown = Programul nu este cunoscut
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Preț necunoscut
fact-warning-closed = Închis la sosire: { $place }
fact-warning-opens = Închis la sosire, se deschide la { CLOCK($from) }: { $place }
fact-warning-storm = Atenție: se anunță furtună
fact-warning-heat = Atenție: se anunță caniculă de { CELSIUS($degrees) }
fact-warning-degraded = Momentan lipsesc unele date, deci este mai puțin exact
fact-warning-all-closed = Ce se potrivește este închis la ora aceea.
fact-warning-out-of-reach = De acolo nu se poate ajunge la niciun loc pe care îl cunosc.
fact-warning-nowhere = Nu știu unde ești.
fact-too-far = { DAY($day) }: nu pot vedea atât de departe. Întreabă-mă din nou în săptămâna dinainte.
fact-town = Punct de plecare: { $town }
fact-town-within = Punct de plecare: { $town }, la cel mult { KM($km) }
diet-vegetarian = Mâncare vegetariană
diet-vegan = Mâncare vegană
diet-gluten-free = Mâncare fără gluten
diet-halal = Mâncare halal
diet-kosher = Mâncare cușer
fact-diet-unknown = { $diet }: niciun loc de aici nu spune dacă are. Întreabă acolo.
fact-diet = { $diet }: pentru mâncat, doar locuri care o spun.
fact-quiet = Liniștit: fără locurile pe care călătorii noștri le vizitează mai mult decât pe majoritatea celor de același fel.
fact-quiet-unknown = Aici nu se știe cât de vizitate sunt locurile.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } de ploaie
}
fact-rain-dry = Nu se așteaptă ploaie pe { DAY($day) } între { CLOCK($from) } și { CLOCK($to) } (prognoză)
fact-rain-little = Aproape deloc ploaie pe { DAY($day) } între { CLOCK($from) } și { CLOCK($to) } (prognoză)
fact-rain-rain = Se așteaptă ploaie pe { DAY($day) } între { CLOCK($from) } și { CLOCK($to) } (prognoză)
fact-date = { $weekday }, { DAY($day) }
fact-date-hour = { $weekday }, { DAY($day) }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] { $count } loc se potrivește
    [few] { $count } locuri se potrivesc
   *[other] { $count } de locuri se potrivesc
}
fact-nearer = { $place } este cu { KM($km) } mai aproape decât { $other }
fact-cheaper = { $place } este mai ieftin decât { $other }
fact-ranked-higher = { $place } este mai sus pentru tine decât { $other }
fact-closes-sooner = { $place } se închide cu { MINUTES($minutes) } mai devreme decât { $other }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = Nu încape în plan: { $what }
plan-lunch = Pauză de prânz
fact-way = Drumul până acolo: { MINUTES($minutes) } ({ KM($km) })
fact-trip-party = Călătorești { $party }
fact-trip-budget = Bugetul tău: cel mult nivel de preț { $level } din 4
fact-trip-budget-sum = Bugetul tău: cel mult { MONEY($minor, $currency) } de persoană, nivel de preț { $level } din 4{ $least ->
    [0] { "" }
   *[other] { " " }(de la { MONEY($least, "EUR") })
}
fact-budget-sum = Cel mult { MONEY($minor, $currency) } de persoană: nivel de preț { $level } din 4{ $least ->
    [0] { "" }
   *[other] { " " }(de la { MONEY($least, "EUR") })
}
fact-trip-dates = Călătoria ta: { DAY($from) } – { DAY($to) }
fact-trip-start = Începutul călătoriei tale: { DAY($from) }
fact-trip-end = Sfârșitul călătoriei tale: { DAY($to) }
fact-trip-likes = Îți place: { $what }
fact-trip-dislikes = Nu e pentru tine: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Călătorești cu scaunul rulant
    [stroller] Călătorești cu căruciorul
   *[short_walks] Preferi să mergi puțin pe jos
}
fact-trip-children = Vârstele copiilor: { $ages }
fact-trip-town = Locul în care stai: { $town }
fact-not-noted = Nu notasem nimic din asta
fact-trip-diets = Mănânci: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = la cel mult { KM($km) }
say-limit-budget = cel mult nivel de preț { $level } din 4
say-limit-at-least = de la nivel de preț { $level } din 4
say-limit-beyond = la peste { KM($km) }
say-limit-indoor = la interior
say-limit-outdoor = în aer liber
say-limit-accessible = accesibil cu scaunul rulant
say-limit-kids = potrivit cu copii
say-limit-quiet = liniștit

## Answers

say-recommend = { $count ->
    [one] Îți propun { $count } loc:
    [few] Îți propun { $count } locuri:
   *[other] Îți propun { $count } de locuri:
}
say-other = Atunci altceva:
say-none = Nu am găsit nimic care să fie toate acestea: { $what }.
say-none-at-all = Nu am găsit nimic potrivit.
say-none-try = Renunță la ceva și caut din nou.
say-none-later = Spune altă oră sau altă zi și caut din nou.
say-none-town = Spune un oraș și caut de acolo.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = Ce știu despre { $place }:
say-which-place = La ce loc te referi?
say-search = { $count ->
    [one] { $count } loc găsit pentru „{ $query }”:
    [few] { $count } locuri găsite pentru „{ $query }”:
   *[other] { $count } de locuri găsite pentru „{ $query }”:
}
say-why = Ce a hotărât poziția locului { $place }:
say-for = Pentru: { $reasons }.
say-against = Împotrivă: { $reasons }.
say-why-nothing = Nu există încă o listă de explicat. Cere-mi mai întâi locuri.
say-weather = Vremea ({ $where }, { $when }):
say-here = unde ești
say-weather-unknown = Nu am o prognoză pentru acel moment.
say-compare = Prin comparație:
say-compare-alike = Nu știu nimic prin care se deosebesc.
say-plan = { $count ->
    [one] Plan pentru { DAY($day) } cu { $count } oprire:
    [few] Plan pentru { DAY($day) } cu { $count } opriri:
   *[other] Plan pentru { DAY($day) } cu { $count } de opriri:
}
say-plan-none = Niciun plan nu se potrivește cu programul, distanțele și vremea din acea zi.
say-remembered = Am notat: { $what }.
say-forgotten = Nu mai rețin: { $what }.
say-changed = Schimbat: { $what }.
say-first-day = Prima zi: { $day }.
say-cheapest = Acesta este deja cel mai mic nivel de preț.
say-dearest = Acesta este deja cel mai mare nivel de preț.
say-trip = Ce mi-ai spus: { $what }.
say-trip-nothing = Nu mi-ai spus încă nimic despre călătoria ta.
say-greeting = Bună! Ce ai vrea astăzi: o plajă, un muzeu, ceva gustos prin apropiere?
say-thanks = Cu plăcere. O zi frumoasă!
say-agree = Distracție plăcută! Întreabă-mă mai multe despre un loc, despre vreme sau despre altceva.
say-help = Propun locuri, spun de ce, le compar, mă uit la vreme și îți planific ziua. De exemplu: „o plajă liniștită prin apropiere”, „ceva la interior”, „de ce al doilea?”
say-not-understood = Nu am știut ce să fac cu asta: „{ $words }”.
say-not-understood-all = Nu am înțeles.
say-not-understood-part = Nu am înțeles o parte.
say-ask-next = Îți spun de ce sau caut altceva?
say-emergency = Sună imediat la 112 dacă cineva este în pericol. Apelul este gratuit și vei primi ajutor.
say-emergency-perhaps = Dacă este o urgență, sună la 112.
say-police = Anunță poliția; dacă ești în pericol, sună la 112. Pentru un pașaport pierdut te poate ajuta consulatul.
say-medical = Nu pot aprecia acest lucru. Întreabă un medic sau o farmacie; dacă este urgent, sună la 112.
say-legal = Nu pot da sfaturi juridice. Consulatul tău sau un avocat te poate ajuta.
say-off-topic = Cu asta nu te pot ajuta. Cunosc locuri, vremea și planuri pentru călătoria ta.
say-degraded = Momentan lipsesc unele date; răspund cu cele pe care le am.
