### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = Ainda não conhecemos os seus gostos
taste-often = Costuma escolher este tipo de lugar
taste-before = Já escolheu este tipo de lugar
taste-dismissed = Já recusou lugares deste tipo
taste-not-yet = Ainda não escolheu este tipo de lugar
taste-rarely = Raramente escolhe este tipo de lugar

## This very place and the traveller

history-new = Ainda não o conhece
history-dismissed = Já o recusou
history-known = Já o conhece
history-visited = Já esteve aqui
history-chosen = Já o escolheu antes

## The way

distance-close = Perto: a { KM($km) }
distance-far = Longe: a { KM($km) }
distance-away = A { KM($km) }

## The weather at the time of the visit

weather-suits-forecast = Adequado ao tempo (previsão: { weather-sky })
weather-suits-observed = Adequado ao tempo (última medição: { weather-sky })
weather-unsuitable-forecast = Pouco adequado ao tempo (previsão: { weather-sky })
weather-unsuitable-observed = Pouco adequado ao tempo (última medição: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } e chuva
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Horário desconhecido
opening-closed = Fechado à chegada
opening-long = Aberto à chegada, ainda por { HOURS($hours) } ou mais
opening-open-minutes = Aberto à chegada, ainda por { MINUTES($minutes) }
opening-open-hours = Aberto à chegada, ainda por { HOURS($hours) }
opening-closes-minutes = Fecha { MINUTES($minutes) } após a chegada
opening-closes-hours = Fecha { HOURS($hours) } após a chegada

## Price

price-free = Grátis
price-within = Dentro do seu orçamento: nível de preço { $level } de 4
price-above = Acima do seu orçamento: nível de preço { $level } de 4
price-level = Nível de preço { $level } de 4

## Who comes along

children-welcome = Bom para ir com crianças
children-unknown = Sem indicação de ser adequado a crianças
party-suits-solo = Bom para quem viaja a sós
party-suits-couple = Bom para casais
party-suits-family = Bom para famílias
party-suits-friends = Bom para grupos de amigos
party-unsuitable-solo = Menos indicado para quem viaja a sós
party-unsuitable-couple = Menos indicado para casais
party-unsuitable-family = Menos indicado para famílias
party-unsuitable-friends = Menos indicado para grupos de amigos

## How much is going on

interactions = { $count ->
    [one] { $count } interação
    [many] { $count } de interações
   *[other] { $count } interações
}
popularity-many = Popular: { interactions } em 30 dias
popularity-few = Tranquilo: { interactions } em 30 dias

## Ratings

quality-high = Bem avaliado: cerca de { STARS($rating) } em 5
quality-low = Menos bem avaliado: cerca de { STARS($rating) } em 5

## The hour

time-usual = Costuma ser visitado a esta hora
time-other = Costuma ser visitado a outras horas

## Other travellers

similar-travellers = Escolhido por viajantes com gostos parecidos
similar-next = Para onde outros foram depois de lugares que escolheu
similar-moment = Popular a esta hora e nesta época
similar-seldom = Raramente escolhido por viajantes com gostos parecidos

## The place itself

place-indoors = Sobretudo em espaço fechado
place-outdoors = Sobretudo ao ar livre
novelty-new = Novo no catálogo

## Names, as they stand within a sentence

condition-clear = céu limpo
condition-clouds = nuvens
condition-rain = chuva
condition-thunderstorm = trovoada
condition-snow = neve
condition-fog = nevoeiro
condition-wind = vento
season-winter = inverno
season-spring = primavera
season-summer = verão
season-autumn = outono
party-solo = a sós
party-couple = a dois
party-family = em família
party-friends = com amigos
weekday-monday = segunda-feira
weekday-tuesday = terça-feira
weekday-wednesday = quarta-feira
weekday-thursday = quinta-feira
weekday-friday = sexta-feira
weekday-saturday = sábado
weekday-sunday = domingo

## Groups of places, and the kinds of each

category-nature = natureza
category-nature-beach = praia
category-nature-cove = enseada
category-nature-trail = trilho
category-nature-viewpoint = miradouro
category-nature-park = parque
category-nature-garden = jardim
category-nature-cave = gruta
category-nature-island = ilha
category-nature-wetland = zona húmida
category-nature-waterfall = cascata
category-nature-mountain = montanha
category-culture = cultura
category-culture-castle = castelo
category-culture-museum = museu
category-culture-church = igreja
category-culture-monument = monumento
category-culture-old_town = centro histórico
category-culture-archaeology = sítio arqueológico
category-culture-gallery = galeria
category-culture-theatre = teatro
category-food = gastronomia
category-food-market = mercado
category-food-restaurant_quarter = zona de restaurantes
category-food-winery = adega
category-food-tapas = bar de tapas
category-food-tasting = degustação
category-fun = diversão
category-fun-theme_park = parque temático
category-fun-water_park = parque aquático
category-fun-zoo = jardim zoológico
category-fun-aquarium = aquário
category-fun-boat_trip = passeio de barco
category-fun-harbour = porto
category-fun-golf = campo de golfe
category-fun-water_sports = desportos aquáticos
category-fun-adventure = aventura
category-fun-casino = casino
category-wellness = bem-estar
category-wellness-spa = spa
category-wellness-promenade = passeio marítimo
category-nightlife = vida noturna
category-nightlife-club = discoteca
category-nightlife-bar_quarter = zona de bares
category-nightlife-show = espetáculo
category-shopping = compras
category-shopping-mall = centro comercial
category-shopping-street_market = feira de rua
category-shopping-shopping_street = rua comercial
