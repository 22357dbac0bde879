### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = Wir kennen deinen Geschmack noch nicht
taste-often = Solche Orte wählst du oft
taste-before = Solche Orte hast du schon gewählt
taste-dismissed = Solche Orte hast du schon abgelehnt
taste-not-yet = Solche Orte hast du bisher nicht gewählt
taste-rarely = Solche Orte wählst du selten

## This very place and the traveller

history-new = Neu für dich
history-dismissed = Hast du schon einmal abgelehnt
history-known = Kennst du schon
history-visited = Hier warst du schon
history-chosen = Hast du schon einmal gewählt

## The way

distance-close = In der Nähe: { KM($km) } entfernt
distance-far = Weit weg: { KM($km) } entfernt
distance-away = { KM($km) } entfernt

## The weather at the time of the visit

weather-suits-forecast = Passt zum Wetter (Vorhersage: { weather-sky })
weather-suits-observed = Passt zum Wetter (zuletzt gemessen: { weather-sky })
weather-unsuitable-forecast = Passt nicht zum Wetter (Vorhersage: { weather-sky })
weather-unsuitable-observed = Passt nicht zum Wetter (zuletzt gemessen: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } und Regen
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Öffnungszeiten unbekannt
opening-closed = Bei Ankunft geschlossen
opening-long = Bei Ankunft noch mindestens { HOURS($hours) } geöffnet
opening-open-minutes = Bei Ankunft noch { MINUTES($minutes) } geöffnet
opening-open-hours = Bei Ankunft noch { HOURS($hours) } geöffnet
opening-closes-minutes = Schließt { MINUTES($minutes) } nach Ankunft
opening-closes-hours = Schließt { HOURS($hours) } nach Ankunft

## Price

price-free = Kostenlos
price-within = In deinem Budget: Preisstufe { $level } von 4
price-above = Über deinem Budget: Preisstufe { $level } von 4
price-level = Preisstufe { $level } von 4

## Who comes along

children-welcome = Gut mit Kindern
children-unknown = Nicht als kinderfreundlich bekannt
party-suits-solo = Passt für Alleinreisende
party-suits-couple = Passt für Paare
party-suits-family = Passt für Familien
party-suits-friends = Passt für Freundesgruppen
party-unsuitable-solo = Passt für andere besser als für Alleinreisende
party-unsuitable-couple = Passt für andere besser als für Paare
party-unsuitable-family = Passt für andere besser als für Familien
party-unsuitable-friends = Passt für andere besser als für Freundesgruppen

## How much is going on

interactions = { $count ->
    [one] { $count } Interaktion
   *[other] { $count } Interaktionen
}
popularity-many = Beliebt: { interactions } in 30 Tagen
popularity-few = Ruhig: { interactions } in 30 Tagen

## Ratings

quality-high = Gut bewertet: etwa { STARS($rating) } von 5
quality-low = Weniger gut bewertet: etwa { STARS($rating) } von 5

## The hour

time-usual = Wird meist um diese Uhrzeit besucht
time-other = Wird meist zu anderen Uhrzeiten besucht

## Other travellers

similar-travellers = Beliebt bei Reisenden wie dir
similar-next = Hierhin gingen andere nach Orten, die du gewählt hast
similar-moment = Beliebt zu dieser Uhrzeit und Jahreszeit
similar-seldom = Wird von Reisenden wie dir selten gewählt

## The place itself

place-indoors = Überwiegend drinnen
place-outdoors = Überwiegend im Freien
novelty-new = Neu im Katalog

## Names, as they stand within a sentence

condition-clear = klarer Himmel
condition-clouds = Wolken
condition-rain = Regen
condition-thunderstorm = Gewitter
condition-snow = Schnee
condition-fog = Nebel
condition-wind = Wind
season-winter = Winter
season-spring = Frühling
season-summer = Sommer
season-autumn = Herbst
party-solo = allein
party-couple = zu zweit
party-family = mit der Familie
party-friends = mit Freunden
weekday-monday = Montag
weekday-tuesday = Dienstag
weekday-wednesday = Mittwoch
weekday-thursday = Donnerstag
weekday-friday = Freitag
weekday-saturday = Samstag
weekday-sunday = Sonntag

## Groups of places, and the kinds of each

category-nature = Natur
category-nature-beach = Strand
category-nature-cove = Bucht
category-nature-trail = Wanderweg
category-nature-viewpoint = Aussichtspunkt
category-nature-park = Park
category-nature-garden = Garten
category-nature-cave = Höhle
category-nature-island = Insel
category-nature-wetland = Feuchtgebiet
category-nature-waterfall = Wasserfall
category-nature-mountain = Berg
category-culture = Kultur
category-culture-castle = Burg
category-culture-museum = Museum
category-culture-church = Kirche
category-culture-monument = Denkmal
category-culture-old_town = Altstadt
category-culture-archaeology = archäologische Stätte
category-culture-gallery = Galerie
category-culture-theatre = Theater
category-food = Essen und Trinken
category-food-market = Markthalle
category-food-restaurant_quarter = Restaurantviertel
category-food-winery = Weingut
category-food-tapas = Tapas-Bar
category-food-tasting = Verkostung
category-fun = Freizeit
category-fun-theme_park = Freizeitpark
category-fun-water_park = Wasserpark
category-fun-zoo = Zoo
category-fun-aquarium = Aquarium
category-fun-boat_trip = Bootsfahrt
category-fun-harbour = Hafen
category-fun-golf = Golfplatz
category-fun-water_sports = Wassersport
category-fun-adventure = Abenteuer
category-fun-casino = Casino
category-wellness = Wellness
category-wellness-spa = Spa
category-wellness-promenade = Promenade
category-nightlife = Nachtleben
category-nightlife-club = Club
category-nightlife-bar_quarter = Barviertel
category-nightlife-show = Show
category-shopping = Shopping
category-shopping-mall = Einkaufszentrum
category-shopping-street_market = Straßenmarkt
category-shopping-shopping_street = Einkaufsstraße
