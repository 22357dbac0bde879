### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = Encara no coneixem els teus gustos
taste-often = Sovint tries aquest tipus de lloc
taste-before = Ja has triat aquest tipus de lloc
taste-dismissed = Ja has descartat llocs d’aquest tipus
taste-not-yet = Encara no has triat aquest tipus de lloc
taste-rarely = Poques vegades tries aquest tipus de lloc

## This very place and the traveller

history-new = Nou per a tu
history-dismissed = Ja el vas descartar
history-known = Ja el coneixes
history-visited = Ja hi has estat
history-chosen = Ja l’has triat abans

## The way

distance-close = A prop: a { KM($km) }
distance-far = Lluny: a { KM($km) }
distance-away = A { KM($km) }

## The weather at the time of the visit

weather-suits-forecast = Adequat per al temps que fa (previsió: { weather-sky })
weather-suits-observed = Adequat per al temps que fa (darrer mesurament: { weather-sky })
weather-unsuitable-forecast = Poc adequat per al temps que fa (previsió: { weather-sky })
weather-unsuitable-observed = Poc adequat per al temps que fa (darrer mesurament: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } i pluja
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Horari desconegut
opening-closed = Tancat quan hi arribes
opening-long = Obert quan hi arribes, encara { HOURS($hours) } o més
opening-open-minutes = Obert quan hi arribes, encara { MINUTES($minutes) }
opening-open-hours = Obert quan hi arribes, encara { HOURS($hours) }
opening-closes-minutes = Tanca { MINUTES($minutes) } després d’arribar-hi
opening-closes-hours = Tanca { HOURS($hours) } després d’arribar-hi

## Price

price-free = Gratuït
price-within = Dins del teu pressupost: nivell de preu { $level } de 4
price-above = Per sobre del teu pressupost: nivell de preu { $level } de 4
price-level = Nivell de preu { $level } de 4

## Who comes along

children-welcome = Ideal amb criatures
children-unknown = No consta que sigui adequat per a criatures
party-suits-solo = Ideal per viatjar en solitari
party-suits-couple = Ideal per a parelles
party-suits-family = Ideal per a famílies
party-suits-friends = Ideal per a colles d’amics
party-unsuitable-solo = Menys adequat per a qui viatja pel seu compte
party-unsuitable-couple = Menys adequat per a parelles
party-unsuitable-family = Menys adequat per a famílies
party-unsuitable-friends = Menys adequat per a colles d’amics

## How much is going on

interactions = { $count ->
    [one] { $count } interacció
    [many] { $count } d’interaccions
   *[other] { $count } interaccions
}
popularity-many = Popular: { interactions } en 30 dies
popularity-few = Tranquil: { interactions } en 30 dies

## Ratings

quality-high = Ben valorat: al voltant de { STARS($rating) } sobre 5
quality-low = No tan ben valorat: al voltant de { STARS($rating) } sobre 5

## The hour

time-usual = S’acostuma a visitar a aquesta hora
time-other = S’acostuma a visitar a altres hores

## Other travellers

similar-travellers = Triat per viatgers com tu
similar-next = On van anar altres després de llocs que has triat
similar-moment = Popular a aquesta hora i en aquesta època
similar-seldom = Poc triat per viatgers com tu

## The place itself

place-indoors = Sobretot a l’interior
place-outdoors = Sobretot a l’aire lliure
novelty-new = Nou al catàleg

## Names, as they stand within a sentence

condition-clear = cel clar
condition-clouds = núvols
condition-rain = pluja
condition-thunderstorm = tempesta
condition-snow = neu
condition-fog = boira
condition-wind = vent
season-winter = hivern
season-spring = primavera
season-summer = estiu
season-autumn = tardor
party-solo = en solitari
party-couple = en parella
party-family = en família
party-friends = amb amics
weekday-monday = dilluns
weekday-tuesday = dimarts
weekday-wednesday = dimecres
weekday-thursday = dijous
weekday-friday = divendres
weekday-saturday = dissabte
weekday-sunday = diumenge

## Groups of places, and the kinds of each

category-nature = natura
category-nature-beach = platja
category-nature-cove = cala
category-nature-trail = sender
category-nature-viewpoint = mirador
category-nature-park = parc
category-nature-garden = jardí
category-nature-cave = cova
category-nature-island = illa
category-nature-wetland = aiguamoll
category-nature-waterfall = cascada
category-nature-mountain = muntanya
category-culture = cultura
category-culture-castle = castell
category-culture-museum = museu
category-culture-church = església
category-culture-monument = monument
category-culture-old_town = nucli antic
category-culture-archaeology = jaciment arqueològic
category-culture-gallery = galeria
category-culture-theatre = teatre
category-food = gastronomia
category-food-market = mercat
category-food-restaurant_quarter = zona de restaurants
category-food-winery = celler
category-food-tapas = bar de tapes
category-food-tasting = tast
category-fun = oci
category-fun-theme_park = parc temàtic
category-fun-water_park = parc aquàtic
category-fun-zoo = zoo
category-fun-aquarium = aquari
category-fun-boat_trip = passeig amb vaixell
category-fun-harbour = port
category-fun-golf = camp de golf
category-fun-water_sports = esports aquàtics
category-fun-adventure = aventura
category-fun-casino = casino
category-wellness = benestar
category-wellness-spa = spa
category-wellness-promenade = passeig marítim
category-nightlife = vida nocturna
category-nightlife-club = discoteca
category-nightlife-bar_quarter = zona de bars
category-nightlife-show = espectacle
category-shopping = compres
category-shopping-mall = centre comercial
category-shopping-street_market = mercat ambulant
category-shopping-shopping_street = carrer comercial
