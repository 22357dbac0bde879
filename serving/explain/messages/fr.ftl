### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { " ; " }

## What the traveller has chosen so far

taste-unknown = Nous ne connaissons pas encore vos goûts
taste-often = Vous choisissez souvent ce type de lieu
taste-before = Vous avez déjà choisi ce type de lieu
taste-dismissed = Vous avez déjà écarté des lieux de ce type
taste-not-yet = Vous n’avez encore jamais choisi ce type de lieu
taste-rarely = Vous choisissez rarement ce type de lieu

## This very place and the traveller

history-new = Nouveau pour vous
history-dismissed = Vous l’avez déjà écarté
history-known = Vous le connaissez déjà
history-visited = Vous l’avez déjà visité
history-chosen = Vous l’avez déjà choisi

## The way

distance-close = Tout près : à { KM($km) }
distance-far = Loin : à { KM($km) }
distance-away = À { KM($km) }

## The weather at the time of the visit

weather-suits-forecast = Adapté à la météo (prévision : { weather-sky })
weather-suits-observed = Adapté à la météo (dernier relevé : { weather-sky })
weather-unsuitable-forecast = Peu adapté à la météo (prévision : { weather-sky })
weather-unsuitable-observed = Peu adapté à la météo (dernier relevé : { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } et de la pluie
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Horaires inconnus
opening-closed = Fermé à votre arrivée
opening-long = Ouvert à votre arrivée, encore { HOURS($hours) } ou plus
opening-open-minutes = Ouvert à votre arrivée, encore { MINUTES($minutes) }
opening-open-hours = Ouvert à votre arrivée, encore { HOURS($hours) }
opening-closes-minutes = Ferme { MINUTES($minutes) } après votre arrivée
opening-closes-hours = Ferme { HOURS($hours) } après votre arrivée

## Price

price-free = Gratuit
price-within = Dans votre budget : niveau de prix { $level } sur 4
price-above = Au-dessus de votre budget : niveau de prix { $level } sur 4
price-level = Niveau de prix { $level } sur 4

## Who comes along

children-welcome = Bien avec des enfants
children-unknown = Pas connu pour convenir aux enfants
party-suits-solo = Idéal en solo
party-suits-couple = Idéal en couple
party-suits-family = Idéal en famille
party-suits-friends = Idéal entre amis
party-unsuitable-solo = Moins adapté aux voyages en solo
party-unsuitable-couple = Moins adapté aux couples
party-unsuitable-family = Moins adapté aux familles
party-unsuitable-friends = Moins adapté aux groupes d’amis

## How much is going on

interactions = { $count ->
    [one] { $count } interaction
    [many] { $count } d’interactions
   *[other] { $count } interactions
}
popularity-many = Populaire : { interactions } en 30 jours
popularity-few = Calme : { interactions } en 30 jours

## Ratings

quality-high = Bien noté : environ { STARS($rating) } sur 5
quality-low = Moins bien noté : environ { STARS($rating) } sur 5

## The hour

time-usual = Surtout visité à cette heure-ci
time-other = Surtout visité à d’autres heures

## Other travellers

similar-travellers = Choisi par des voyageurs comme vous
similar-next = Où d’autres sont allés après des lieux que vous avez choisis
similar-moment = Prisé à cette heure et en cette saison
similar-seldom = Rarement choisi par des voyageurs comme vous

## The place itself

place-indoors = Surtout en intérieur
place-outdoors = Surtout en plein air
novelty-new = Nouveau dans le catalogue

## Names, as they stand within a sentence

condition-clear = ciel dégagé
condition-clouds = nuages
condition-rain = pluie
condition-thunderstorm = orage
condition-snow = neige
condition-fog = brouillard
condition-wind = vent
season-winter = hiver
season-spring = printemps
season-summer = été
season-autumn = automne
party-solo = en solo
party-couple = en couple
party-family = en famille
party-friends = entre amis
weekday-monday = lundi
weekday-tuesday = mardi
weekday-wednesday = mercredi
weekday-thursday = jeudi
weekday-friday = vendredi
weekday-saturday = samedi
weekday-sunday = dimanche

## Groups of places, and the kinds of each

category-nature = nature
category-nature-beach = plage
category-nature-cove = crique
category-nature-trail = sentier de randonnée
category-nature-viewpoint = point de vue
category-nature-park = parc
category-nature-garden = jardin
category-nature-cave = grotte
category-nature-island = île
category-nature-wetland = zone humide
category-nature-waterfall = cascade
category-nature-mountain = montagne
category-culture = culture
category-culture-castle = château
category-culture-museum = musée
category-culture-church = église
category-culture-monument = monument
category-culture-old_town = vieille ville
category-culture-archaeology = site archéologique
category-culture-gallery = galerie
category-culture-theatre = théâtre
category-food = gastronomie
category-food-market = halles
category-food-restaurant_quarter = quartier de restaurants
category-food-winery = domaine viticole
category-food-tapas = bar à tapas
category-food-tasting = dégustation
category-fun = loisirs
category-fun-theme_park = parc d’attractions
category-fun-water_park = parc aquatique
category-fun-zoo = zoo
category-fun-aquarium = aquarium
category-fun-boat_trip = sortie en bateau
category-fun-harbour = port
category-fun-golf = parcours de golf
category-fun-water_sports = sports nautiques
category-fun-adventure = aventure
category-fun-casino = casino
category-wellness = bien-être
category-wellness-spa = spa
category-wellness-promenade = promenade
category-nightlife = vie nocturne
category-nightlife-club = discothèque
category-nightlife-bar_quarter = quartier de bars
category-nightlife-show = spectacle
category-shopping = shopping
category-shopping-mall = centre commercial
category-shopping-street_market = marché de rue
category-shopping-shopping_street = rue commerçante
