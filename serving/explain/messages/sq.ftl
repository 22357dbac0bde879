### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = Ende nuk i njohim shijet tuaja
taste-often = I zgjidhni shpesh vendet e këtij lloji
taste-before = I keni zgjedhur edhe më parë vendet e këtij lloji
taste-dismissed = Keni refuzuar më parë vende të këtij lloji
taste-not-yet = Deri tani nuk keni zgjedhur vende të këtij lloji
taste-rarely = I zgjidhni rrallë vendet e këtij lloji

## This very place and the traveller

history-new = I ri për ju
history-dismissed = E keni refuzuar më parë
history-known = E njihni tashmë
history-visited = Keni qenë këtu më parë
history-chosen = E keni zgjedhur më parë

## The way

distance-close = Afër: { KM($km) } larg
distance-far = Larg: në distancë { KM($km) }
distance-away = { KM($km) } larg

## The weather at the time of the visit

weather-suits-forecast = I përshtatshëm për motin (parashikimi: { weather-sky })
weather-suits-observed = I përshtatshëm për motin (matja e fundit: { weather-sky })
weather-unsuitable-forecast = I papërshtatshëm për motin (parashikimi: { weather-sky })
weather-unsuitable-observed = I papërshtatshëm për motin (matja e fundit: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } dhe shi
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Orari nuk dihet
opening-closed = I mbyllur kur të mbërrini
opening-long = I hapur kur të mbërrini, edhe { HOURS($hours) } ose më shumë
opening-open-minutes = I hapur kur të mbërrini, edhe { MINUTES($minutes) }
opening-open-hours = I hapur kur të mbërrini, edhe { HOURS($hours) }
opening-closes-minutes = Mbyllet { MINUTES($minutes) } pas mbërritjes
opening-closes-hours = Mbyllet { HOURS($hours) } pas mbërritjes

## Price

price-free = Falas
price-within = Brenda buxhetit tuaj: niveli i çmimit { $level } nga 4
price-above = Mbi buxhetin tuaj: niveli i çmimit { $level } nga 4
price-level = Niveli i çmimit { $level } nga 4

## Who comes along

children-welcome = I përshtatshëm me fëmijë
children-unknown = Nuk dihet nëse është i përshtatshëm për fëmijë
party-suits-solo = I përshtatshëm për ata që udhëtojnë vetëm
party-suits-couple = I përshtatshëm për çifte
party-suits-family = I përshtatshëm për familje
party-suits-friends = I përshtatshëm për grupe miqsh
party-unsuitable-solo = Më pak i përshtatshëm për ata që udhëtojnë vetëm
party-unsuitable-couple = Më pak i përshtatshëm për çifte
party-unsuitable-family = Më pak i përshtatshëm për familje
party-unsuitable-friends = Më pak i përshtatshëm për grupe miqsh

## How much is going on

interactions = { $count ->
    [one] { $count } ndërveprim
   *[other] { $count } ndërveprime
}
popularity-many = I pëlqyer: { interactions } në 30 ditë
popularity-few = I qetë: { interactions } në 30 ditë

## Ratings

quality-high = I vlerësuar mirë: rreth { STARS($rating) } nga 5
quality-low = I vlerësuar më pak: rreth { STARS($rating) } nga 5

## The hour

time-usual = Zakonisht vizitohet rreth kësaj ore
time-other = Zakonisht vizitohet në orë të tjera

## Other travellers

similar-travellers = I zgjedhur nga udhëtarë si ju
similar-next = Ku shkuan të tjerët pas vendeve që zgjodhët
similar-moment = I pëlqyer në këtë orë dhe stinë
similar-seldom = Zgjidhet rrallë nga udhëtarë si ju

## The place itself

place-indoors = Kryesisht në ambiente të mbyllura
place-outdoors = Kryesisht në ambiente të hapura
novelty-new = I ri në katalog

## Names, as they stand within a sentence

condition-clear = qiell i kthjellët
condition-clouds = re
condition-rain = shi
condition-thunderstorm = stuhi
condition-snow = borë
condition-fog = mjegull
condition-wind = erë
season-winter = dimër
season-spring = pranverë
season-summer = verë
season-autumn = vjeshtë
party-solo = vetëm
party-couple = në çift
party-family = me familjen
party-friends = me miq
weekday-monday = e hënë
weekday-tuesday = e martë
weekday-wednesday = e mërkurë
weekday-thursday = e enjte
weekday-friday = e premte
weekday-saturday = e shtunë
weekday-sunday = e diel

## Groups of places, and the kinds of each

category-nature = natyrë
category-nature-beach = plazh
category-nature-cove = gji
category-nature-trail = shteg
category-nature-viewpoint = pikë panoramike
category-nature-park = park
category-nature-garden = kopsht
category-nature-cave = shpellë
category-nature-island = ishull
category-nature-wetland = ligatinë
category-nature-waterfall = ujëvarë
category-nature-mountain = mal
category-culture = kulturë
category-culture-castle = kështjellë
category-culture-museum = muze
category-culture-church = kishë
category-culture-monument = monument
category-culture-old_town = qytet i vjetër
category-culture-archaeology = sit arkeologjik
category-culture-gallery = galeri
category-culture-theatre = teatër
category-food = ushqim dhe pije
category-food-market = treg ushqimor
category-food-restaurant_quarter = zonë restorantesh
category-food-winery = kantinë vere
category-food-tapas = bar tapas
category-food-tasting = degustim
category-fun = argëtim
category-fun-theme_park = park tematik
category-fun-water_park = park ujor
category-fun-zoo = kopsht zoologjik
category-fun-aquarium = akuarium
category-fun-boat_trip = shëtitje me varkë
category-fun-harbour = port
category-fun-golf = fushë golfi
category-fun-water_sports = sporte ujore
category-fun-adventure = aventurë
category-fun-casino = kazino
category-wellness = mirëqenie
category-wellness-spa = spa
category-wellness-promenade = shëtitore
category-nightlife = jetë nate
category-nightlife-club = klub nate
category-nightlife-bar_quarter = zonë baresh
category-nightlife-show = shfaqje
category-shopping = blerje
category-shopping-mall = qendër tregtare
category-shopping-street_market = treg rruge
category-shopping-shopping_street = rrugë tregtare
