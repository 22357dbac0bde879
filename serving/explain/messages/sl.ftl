### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = Vašega okusa še ne poznamo
taste-often = Takšne lokacije pogosto izberete
taste-before = Takšne lokacije ste že izbrali
taste-dismissed = Takšne lokacije ste že zavrnili
taste-not-yet = Takšnih lokacij doslej še niste izbrali
taste-rarely = Takšne lokacije redko izberete

## This very place and the traveller

history-new = Novo za vas
history-dismissed = To ste že zavrnili
history-known = To že poznate
history-visited = Tukaj ste že bili
history-chosen = To ste že izbrali

## The way

distance-close = Blizu: oddaljeno { KM($km) }
distance-far = Daleč: oddaljeno { KM($km) }
distance-away = Oddaljeno { KM($km) }

## The weather at the time of the visit

weather-suits-forecast = Primerno za to vreme (napoved: { weather-sky })
weather-suits-observed = Primerno za to vreme (zadnja meritev: { weather-sky })
weather-unsuitable-forecast = Ni primerno za to vreme (napoved: { weather-sky })
weather-unsuitable-observed = Ni primerno za to vreme (zadnja meritev: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } in dež
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Odpiralni čas ni znan
opening-closed = Ob prihodu zaprto
opening-long = Ob prihodu odprto, še { HOURS($hours) } ali dlje
opening-open-minutes = Ob prihodu odprto, še { MINUTES($minutes) }
opening-open-hours = Ob prihodu odprto, še { HOURS($hours) }
opening-closes-minutes = Zapre se { MINUTES($minutes) } po prihodu
opening-closes-hours = Zapre se { HOURS($hours) } po prihodu

## Price

price-free = Brezplačno
price-within = V okviru vašega proračuna: cenovni razred { $level } od 4
price-above = Nad vašim proračunom: cenovni razred { $level } od 4
price-level = Cenovni razred { $level } od 4

## Who comes along

children-welcome = Primerno za otroke
children-unknown = Ni znano, ali je primerno za otroke
party-suits-solo = Primerno za tiste, ki potujejo sami
party-suits-couple = Primerno za pare
party-suits-family = Primerno za družine
party-suits-friends = Primerno za skupine prijateljev
party-unsuitable-solo = Manj primerno za tiste, ki potujejo sami
party-unsuitable-couple = Manj primerno za pare
party-unsuitable-family = Manj primerno za družine
party-unsuitable-friends = Manj primerno za skupine prijateljev

## How much is going on

interactions = { $count ->
    [one] { $count } interakcija
    [two] { $count } interakciji
    [few] { $count } interakcije
   *[other] { $count } interakcij
}
popularity-many = Priljubljeno: { interactions } v 30 dneh
popularity-few = Mirno: { interactions } v 30 dneh

## Ratings

quality-high = Dobro ocenjeno: približno { STARS($rating) } od 5
quality-low = Slabše ocenjeno: približno { STARS($rating) } od 5

## The hour

time-usual = Obiskano večinoma ob tej uri
time-other = Obiskano večinoma ob drugih urah

## Other travellers

similar-travellers = Izbira popotnikov, kot ste vi
similar-next = Kamor so šli drugi po lokacijah, ki ste jih izbrali
similar-moment = Priljubljeno ob tej uri in v tem letnem času
similar-seldom = Popotniki, kot ste vi, to redko izberejo

## The place itself

place-indoors = Večinoma v zaprtih prostorih
place-outdoors = Večinoma na prostem
novelty-new = Novo v katalogu

## Names, as they stand within a sentence

condition-clear = jasno nebo
condition-clouds = oblaki
condition-rain = dež
condition-thunderstorm = nevihta
condition-snow = sneg
condition-fog = megla
condition-wind = veter
season-winter = zima
season-spring = pomlad
season-summer = poletje
season-autumn = jesen
party-solo = brez družbe
party-couple = v dvoje
party-family = z družino
party-friends = s prijatelji
weekday-monday = ponedeljek
weekday-tuesday = torek
weekday-wednesday = sreda
weekday-thursday = četrtek
weekday-friday = petek
weekday-saturday = sobota
weekday-sunday = nedelja

## Groups of places, and the kinds of each

category-nature = narava
category-nature-beach = plaža
category-nature-cove = zaliv
category-nature-trail = pohodna pot
category-nature-viewpoint = razgledišče
category-nature-park = park
category-nature-garden = vrt
category-nature-cave = jama
category-nature-island = otok
category-nature-wetland = mokrišče
category-nature-waterfall = slap
category-nature-mountain = gora
category-culture = kultura
category-culture-castle = grad
category-culture-museum = muzej
category-culture-church = cerkev
category-culture-monument = spomenik
category-culture-old_town = staro mestno jedro
category-culture-archaeology = arheološko najdišče
category-culture-gallery = galerija
category-culture-theatre = gledališče
category-food = hrana in pijača
category-food-market = tržnica
category-food-restaurant_quarter = četrt z restavracijami
category-food-winery = vinska klet
category-food-tapas = tapas bar
category-food-tasting = degustacija
category-fun = zabava
category-fun-theme_park = tematski park
category-fun-water_park = vodni park
category-fun-zoo = živalski vrt
category-fun-aquarium = akvarij
category-fun-boat_trip = izlet z ladjo
category-fun-harbour = pristanišče
category-fun-golf = igrišče za golf
category-fun-water_sports = vodni športi
category-fun-adventure = pustolovščina
category-fun-casino = igralnica
category-wellness = dobro počutje
category-wellness-spa = spa
category-wellness-promenade = sprehajališče
category-nightlife = nočno življenje
category-nightlife-club = klub
category-nightlife-bar_quarter = četrt z bari
category-nightlife-show = predstava
category-shopping = nakupovanje
category-shopping-mall = nakupovalno središče
category-shopping-street_market = ulična tržnica
category-shopping-shopping_street = nakupovalna ulica
