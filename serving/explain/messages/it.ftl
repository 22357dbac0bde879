### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = Non conosciamo ancora i tuoi gusti
taste-often = Scegli spesso posti di questo tipo
taste-before = Hai già scelto posti di questo tipo
taste-dismissed = Hai già scartato posti di questo tipo
taste-not-yet = Finora non hai scelto posti di questo tipo
taste-rarely = Scegli di rado posti di questo tipo

## This very place and the traveller

history-new = Nuovo per te
history-dismissed = L’hai già scartato
history-known = Lo conosci già
history-visited = Ci hai già fatto visita
history-chosen = L’hai già scelto

## The way

distance-close = Vicino: a { KM($km) }
distance-far = Lontano: a { KM($km) }
distance-away = A { KM($km) }

## The weather at the time of the visit

weather-suits-forecast = Adatto al meteo (previsione: { weather-sky })
weather-suits-observed = Adatto al meteo (ultima rilevazione: { weather-sky })
weather-unsuitable-forecast = Poco adatto al meteo (previsione: { weather-sky })
weather-unsuitable-observed = Poco adatto al meteo (ultima rilevazione: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } e pioggia
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Orari sconosciuti
opening-closed = Chiuso al tuo arrivo
opening-long = Aperto al tuo arrivo, ancora per { HOURS($hours) } o più
opening-open-minutes = Aperto al tuo arrivo, ancora per { MINUTES($minutes) }
opening-open-hours = Aperto al tuo arrivo, ancora per { HOURS($hours) }
opening-closes-minutes = Chiude { MINUTES($minutes) } dopo il tuo arrivo
opening-closes-hours = Chiude { HOURS($hours) } dopo il tuo arrivo

## Price

price-free = Gratis
price-within = Nel tuo budget: fascia di prezzo { $level } su 4
price-above = Oltre il tuo budget: fascia di prezzo { $level } su 4
price-level = Fascia di prezzo { $level } su 4

## Who comes along

children-welcome = Ideale con i bambini
children-unknown = Non risulta adatto ai bambini
party-suits-solo = Adatto a chi viaggia da solo
party-suits-couple = Adatto alle coppie
party-suits-family = Adatto alle famiglie
party-suits-friends = Adatto ai gruppi di amici
party-unsuitable-solo = Meno adatto a chi viaggia da solo
party-unsuitable-couple = Meno adatto alle coppie
party-unsuitable-family = Meno adatto alle famiglie
party-unsuitable-friends = Meno adatto ai gruppi di amici

## How much is going on

interactions = { $count ->
    [one] { $count } interazione
    [many] { $count } di interazioni
   *[other] { $count } interazioni
}
popularity-many = Popolare: { interactions } in 30 giorni
popularity-few = Tranquillo: { interactions } in 30 giorni

## Ratings

quality-high = Ben valutato: circa { STARS($rating) } su 5
quality-low = Valutato meno bene: circa { STARS($rating) } su 5

## The hour

time-usual = Di solito si visita a quest’ora
time-other = Di solito si visita in altri orari

## Other travellers

similar-travellers = Scelto da viaggiatori come te
similar-next = Dove sono andati altri dopo i posti che hai scelto
similar-moment = Apprezzato a quest’ora e in questa stagione
similar-seldom = Scelto di rado da viaggiatori come te

## The place itself

place-indoors = Perlopiù al chiuso
place-outdoors = Perlopiù all’aperto
novelty-new = Novità nel catalogo

## Names, as they stand within a sentence

condition-clear = cielo sereno
condition-clouds = nuvole
condition-rain = pioggia
condition-thunderstorm = temporale
condition-snow = neve
condition-fog = nebbia
condition-wind = vento
season-winter = inverno
season-spring = primavera
season-summer = estate
season-autumn = autunno
party-solo = per conto tuo
party-couple = in coppia
party-family = in famiglia
party-friends = con amici
weekday-monday = lunedì
weekday-tuesday = martedì
weekday-wednesday = mercoledì
weekday-thursday = giovedì
weekday-friday = venerdì
weekday-saturday = sabato
weekday-sunday = domenica

## Groups of places, and the kinds of each

category-nature = natura
category-nature-beach = spiaggia
category-nature-cove = caletta
category-nature-trail = sentiero
category-nature-viewpoint = punto panoramico
category-nature-park = parco
category-nature-garden = giardino
category-nature-cave = grotta
category-nature-island = isola
category-nature-wetland = zona umida
category-nature-waterfall = cascata
category-nature-mountain = montagna
category-culture = cultura
category-culture-castle = castello
category-culture-museum = museo
category-culture-church = chiesa
category-culture-monument = monumento
category-culture-old_town = centro storico
category-culture-archaeology = sito archeologico
category-culture-gallery = galleria
category-culture-theatre = teatro
category-food = cibo e vino
category-food-market = mercato coperto
category-food-restaurant_quarter = zona di ristoranti
category-food-winery = cantina
category-food-tapas = tapas bar
category-food-tasting = degustazione
category-fun = divertimento
category-fun-theme_park = parco divertimenti
category-fun-water_park = parco acquatico
category-fun-zoo = zoo
category-fun-aquarium = acquario
category-fun-boat_trip = gita in barca
category-fun-harbour = porto
category-fun-golf = campo da golf
category-fun-water_sports = sport acquatici
category-fun-adventure = avventura
category-fun-casino = casinò
category-wellness = benessere
category-wellness-spa = spa
category-wellness-promenade = lungomare
category-nightlife = vita notturna
category-nightlife-club = discoteca
category-nightlife-bar_quarter = zona di locali
category-nightlife-show = spettacolo
category-shopping = shopping
category-shopping-mall = centro commerciale
category-shopping-street_market = mercato di strada
category-shopping-shopping_street = via dello shopping
