### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = We kennen je smaak nog niet
taste-often = Dit soort plekken kies je vaak
taste-before = Dit soort plekken heb je eerder gekozen
taste-dismissed = Dit soort plekken heb je eerder afgewezen
taste-not-yet = Dit soort plekken heb je nog niet gekozen
taste-rarely = Dit soort plekken kies je zelden

## This very place and the traveller

history-new = Nieuw voor jou
history-dismissed = Heb je eerder afgewezen
history-known = Ken je al
history-visited = Hier ben je al geweest
history-chosen = Heb je eerder gekozen

## The way

distance-close = Dichtbij: op { KM($km) }
distance-far = Ver weg: op { KM($km) }
distance-away = Op { KM($km) }

## The weather at the time of the visit

weather-suits-forecast = Past bij het weer (verwachting: { weather-sky })
weather-suits-observed = Past bij het weer (laatst gemeten: { weather-sky })
weather-unsuitable-forecast = Past niet bij het weer (verwachting: { weather-sky })
weather-unsuitable-observed = Past niet bij het weer (laatst gemeten: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } en regen
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Openingstijden onbekend
opening-closed = Gesloten bij aankomst
opening-long = Bij aankomst nog { HOURS($hours) } of langer open
opening-open-minutes = Bij aankomst nog { MINUTES($minutes) } open
opening-open-hours = Bij aankomst nog { HOURS($hours) } open
opening-closes-minutes = Sluit { MINUTES($minutes) } na aankomst
opening-closes-hours = Sluit { HOURS($hours) } na aankomst

## Price

price-free = Gratis
price-within = Binnen je budget: prijsniveau { $level } van 4
price-above = Boven je budget: prijsniveau { $level } van 4
price-level = Prijsniveau { $level } van 4

## Who comes along

children-welcome = Leuk met kinderen
children-unknown = Niet bekend als kindvriendelijk
party-suits-solo = Geschikt voor alleenreizenden
party-suits-couple = Geschikt voor stellen
party-suits-family = Geschikt voor gezinnen
party-suits-friends = Geschikt voor vriendengroepen
party-unsuitable-solo = Minder geschikt voor alleenreizenden
party-unsuitable-couple = Minder geschikt voor stellen
party-unsuitable-family = Minder geschikt voor gezinnen
party-unsuitable-friends = Minder geschikt voor vriendengroepen

## How much is going on

interactions = { $count ->
    [one] { $count } interactie
   *[other] { $count } interacties
}
popularity-many = Populair: { interactions } in 30 dagen
popularity-few = Rustig: { interactions } in 30 dagen

## Ratings

quality-high = Goed beoordeeld: ongeveer { STARS($rating) } van 5
quality-low = Minder goed beoordeeld: ongeveer { STARS($rating) } van 5

## The hour

time-usual = Wordt meestal rond dit tijdstip bezocht
time-other = Wordt meestal op andere tijden bezocht

## Other travellers

similar-travellers = Gekozen door reizigers zoals jij
similar-next = Waar anderen heen gingen na plekken die jij koos
similar-moment = Populair op dit tijdstip en in dit seizoen
similar-seldom = Zelden gekozen door reizigers zoals jij

## The place itself

place-indoors = Vooral binnen
place-outdoors = Vooral buiten
novelty-new = Nieuw in de catalogus

## Names, as they stand within a sentence

condition-clear = heldere hemel
condition-clouds = bewolking
condition-rain = regen
condition-thunderstorm = onweer
condition-snow = sneeuw
condition-fog = mist
condition-wind = wind
season-winter = winter
season-spring = lente
season-summer = zomer
season-autumn = herfst
party-solo = alleen
party-couple = met z’n tweeën
party-family = met het gezin
party-friends = met vrienden
weekday-monday = maandag
weekday-tuesday = dinsdag
weekday-wednesday = woensdag
weekday-thursday = donderdag
weekday-friday = vrijdag
weekday-saturday = zaterdag
weekday-sunday = zondag

## Groups of places, and the kinds of each

category-nature = natuur
category-nature-beach = strand
category-nature-cove = baai
category-nature-trail = wandelroute
category-nature-viewpoint = uitzichtpunt
category-nature-park = park
category-nature-garden = tuin
category-nature-cave = grot
category-nature-island = eiland
category-nature-wetland = wetland
category-nature-waterfall = waterval
category-nature-mountain = berg
category-culture = cultuur
category-culture-castle = kasteel
category-culture-museum = museum
category-culture-church = kerk
category-culture-monument = monument
category-culture-old_town = oude stad
category-culture-archaeology = archeologische vindplaats
category-culture-gallery = galerie
category-culture-theatre = theater
category-food = eten en drinken
category-food-market = markthal
category-food-restaurant_quarter = restaurantbuurt
category-food-winery = wijnhuis
category-food-tapas = tapasbar
category-food-tasting = proeverij
category-fun = vermaak
category-fun-theme_park = pretpark
category-fun-water_park = waterpark
category-fun-zoo = dierentuin
category-fun-aquarium = aquarium
category-fun-boat_trip = boottocht
category-fun-harbour = haven
category-fun-golf = golfbaan
category-fun-water_sports = watersport
category-fun-adventure = avontuur
category-fun-casino = casino
category-wellness = wellness
category-wellness-spa = spa
category-wellness-promenade = boulevard
category-nightlife = uitgaan
category-nightlife-club = club
category-nightlife-bar_quarter = uitgaansbuurt
category-nightlife-show = show
category-shopping = winkelen
category-shopping-mall = winkelcentrum
category-shopping-street_market = straatmarkt
category-shopping-shopping_street = winkelstraat
