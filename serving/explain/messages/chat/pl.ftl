### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Numer { $rank } na Twojej liście
fact-duration = Wizyta trwa zwykle { MINUTES($minutes) }
fact-kids-yes = Odpowiednie dla dzieci
fact-kids-no = Mniej odpowiednie dla dzieci
fact-accessible-yes = Dostępne na wózku inwalidzkim
fact-accessible-no = Niedostępne na wózku inwalidzkim
fact-accessible-unknown = Nie wiadomo, czy dostępne na wózku inwalidzkim
fact-hours = Otwarte od { CLOCK($from) } do { CLOCK($to) }
fact-hours-twice = Otwarte od { CLOCK($from) } do { CLOCK($to) } i od { CLOCK($from2) } do { CLOCK($to2) }
fact-hours-always = Otwarte całą dobę
fact-hours-closed = Tego dnia zamknięte
fact-hours-unknown = Godziny otwarcia nie są znane
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Cena nieznana
fact-warning-closed = Zamknięte w chwili przybycia: { $place }
fact-warning-opens = Zamknięte w chwili przybycia, otwarcie o { CLOCK($from) }: { $place }
fact-warning-storm = Uwaga: prognozowana nawałnica
fact-warning-heat = Uwaga: prognozowany upał { CELSIUS($degrees) }
fact-warning-degraded = Brakuje teraz części danych, więc jest to mniej dokładne
fact-warning-all-closed = To, co pasuje, jest o tej godzinie zamknięte.
fact-warning-out-of-reach = Stamtąd nie da się dotrzeć do żadnego miejsca, które znam.
fact-warning-nowhere = Nie wiem, gdzie jesteś.
fact-too-far = { DAY($day) }: tak daleko naprzód nie widzę. Zapytaj mnie ponownie w tygodniu przed tą datą.
fact-town = Punkt wyjścia: { $town }
fact-town-within = Punkt wyjścia: { $town }, najwyżej { KM($km) } stamtąd
diet-vegetarian = Jedzenie wegetariańskie
diet-vegan = Jedzenie wegańskie
diet-gluten-free = Jedzenie bezglutenowe
diet-halal = Jedzenie halal
diet-kosher = Jedzenie koszerne
fact-diet-unknown = { $diet }: żadne miejsce tutaj nie podaje, czy je ma. Zapytaj na miejscu.
fact-diet = { $diet }: do jedzenia tylko miejsca, które to podają.
fact-quiet = Spokojnie: bez miejsc, które nasi podróżni odwiedzają bardziej niż większość w swoim rodzaju.
fact-quiet-unknown = Nie wiadomo tutaj, jak bardzo miejsca są odwiedzane.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } deszczu
}
fact-rain-dry = { DAY($day) } od { CLOCK($from) } do { CLOCK($to) } deszcz nie jest spodziewany (prognoza)
fact-rain-little = { DAY($day) } od { CLOCK($from) } do { CLOCK($to) } spodziewany jest najwyżej znikomy deszcz (prognoza)
fact-rain-rain = { DAY($day) } od { CLOCK($from) } do { CLOCK($to) } spodziewany jest deszcz (prognoza)
fact-date = { $weekday }, { DAY($day) }
fact-date-hour = { $weekday }, { DAY($day) }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] { $count } miejsce pasuje
    [few] { $count } miejsca pasują
    [many] { $count } miejsc pasuje
   *[other] { $count } miejsca pasuje
}
fact-nearer = { $place } jest bliżej niż { $other }: różnica { KM($km) }
fact-cheaper = { $place }: taniej niż { $other }
fact-ranked-higher = { $place } jest dla Ciebie wyżej na liście niż { $other }
fact-closes-sooner = { $place } zamyka się wcześniej niż { $other }: różnica { MINUTES($minutes) }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = Nie mieści się w planie: { $what }
plan-lunch = Przerwa na obiad
fact-way = Dojście lub dojazd: { MINUTES($minutes) } ({ KM($km) })
fact-trip-party = Podróżujesz { $party }
fact-trip-budget = Twój budżet: do poziomu cen { $level } z 4
fact-trip-budget-sum = Twój budżet: do { MONEY($minor, $currency) } na osobę, poziom cen { $level } z 4{ $least ->
    [0] { "" }
   *[other] { " " }(od { MONEY($least, "EUR") } wzwyż)
}
fact-budget-sum = Do { MONEY($minor, $currency) } na osobę: poziom cen { $level } z 4{ $least ->
    [0] { "" }
   *[other] { " " }(od { MONEY($least, "EUR") } wzwyż)
}
fact-trip-dates = Twoja podróż: { DAY($from) } – { DAY($to) }
fact-trip-start = Początek Twojej podróży: { DAY($from) }
fact-trip-end = Koniec Twojej podróży: { DAY($to) }
fact-trip-likes = Lubisz: { $what }
fact-trip-dislikes = Nie dla Ciebie: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Podróżujesz na wózku inwalidzkim
    [stroller] Podróżujesz z wózkiem dziecięcym
   *[short_walks] Wolisz mało chodzić
}
fact-trip-children = Wiek dzieci: { $ages }
fact-trip-town = Miejsce pobytu: { $town }
fact-not-noted = Nic takiego nie było zapamiętane
fact-trip-diets = Jesz: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = najwyżej { KM($km) } stąd
say-limit-budget = do poziomu cen { $level } z 4
say-limit-at-least = od poziomu cen { $level } z 4
say-limit-beyond = ponad { KM($km) } stąd
say-limit-indoor = pod dachem
say-limit-outdoor = na świeżym powietrzu
say-limit-accessible = dostępne na wózku inwalidzkim
say-limit-kids = dobre z dziećmi
say-limit-quiet = spokojnie

## Answers

say-recommend = { $count ->
    [one] Proponuję { $count } miejsce:
    [few] Proponuję { $count } miejsca:
    [many] Proponuję { $count } miejsc:
   *[other] Proponuję { $count } miejsca:
}
say-other = W takim razie coś innego:
say-none = Nie ma niczego, co spełnia to wszystko: { $what }.
say-none-at-all = Nie ma niczego, co by pasowało.
say-none-try = Zrezygnuj z czegoś, a poszukam jeszcze raz.
say-none-later = Podaj inną godzinę lub inny dzień, a poszukam jeszcze raz.
say-none-town = Podaj miasto, a poszukam stamtąd.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = Co wiem o miejscu { $place }:
say-which-place = O które miejsce chodzi?
say-search = { $count ->
    [one] { $count } miejsce dla „{ $query }”:
    [few] { $count } miejsca dla „{ $query }”:
    [many] { $count } miejsc dla „{ $query }”:
   *[other] { $count } miejsca dla „{ $query }”:
}
say-why = Co zdecydowało o pozycji miejsca { $place }:
say-for = Za: { $reasons }.
say-against = Przeciw: { $reasons }.
say-why-nothing = Nie ma jeszcze listy do wyjaśnienia. Zapytaj mnie najpierw o miejsca.
say-weather = Pogoda ({ $where }, { $when }):
say-here = tam, gdzie jesteś
say-weather-unknown = Na ten czas nie mam prognozy.
say-compare = Porównanie:
say-compare-alike = Nie wiem o niczym, czym się różnią.
say-plan = { $count ->
    [one] Plan na { DAY($day) }, { $count } etap:
    [few] Plan na { DAY($day) }, { $count } etapy:
    [many] Plan na { DAY($day) }, { $count } etapów:
   *[other] Plan na { DAY($day) }, { $count } etapu:
}
say-plan-none = Żaden plan nie pasuje do godzin otwarcia, odległości i pogody tego dnia.
say-remembered = Zapamiętane: { $what }.
say-forgotten = Już nie pamiętam: { $what }.
say-changed = Zmienione: { $what }.
say-first-day = Pierwszy dzień: { $day }.
say-cheapest = To już najniższy poziom cen.
say-dearest = To już najwyższy poziom cen.
say-trip = Co od ciebie wiem: { $what }.
say-trip-nothing = Nie wiem jeszcze nic o twojej podróży.
say-greeting = Cześć! Na co masz dziś ochotę: plaża, muzeum, coś smacznego w pobliżu?
say-thanks = Nie ma za co. Miłego dnia!
say-agree = Miłej zabawy! Możesz zapytać mnie o więcej na temat miejsca, o pogodę albo o coś innego.
say-help = Proponuję miejsca, mówię dlaczego, porównuję je, sprawdzam pogodę i planuję Twój dzień. Na przykład: „spokojna plaża w pobliżu”, „coś pod dachem”, „dlaczego drugie?”
say-not-understood = Nie wiem, co z tym zrobić: „{ $words }”.
say-not-understood-all = Nie rozumiem tego.
say-not-understood-part = Części tego nie rozumiem.
say-ask-next = Powiedzieć dlaczego czy poszukać czegoś innego?
say-emergency = Jeśli ktoś jest w niebezpieczeństwie, natychmiast zadzwoń pod 112. Połączenie jest bezpłatne i otrzymasz pomoc.
say-emergency-perhaps = Jeśli to nagły wypadek, zadzwoń pod 112.
say-police = Zgłoś to policji; w razie niebezpieczeństwa zadzwoń pod 112. W sprawie zgubionego paszportu pomoże konsulat.
say-medical = Nie mogę tego ocenić. Zapytaj lekarza lub farmaceutę; w pilnej sprawie zadzwoń pod 112.
say-legal = Nie mogę udzielać porad prawnych. Pomoże Twój konsulat lub prawnik.
say-off-topic = W tym nie mogę pomóc. Znam miejsca, pogodę i plany na Twoją podróż.
say-degraded = Brakuje teraz części danych; odpowiadam na podstawie tych, które mam.
