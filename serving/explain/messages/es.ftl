### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = Aún no conocemos tus gustos
taste-often = Sueles elegir este tipo de lugar
taste-before = Ya has elegido este tipo de lugar
taste-dismissed = Ya has descartado lugares de este tipo
taste-not-yet = Todavía no has elegido este tipo de lugar
taste-rarely = Pocas veces eliges este tipo de lugar

## This very place and the traveller

history-new = Nuevo para ti
history-dismissed = Ya lo descartaste
history-known = Ya lo conoces
history-visited = Ya has estado aquí
history-chosen = Ya lo has elegido antes

## The way

distance-close = Cerca: a { KM($km) }
distance-far = Lejos: a { KM($km) }
distance-away = A { KM($km) }

## The weather at the time of the visit

weather-suits-forecast = Adecuado para el tiempo (previsión: { weather-sky })
weather-suits-observed = Adecuado para el tiempo (última medición: { weather-sky })
weather-unsuitable-forecast = Poco adecuado para el tiempo (previsión: { weather-sky })
weather-unsuitable-observed = Poco adecuado para el tiempo (última medición: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } y lluvia
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Horario desconocido
opening-closed = Cerrado a tu llegada
opening-long = Abierto a tu llegada, aún { HOURS($hours) } o más
opening-open-minutes = Abierto a tu llegada, aún { MINUTES($minutes) }
opening-open-hours = Abierto a tu llegada, aún { HOURS($hours) }
opening-closes-minutes = Cierra { MINUTES($minutes) } después de tu llegada
opening-closes-hours = Cierra { HOURS($hours) } después de tu llegada

## Price

price-free = Gratis
price-within = Dentro de tu presupuesto: nivel de precio { $level } de 4
price-above = Por encima de tu presupuesto: nivel de precio { $level } de 4
price-level = Nivel de precio { $level } de 4

## Who comes along

children-welcome = Ideal con niños
children-unknown = No consta que sea adecuado para niños
party-suits-solo = Ideal para viajar en solitario
party-suits-couple = Ideal para parejas
party-suits-family = Ideal para familias
party-suits-friends = Ideal para grupos de amigos
party-unsuitable-solo = Menos adecuado para quien viaja por su cuenta
party-unsuitable-couple = Menos adecuado para parejas
party-unsuitable-family = Menos adecuado para familias
party-unsuitable-friends = Menos adecuado para grupos de amigos

## How much is going on

interactions = { $count ->
    [one] { $count } interacción
    [many] { $count } de interacciones
   *[other] { $count } interacciones
}
popularity-many = Popular: { interactions } en 30 días
popularity-few = Tranquilo: { interactions } en 30 días

## Ratings

quality-high = Bien valorado: alrededor de { STARS($rating) } sobre 5
quality-low = Peor valorado: alrededor de { STARS($rating) } sobre 5

## The hour

time-usual = Se suele visitar a esta hora
time-other = Se suele visitar a otras horas

## Other travellers

similar-travellers = Elegido por viajeros como tú
similar-next = Adonde fueron otros tras lugares que elegiste
similar-moment = Popular a esta hora y en esta época
similar-seldom = Poco elegido por viajeros como tú

## The place itself

place-indoors = Sobre todo en interior
place-outdoors = Sobre todo al aire libre
novelty-new = Nuevo en el catálogo

## Names, as they stand within a sentence

condition-clear = cielo despejado
condition-clouds = nubes
condition-rain = lluvia
condition-thunderstorm = tormenta
condition-snow = nieve
condition-fog = niebla
condition-wind = viento
season-winter = invierno
season-spring = primavera
season-summer = verano
season-autumn = otoño
party-solo = en solitario
party-couple = en pareja
party-family = en familia
party-friends = con amigos
weekday-monday = lunes
weekday-tuesday = martes
weekday-wednesday = miércoles
weekday-thursday = jueves
weekday-friday = viernes
weekday-saturday = sábado
weekday-sunday = domingo

## Groups of places, and the kinds of each

category-nature = naturaleza
category-nature-beach = playa
category-nature-cove = cala
category-nature-trail = sendero
category-nature-viewpoint = mirador
category-nature-park = parque
category-nature-garden = jardín
category-nature-cave = cueva
category-nature-island = isla
category-nature-wetland = humedal
category-nature-waterfall = cascada
category-nature-mountain = montaña
category-culture = cultura
category-culture-castle = castillo
category-culture-museum = museo
category-culture-church = iglesia
category-culture-monument = monumento
category-culture-old_town = casco antiguo
category-culture-archaeology = yacimiento arqueológico
category-culture-gallery = galería
category-culture-theatre = teatro
category-food = gastronomía
category-food-market = mercado
category-food-restaurant_quarter = zona de restaurantes
category-food-winery = bodega
category-food-tapas = bar de tapas
category-food-tasting = degustación
category-fun = ocio
category-fun-theme_park = parque temático
category-fun-water_park = parque acuático
category-fun-zoo = zoo
category-fun-aquarium = acuario
category-fun-boat_trip = paseo en barco
category-fun-harbour = puerto
category-fun-golf = campo de golf
category-fun-water_sports = deportes acuáticos
category-fun-adventure = aventura
category-fun-casino = casino
category-wellness = bienestar
category-wellness-spa = spa
category-wellness-promenade = paseo marítimo
category-nightlife = vida nocturna
category-nightlife-club = discoteca
category-nightlife-bar_quarter = zona de bares
category-nightlife-show = espectáculo
category-shopping = compras
category-shopping-mall = centro comercial
category-shopping-street_market = mercadillo
category-shopping-shopping_street = calle comercial
