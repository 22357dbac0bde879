### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = Încă nu îți cunoaștem gusturile
taste-often = Alegi des locuri de acest fel
taste-before = Ai mai ales locuri de acest fel
taste-dismissed = Ai mai respins locuri de acest fel
taste-not-yet = Nu ai ales încă locuri de acest fel
taste-rarely = Alegi rar locuri de acest fel

## This very place and the traveller

history-new = Nou pentru tine
history-dismissed = L-ai mai respins
history-known = Îl cunoști deja
history-visited = Ai mai fost aici
history-chosen = L-ai mai ales

## The way

distance-close = Aproape: la { KM($km) }
distance-far = Departe: la { KM($km) }
distance-away = La { KM($km) }

## The weather at the time of the visit

weather-suits-forecast = Potrivit pentru vreme (prognoză: { weather-sky })
weather-suits-observed = Potrivit pentru vreme (ultima măsurare: { weather-sky })
weather-unsuitable-forecast = Nepotrivit pentru vreme (prognoză: { weather-sky })
weather-unsuitable-observed = Nepotrivit pentru vreme (ultima măsurare: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } și ploaie
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Program necunoscut
opening-closed = Închis la sosire
opening-long = Deschis la sosire, încă { HOURS($hours) } sau mai mult
opening-open-minutes = Deschis la sosire, încă { MINUTES($minutes) }
opening-open-hours = Deschis la sosire, încă { HOURS($hours) }
opening-closes-minutes = Se închide la { MINUTES($minutes) } după sosire
opening-closes-hours = Se închide la { HOURS($hours) } după sosire

## Price

price-free = Gratuit
price-within = În bugetul tău: nivel de preț { $level } din 4
price-above = Peste bugetul tău: nivel de preț { $level } din 4
price-level = Nivel de preț { $level } din 4

## Who comes along

children-welcome = Potrivit cu copii
children-unknown = Nu se știe dacă este potrivit pentru copii
party-suits-solo = Potrivit pentru cei care călătoresc singuri
party-suits-couple = Potrivit pentru cupluri
party-suits-family = Potrivit pentru familii
party-suits-friends = Potrivit pentru grupuri de prieteni
party-unsuitable-solo = Mai puțin potrivit pentru cei care călătoresc singuri
party-unsuitable-couple = Mai puțin potrivit pentru cupluri
party-unsuitable-family = Mai puțin potrivit pentru familii
party-unsuitable-friends = Mai puțin potrivit pentru grupuri de prieteni

## How much is going on

interactions = { $count ->
    [one] { $count } interacțiune
    [few] { $count } interacțiuni
   *[other] { $count } de interacțiuni
}
popularity-many = Popular: { interactions } în 30 de zile
popularity-few = Liniștit: { interactions } în 30 de zile

## Ratings

quality-high = Bine cotat: circa { STARS($rating) } din 5
quality-low = Mai slab cotat: circa { STARS($rating) } din 5

## The hour

time-usual = Vizitat de obicei în jurul acestei ore
time-other = Vizitat de obicei la alte ore

## Other travellers

similar-travellers = Ales de călători ca tine
similar-next = Unde au mers alții după locuri alese de tine
similar-moment = Popular la această oră și în acest sezon
similar-seldom = Rar ales de călători ca tine

## The place itself

place-indoors = Mai ales în interior
place-outdoors = Mai ales în aer liber
novelty-new = Nou în catalog

## Names, as they stand within a sentence

condition-clear = cer senin
condition-clouds = nori
condition-rain = ploaie
condition-thunderstorm = furtună
condition-snow = ninsoare
condition-fog = ceață
condition-wind = vânt
season-winter = iarnă
season-spring = primăvară
season-summer = vară
season-autumn = toamnă
party-solo = pe cont propriu
party-couple = în doi
party-family = cu familia
party-friends = cu prietenii
weekday-monday = luni
weekday-tuesday = marți
weekday-wednesday = miercuri
weekday-thursday = joi
weekday-friday = vineri
weekday-saturday = sâmbătă
weekday-sunday = duminică

## Groups of places, and the kinds of each

category-nature = natură
category-nature-beach = plajă
category-nature-cove = golf mic
category-nature-trail = traseu
category-nature-viewpoint = punct de belvedere
category-nature-park = parc
category-nature-garden = grădină
category-nature-cave = peșteră
category-nature-island = insulă
category-nature-wetland = zonă umedă
category-nature-waterfall = cascadă
category-nature-mountain = munte
category-culture = cultură
category-culture-castle = castel
category-culture-museum = muzeu
category-culture-church = biserică
category-culture-monument = monument
category-culture-old_town = centru vechi
category-culture-archaeology = sit arheologic
category-culture-gallery = galerie
category-culture-theatre = teatru
category-food = mâncare și băutură
category-food-market = hală agroalimentară
category-food-restaurant_quarter = zonă de restaurante
category-food-winery = cramă
category-food-tapas = bar de tapas
category-food-tasting = degustare
category-fun = distracție
category-fun-theme_park = parc de distracții
category-fun-water_park = parc acvatic
category-fun-zoo = grădină zoologică
category-fun-aquarium = acvariu
category-fun-boat_trip = plimbare cu barca
category-fun-harbour = port
category-fun-golf = teren de golf
category-fun-water_sports = sporturi nautice
category-fun-adventure = aventură
category-fun-casino = cazinou
category-wellness = wellness
category-wellness-spa = spa
category-wellness-promenade = faleză
category-nightlife = viață de noapte
category-nightlife-club = club
category-nightlife-bar_quarter = zonă de baruri
category-nightlife-show = spectacol
category-shopping = cumpărături
category-shopping-mall = centru comercial
category-shopping-street_market = piață stradală
category-shopping-shopping_street = stradă comercială
