### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Numri { $rank } në listën tuaj
fact-duration = Një vizitë zgjat zakonisht { MINUTES($minutes) }
fact-kids-yes = I përshtatshëm për fëmijë
fact-kids-no = Më pak i përshtatshëm për fëmijë
fact-accessible-yes = I arritshëm me karrige me rrota
fact-accessible-no = I paarritshëm me karrige me rrota
fact-accessible-unknown = Nuk dihet nëse është i arritshëm me karrige me rrota
fact-hours = Hapur nga { CLOCK($from) } deri në { CLOCK($to) }
fact-hours-twice = Hapur nga { CLOCK($from) } deri në { CLOCK($to) } dhe nga { CLOCK($from2) } deri në { CLOCK($to2) }
fact-hours-always = Hapur ditë e natë
fact-hours-closed = Mbyllur atë ditë
fact-hours-unknown = Orari nuk është i njohur
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Çmimi nuk dihet
fact-warning-closed = I mbyllur kur të mbërrini: { $place }
fact-warning-opens = I mbyllur kur të mbërrini, hapet në { CLOCK($from) }: { $place }
fact-warning-storm = Kujdes: parashikohet stuhi
fact-warning-heat = Kujdes: parashikohet vapë { CELSIUS($degrees) }
fact-warning-degraded = Tani mungojnë disa të dhëna, prandaj kjo është më pak e saktë
fact-warning-all-closed = Ajo që përshtatet është e mbyllur në atë orë.
fact-warning-out-of-reach = Prej andej nuk arrihet asnjë vend që njoh.
fact-warning-nowhere = Nuk e di ku jeni.
fact-too-far = { DAY($day) }: nuk shoh dot aq larg. Më pyesni sërish në javën para kësaj.
fact-town = Pikënisja: { $town }
fact-town-within = Pikënisja: { $town }, deri në { KM($km) } larg
diet-vegetarian = Ushqim vegjetarian
diet-vegan = Ushqim vegan
diet-gluten-free = Ushqim pa gluten
diet-halal = Ushqim hallall
diet-kosher = Ushqim kosher
fact-diet-unknown = { $diet }: asnjë vend këtu nuk thotë nëse e ka. Ju lutem pyesni atje.
fact-diet = { $diet }: për të ngrënë vetëm vende që e thonë.
fact-quiet = Qetë: pa vendet që udhëtarët tanë i vizitojnë më shumë se shumicën e llojit të tyre.
fact-quiet-unknown = Këtu nuk dihet sa vizitohen vendet.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } shi
}
fact-rain-dry = Më { DAY($day) } nga { CLOCK($from) } deri në { CLOCK($to) } nuk pritet shi (parashikim)
fact-rain-little = Më { DAY($day) } nga { CLOCK($from) } deri në { CLOCK($to) } pritet fare pak shi (parashikim)
fact-rain-rain = Më { DAY($day) } nga { CLOCK($from) } deri në { CLOCK($to) } pritet shi (parashikim)
fact-date = { $weekday }, { DAY($day) }
fact-date-hour = { $weekday }, { DAY($day) }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] { $count } vend përshtatet
   *[other] { $count } vende përshtaten
}
fact-nearer = { $place } është { KM($km) } më afër se { $other }
fact-cheaper = { $place } kushton më pak se { $other }
fact-ranked-higher = { $place } renditet më lart për ju se { $other }
fact-closes-sooner = { $place } mbyllet { MINUTES($minutes) } më herët se { $other }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = Nuk hyn në plan: { $what }
plan-lunch = Pushim për drekë
fact-way = Rruga deri atje: { MINUTES($minutes) } ({ KM($km) })
fact-trip-party = Ju udhëtoni { $party }
fact-trip-budget = Buxheti juaj: deri në nivelin e çmimit { $level } nga 4
fact-trip-budget-sum = Buxheti juaj: deri në { MONEY($minor, $currency) } për person, niveli i çmimit { $level } nga 4{ $least ->
    [0] { "" }
   *[other] { " " }(duke nisur nga { MONEY($least, "EUR") })
}
fact-budget-sum = Deri në { MONEY($minor, $currency) } për person: niveli i çmimit { $level } nga 4{ $least ->
    [0] { "" }
   *[other] { " " }(duke nisur nga { MONEY($least, "EUR") })
}
fact-trip-dates = Udhëtimi juaj: { DAY($from) } – { DAY($to) }
fact-trip-start = Udhëtimi juaj fillon: { DAY($from) }
fact-trip-end = Udhëtimi juaj mbaron: { DAY($to) }
fact-trip-likes = Ju pëlqen: { $what }
fact-trip-dislikes = Nuk është për ju: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Udhëtoni me karrige me rrota
    [stroller] Udhëtoni me karrocë fëmijësh
   *[short_walks] Parapëlqeni të ecni pak
}
fact-trip-children = Moshat e fëmijëve: { $ages }
fact-trip-town = Vendi ku qëndroni: { $town }
fact-not-noted = Nuk kisha shënuar asgjë për këtë
fact-trip-diets = Ju hani: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = deri në { KM($km) } larg
say-limit-budget = deri në nivelin e çmimit { $level } nga 4
say-limit-at-least = nga niveli i çmimit { $level } nga 4
say-limit-beyond = më shumë se { KM($km) } larg
say-limit-indoor = në ambient të mbyllur
say-limit-outdoor = në ajër të hapur
say-limit-accessible = i arritshëm me karrige me rrota
say-limit-kids = i përshtatshëm me fëmijë
say-limit-quiet = qetë

## Answers

say-recommend = { $count ->
    [one] Ju propozoj { $count } vend:
   *[other] Ju propozoj { $count } vende:
}
say-other = Atëherë diçka tjetër:
say-none = Nuk gjeta asgjë që t’i plotësojë të gjitha këto: { $what }.
say-none-at-all = Nuk gjeta asgjë të përshtatshme.
say-none-try = Hiqni dorë nga diçka dhe do të kërkoj sërish.
say-none-later = Thoni një orë ose ditë tjetër dhe do të kërkoj sërish.
say-none-town = Thoni një qytet dhe do të kërkoj që andej.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = Çfarë di për vendin { $place }:
say-which-place = Cilin vend keni parasysh?
say-search = { $count ->
    [one] U gjet { $count } vend për “{ $query }”:
   *[other] U gjetën { $count } vende për “{ $query }”:
}
say-why = Çfarë vendosi për renditjen e vendit { $place }:
say-for = Pro: { $reasons }.
say-against = Kundër: { $reasons }.
say-why-nothing = Ende nuk ka një listë për ta shpjeguar. Më kërkoni më parë vende.
say-weather = Moti ({ $where }, { $when }):
say-here = aty ku jeni
say-weather-unknown = Për atë kohë nuk kam parashikim.
say-compare = Krahasimi:
say-compare-alike = Nuk di ndonjë gjë në të cilën ndryshojnë.
say-plan = { $count ->
    [one] Plani për { DAY($day) } me { $count } ndalesë:
   *[other] Plani për { DAY($day) } me { $count } ndalesa:
}
say-plan-none = Asnjë plan nuk përputhet me oraret, largësitë dhe motin e asaj dite.
say-remembered = U shënua: { $what }.
say-forgotten = Nuk mbahet më shënim: { $what }.
say-changed = U ndryshua: { $what }.
say-first-day = Dita e parë: { $day }.
say-cheapest = Ky është tashmë niveli më i ulët i çmimit.
say-dearest = Ky është tashmë niveli më i lartë i çmimit.
say-trip = Çfarë më keni thënë: { $what }.
say-trip-nothing = Nuk më keni thënë ende asgjë për udhëtimin tuaj.
say-greeting = Përshëndetje! Çfarë ju pëlqen sot: një plazh, një muze, diçka e shijshme afër?
say-thanks = Ju lutem. Kalofshi një ditë të mbarë!
say-agree = Kalofshi mirë! Më pyesni më shumë për një vend, për motin ose për diçka tjetër.
say-help = Propozoj vende, them pse, i krahasoj, shoh motin dhe planifikoj ditën tuaj. Për shembull: “një plazh i qetë afër”, “diçka në ambient të mbyllur”, “pse i dyti?”
say-not-understood = Nuk dita çfarë të bëj me këtë: “{ $words }”.
say-not-understood-all = Nuk e kuptova.
say-not-understood-part = Një pjesë të saj nuk e kuptova.
say-ask-next = T’ju them pse, apo të kërkoj diçka tjetër?
say-emergency = Telefononi menjëherë 112 nëse dikush është në rrezik. Telefonata është falas dhe do t’ju ndihmojnë.
say-emergency-perhaps = Nëse është rast urgjent, telefononi 112.
say-police = Ju lutem lajmëroni policinë; nëse jeni në rrezik, telefononi 112. Për një pasaportë të humbur mund t’ju ndihmojë konsullata.
say-medical = Këtë nuk mund ta gjykoj. Pyetni një mjek ose një farmaci; nëse është urgjente, telefononi 112.
say-legal = Nuk mund të jap këshilla ligjore. Konsullata juaj ose një avokat mund t’ju ndihmojë.
say-off-topic = Për këtë nuk mund t’ju ndihmoj. Njoh vende, motin dhe plane për udhëtimin tuaj.
say-degraded = Tani mungojnë disa të dhëna; përgjigjem me ato që kam.
