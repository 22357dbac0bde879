### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = Još ne poznajemo vaš ukus
taste-often = Često birate ovakva mjesta
taste-before = Već ste birali ovakva mjesta
taste-dismissed = Već ste odbacili ovakva mjesta
taste-not-yet = Dosad niste birali ovakva mjesta
taste-rarely = Rijetko birate ovakva mjesta

## This very place and the traveller

history-new = Novo za vas
history-dismissed = Već ste ga odbacili
history-known = Već vam je poznato
history-visited = Već ste bili ovdje
history-chosen = Već ste ga odabrali

## The way

distance-close = Blizu: udaljeno { KM($km) }
distance-far = Daleko: udaljeno { KM($km) }
distance-away = Udaljeno { KM($km) }

## The weather at the time of the visit

weather-suits-forecast = Odgovara vremenu (prognoza: { weather-sky })
weather-suits-observed = Odgovara vremenu (zadnje mjerenje: { weather-sky })
weather-unsuitable-forecast = Ne odgovara vremenu (prognoza: { weather-sky })
weather-unsuitable-observed = Ne odgovara vremenu (zadnje mjerenje: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } i kiša
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Radno vrijeme nepoznato
opening-closed = Zatvoreno kad stignete
opening-long = Otvoreno kad stignete, još { HOURS($hours) } ili dulje
opening-open-minutes = Otvoreno kad stignete, još { MINUTES($minutes) }
opening-open-hours = Otvoreno kad stignete, još { HOURS($hours) }
opening-closes-minutes = Zatvara se { MINUTES($minutes) } nakon dolaska
opening-closes-hours = Zatvara se { HOURS($hours) } nakon dolaska

## Price

price-free = Besplatno
price-within = U okviru vašeg budžeta: cjenovni razred { $level } od 4
price-above = Iznad vašeg budžeta: cjenovni razred { $level } od 4
price-level = Cjenovni razred { $level } od 4

## Who comes along

children-welcome = Dobro za djecu
children-unknown = Nije poznato da je prikladno za djecu
party-suits-solo = Prikladno za one koji putuju sami
party-suits-couple = Prikladno za parove
party-suits-family = Prikladno za obitelji
party-suits-friends = Prikladno za društvo prijatelja
party-unsuitable-solo = Manje prikladno za one koji putuju sami
party-unsuitable-couple = Manje prikladno za parove
party-unsuitable-family = Manje prikladno za obitelji
party-unsuitable-friends = Manje prikladno za društvo prijatelja

## How much is going on

interactions = { $count ->
    [one] { $count } interakcija
    [few] { $count } interakcije
   *[other] { $count } interakcija
}
popularity-many = Popularno: { interactions } u 30 dana
popularity-few = Mirno: { interactions } u 30 dana

## Ratings

quality-high = Dobro ocijenjeno: oko { STARS($rating) } od 5
quality-low = Slabije ocijenjeno: oko { STARS($rating) } od 5

## The hour

time-usual = Obično se posjećuje u ovo doba dana
time-other = Obično se posjećuje u drugo doba dana

## Other travellers

similar-travellers = Biraju ga putnici poput vas
similar-next = Kamo su drugi išli nakon mjesta koja ste odabrali
similar-moment = Popularno u ovo doba dana i godine
similar-seldom = Putnici poput vas rijetko ga biraju

## The place itself

place-indoors = Uglavnom u zatvorenom
place-outdoors = Uglavnom na otvorenom
novelty-new = Novo u katalogu

## Names, as they stand within a sentence

condition-clear = vedro nebo
condition-clouds = oblaci
condition-rain = kiša
condition-thunderstorm = grmljavina
condition-snow = snijeg
condition-fog = magla
condition-wind = vjetar
season-winter = zima
season-spring = proljeće
season-summer = ljeto
season-autumn = jesen
party-solo = bez društva
party-couple = u paru
party-family = s obitelji
party-friends = s prijateljima
weekday-monday = ponedjeljak
weekday-tuesday = utorak
weekday-wednesday = srijeda
weekday-thursday = četvrtak
weekday-friday = petak
weekday-saturday = subota
weekday-sunday = nedjelja

## Groups of places, and the kinds of each

category-nature = priroda
category-nature-beach = plaža
category-nature-cove = uvala
category-nature-trail = pješačka staza
category-nature-viewpoint = vidikovac
category-nature-park = park
category-nature-garden = vrt
category-nature-cave = špilja
category-nature-island = otok
category-nature-wetland = močvara
category-nature-waterfall = slap
category-nature-mountain = planina
category-culture = kultura
category-culture-castle = dvorac
category-culture-museum = muzej
category-culture-church = crkva
category-culture-monument = spomenik
category-culture-old_town = stari grad
category-culture-archaeology = arheološko nalazište
category-culture-gallery = galerija
category-culture-theatre = kazalište
category-food = hrana i piće
category-food-market = tržnica
category-food-restaurant_quarter = četvrt s restoranima
category-food-winery = vinarija
category-food-tapas = tapas bar
category-food-tasting = kušanje
category-fun = zabava
category-fun-theme_park = tematski park
category-fun-water_park = vodeni park
category-fun-zoo = zoološki vrt
category-fun-aquarium = akvarij
category-fun-boat_trip = izlet brodom
category-fun-harbour = luka
category-fun-golf = igralište za golf
category-fun-water_sports = vodeni sportovi
category-fun-adventure = avantura
category-fun-casino = kasino
category-wellness = wellness
category-wellness-spa = spa
category-wellness-promenade = šetnica
category-nightlife = noćni život
category-nightlife-club = klub
category-nightlife-bar_quarter = četvrt s barovima
category-nightlife-show = predstava
category-shopping = kupovina
category-shopping-mall = trgovački centar
category-shopping-street_market = ulična tržnica
category-shopping-shopping_street = trgovačka ulica
