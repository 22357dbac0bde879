### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Številka { $rank } na vašem seznamu
fact-duration = Obisk običajno traja { MINUTES($minutes) }
fact-kids-yes = Prijazno do otrok
fact-kids-no = Manj primerno za otroke
fact-accessible-yes = Dostopno z invalidskim vozičkom
fact-accessible-no = Ni dostopno z invalidskim vozičkom
fact-accessible-unknown = Ni znano, ali je dostopno z invalidskim vozičkom
fact-hours = Odprto od { CLOCK($from) } do { CLOCK($to) }
fact-hours-twice = Odprto od { CLOCK($from) } do { CLOCK($to) } in od { CLOCK($from2) } do { CLOCK($to2) }
fact-hours-always = Odprto podnevi in ponoči
fact-hours-closed = Ta dan zaprto
fact-hours-unknown = Odpiralni čas ni poznan
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Cena ni znana
fact-warning-closed = Ob prihodu zaprto: { $place }
fact-warning-opens = Ob prihodu zaprto, odpre se ob { CLOCK($from) }: { $place }
fact-warning-storm = Pozor: napovedano je neurje
fact-warning-heat = Pozor: napovedana je vročina { CELSIUS($degrees) }
fact-warning-degraded = Trenutno manjkajo nekateri podatki, zato je to manj natančno
fact-warning-all-closed = Kar ustreza, je ob tisti uri zaprto.
fact-warning-out-of-reach = Od tam ni dosegljiv noben kraj, ki ga poznam.
fact-warning-nowhere = Ne vem, kje ste.
fact-too-far = { DAY($day) }: tako daleč naprej ne vidim. Vprašajte me znova v tednu pred tem.
fact-town = Izhodišče: { $town }
fact-town-within = Izhodišče: { $town }, največ { KM($km) } stran
diet-vegetarian = Vegetarijanska prehrana
diet-vegan = Veganska prehrana
diet-gluten-free = Brezglutenska prehrana
diet-halal = Prehrana halal
diet-kosher = Košer prehrana
fact-diet-unknown = { $diet }: noben kraj tukaj ne navaja, ali jo ima. Vprašajte tam.
fact-diet = { $diet }: za hrano samo kraji, ki to navajajo.
fact-quiet = Mirno: brez lokacij, ki jih naši popotniki obiskujejo bolj kot večino svoje vrste.
fact-quiet-unknown = Tukaj ni znano, kako obiskane so lokacije.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } dežja
}
fact-rain-dry = { DAY($day) } od { CLOCK($from) } do { CLOCK($to) } dežja ni pričakovati (napoved)
fact-rain-little = { DAY($day) } od { CLOCK($from) } do { CLOCK($to) } dežja skoraj ni pričakovati (napoved)
fact-rain-rain = { DAY($day) } od { CLOCK($from) } do { CLOCK($to) } je pričakovati dež (napoved)
fact-date = { $weekday }, { DAY($day) }
fact-date-hour = { $weekday }, { DAY($day) }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] { $count } lokacija ustreza
    [two] { $count } lokaciji ustrezata
    [few] { $count } lokacije ustrezajo
   *[other] { $count } lokacij ustreza
}
fact-nearer = { $place } je bližje kot { $other }: razlika { KM($km) }
fact-cheaper = { $place } je ceneje kot { $other }
fact-ranked-higher = { $place } je za vas višje na seznamu kot { $other }
fact-closes-sooner = { $place } se zapre prej kot { $other }: razlika { MINUTES($minutes) }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = Ne gre v načrt: { $what }
plan-lunch = Odmor za kosilo
fact-way = Pot do tja: { MINUTES($minutes) } ({ KM($km) })
fact-trip-party = Potujete { $party }
fact-trip-budget = Vaš proračun: največ cenovni razred { $level } od 4
fact-trip-budget-sum = Vaš proračun: največ { MONEY($minor, $currency) } na osebo, cenovni razred { $level } od 4{ $least ->
    [0] { "" }
   *[other] { " " }(od { MONEY($least, "EUR") } naprej)
}
fact-budget-sum = Največ { MONEY($minor, $currency) } na osebo: cenovni razred { $level } od 4{ $least ->
    [0] { "" }
   *[other] { " " }(od { MONEY($least, "EUR") } naprej)
}
fact-trip-dates = Vaše potovanje: { DAY($from) } – { DAY($to) }
fact-trip-start = Začetek vašega potovanja: { DAY($from) }
fact-trip-end = Konec vašega potovanja: { DAY($to) }
fact-trip-likes = Všeč vam je: { $what }
fact-trip-dislikes = Ni za vas: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Potujete z invalidskim vozičkom
    [stroller] Potujete z otroškim vozičkom
   *[short_walks] Raje imate kratke poti
}
fact-trip-children = Starost otrok: { $ages }
fact-trip-town = Kraj bivanja: { $town }
fact-not-noted = O tem nisem imel nič zabeleženega
fact-trip-diets = Jeste: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = največ { KM($km) } stran
say-limit-budget = največ cenovni razred { $level } od 4
say-limit-at-least = najmanj cenovni razred { $level } od 4
say-limit-beyond = več kot { KM($km) } stran
say-limit-indoor = pod streho
say-limit-outdoor = na prostem
say-limit-accessible = dostopno z invalidskim vozičkom
say-limit-kids = primerno za otroke
say-limit-quiet = mirno

## Answers

say-recommend = { $count ->
    [one] Predlagam { $count } lokacijo:
    [two] Predlagam { $count } lokaciji:
    [few] Predlagam { $count } lokacije:
   *[other] Predlagam { $count } lokacij:
}
say-other = Potem pa nekaj drugega:
say-none = Ničesar ni, kar bi ustrezalo vsemu temu: { $what }.
say-none-at-all = Ničesar ni, kar bi ustrezalo.
say-none-try = Kaj izpustite, in iskanje se ponovi.
say-none-later = Povejte drugo uro ali drug dan, in iskanje se ponovi.
say-none-town = Povejte mesto, in iskanje se začne tam.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = Kaj vem o lokaciji { $place }:
say-which-place = Katero lokacijo imate v mislih?
say-search = { $count ->
    [one] Za »{ $query }« je najdena { $count } lokacija:
    [two] Za »{ $query }« sta najdeni { $count } lokaciji:
    [few] Za »{ $query }« so najdene { $count } lokacije:
   *[other] Za »{ $query }« je najdenih { $count } lokacij:
}
say-why = Kaj je odločilo o mestu lokacije { $place }:
say-for = Za: { $reasons }.
say-against = Proti: { $reasons }.
say-why-nothing = Seznama za pojasnilo še ni. Najprej me vprašajte za lokacije.
say-weather = Vreme ({ $where }, { $when }):
say-here = kjer ste
say-weather-unknown = Za ta čas nimam napovedi.
say-compare = Primerjava:
say-compare-alike = Ne vem za nič, v čemer bi se razlikovali.
say-plan = { $count ->
    [one] Načrt za { DAY($day) }, { $count } postanek:
    [two] Načrt za { DAY($day) }, { $count } postanka:
    [few] Načrt za { DAY($day) }, { $count } postanki:
   *[other] Načrt za { DAY($day) }, { $count } postankov:
}
say-plan-none = Noben načrt ne ustreza odpiralnim časom, razdaljam in vremenu tistega dne.
say-remembered = Zabeleženo: { $what }.
say-forgotten = Ni več zabeleženo: { $what }.
say-changed = Spremenjeno: { $what }.
say-first-day = Prvi dan: { $day }.
say-cheapest = To je že najnižji cenovni razred.
say-dearest = To je že najvišji cenovni razred.
say-trip = Kar ste mi povedali: { $what }.
say-trip-nothing = O svojem potovanju mi še niste povedali ničesar.
say-greeting = Dober dan! Kaj vam danes diši: plaža, muzej, nekaj okusnega v bližini?
say-thanks = Ni za kaj. Lep dan!
say-agree = Uživajte! Vprašajte me več o kateri od lokacij, o vremenu ali o čem drugem.
say-help = Predlagam lokacije, povem zakaj, jih primerjam, pogledam vreme in načrtujem vaš dan. Na primer: »mirna plaža v bližini«, »nekaj pod streho«, »zakaj druga?«
say-not-understood = S tem ne vem, kaj storiti: »{ $words }«.
say-not-understood-all = Tega ne razumem.
say-not-understood-part = Dela tega ne razumem.
say-ask-next = Želite vedeti zakaj ali videti kaj drugega?
say-emergency = Takoj pokličite 112, če je kdo v nevarnosti. Klic je brezplačen in pomagali vam bodo.
say-emergency-perhaps = Če je to nujni primer, pokličite 112.
say-police = Prijavite to policiji; če ste v nevarnosti, pokličite 112. Pri izgubljenem potnem listu lahko pomaga vaš konzulat.
say-medical = Tega ne morem presoditi. Obrnite se na zdravnika ali lekarno; če je nujno, pokličite 112.
say-legal = Pravnih nasvetov ne morem dajati. Pomaga lahko vaš konzulat ali odvetnik.
say-off-topic = Pri tem ne morem pomagati. Poznam lokacije, vreme in načrte za vaše potovanje.
say-degraded = Trenutno manjkajo nekateri podatki; odgovarjam s tistimi, ki jih imam.
