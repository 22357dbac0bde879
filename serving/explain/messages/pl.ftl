### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = Nie znamy jeszcze Twoich upodobań
taste-often = Często wybierasz takie miejsca
taste-before = Wśród Twoich wyborów są już takie miejsca
taste-dismissed = Wśród odrzuconych przez Ciebie są takie miejsca
taste-not-yet = Takich miejsc nie ma jeszcze wśród Twoich wyborów
taste-rarely = Rzadko wybierasz takie miejsca

## This very place and the traveller

history-new = Dla Ciebie coś nowego
history-dismissed = Odrzucone już przez Ciebie
history-known = Już to znasz
history-visited = Masz już za sobą wizytę tutaj
history-chosen = Wybrane już przez Ciebie

## The way

distance-close = Blisko: { KM($km) } stąd
distance-far = Daleko: { KM($km) } stąd
distance-away = { KM($km) } stąd

## The weather at the time of the visit

weather-suits-forecast = Pasuje do pogody (prognoza: { weather-sky })
weather-suits-observed = Pasuje do pogody (ostatni pomiar: { weather-sky })
weather-unsuitable-forecast = Nie pasuje do pogody (prognoza: { weather-sky })
weather-unsuitable-observed = Nie pasuje do pogody (ostatni pomiar: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } i deszcz
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Godziny otwarcia nieznane
opening-closed = Zamknięte w chwili przybycia
opening-long = Otwarte w chwili przybycia, jeszcze { HOURS($hours) } lub dłużej
opening-open-minutes = Otwarte w chwili przybycia, jeszcze { MINUTES($minutes) }
opening-open-hours = Otwarte w chwili przybycia, jeszcze { HOURS($hours) }
opening-closes-minutes = Zamykane { MINUTES($minutes) } po przybyciu
opening-closes-hours = Zamykane { HOURS($hours) } po przybyciu

## Price

price-free = Bezpłatnie
price-within = W Twoim budżecie: poziom cen { $level } z 4
price-above = Powyżej Twojego budżetu: poziom cen { $level } z 4
price-level = Poziom cen { $level } z 4

## Who comes along

children-welcome = Dobre z dziećmi
children-unknown = Nie wiadomo, czy odpowiednie dla dzieci
party-suits-solo = Dobre dla podróżujących w pojedynkę
party-suits-couple = Dobre dla par
party-suits-family = Dobre dla rodzin
party-suits-friends = Dobre dla grup przyjaciół
party-unsuitable-solo = Mniej odpowiednie dla podróżujących w pojedynkę
party-unsuitable-couple = Mniej odpowiednie dla par
party-unsuitable-family = Mniej odpowiednie dla rodzin
party-unsuitable-friends = Mniej odpowiednie dla grup przyjaciół

## How much is going on

interactions = { $count ->
    [one] { $count } interakcja
    [few] { $count } interakcje
    [many] { $count } interakcji
   *[other] { $count } interakcji
}
popularity-many = Popularne: { interactions } w ciągu 30 dni
popularity-few = Spokojne: { interactions } w ciągu 30 dni

## Ratings

quality-high = Dobrze oceniane: około { STARS($rating) } na 5
quality-low = Słabiej oceniane: około { STARS($rating) } na 5

## The hour

time-usual = Zwykle odwiedzane o tej porze dnia
time-other = Zwykle odwiedzane o innych porach dnia

## Other travellers

similar-travellers = Wybierane przez podróżnych takich jak Ty
similar-next = Tu szli inni po miejscach z Twoich wyborów
similar-moment = Popularne o tej porze dnia i roku
similar-seldom = Rzadko wybierane przez podróżnych takich jak Ty

## The place itself

place-indoors = Głównie pod dachem
place-outdoors = Głównie na świeżym powietrzu
novelty-new = Nowość w katalogu

## Names, as they stand within a sentence

condition-clear = bezchmurne niebo
condition-clouds = chmury
condition-rain = deszcz
condition-thunderstorm = burza
condition-snow = śnieg
condition-fog = mgła
condition-wind = wiatr
season-winter = zima
season-spring = wiosna
season-summer = lato
season-autumn = jesień
party-solo = w pojedynkę
party-couple = we dwoje
party-family = z rodziną
party-friends = z przyjaciółmi
weekday-monday = poniedziałek
weekday-tuesday = wtorek
weekday-wednesday = środa
weekday-thursday = czwartek
weekday-friday = piątek
weekday-saturday = sobota
weekday-sunday = niedziela

## Groups of places, and the kinds of each

category-nature = przyroda
category-nature-beach = plaża
category-nature-cove = zatoczka
category-nature-trail = szlak
category-nature-viewpoint = punkt widokowy
category-nature-park = park
category-nature-garden = ogród
category-nature-cave = jaskinia
category-nature-island = wyspa
category-nature-wetland = mokradła
category-nature-waterfall = wodospad
category-nature-mountain = góra
category-culture = kultura
category-culture-castle = zamek
category-culture-museum = muzeum
category-culture-church = kościół
category-culture-monument = pomnik
category-culture-old_town = stare miasto
category-culture-archaeology = stanowisko archeologiczne
category-culture-gallery = galeria
category-culture-theatre = teatr
category-food = jedzenie i picie
category-food-market = hala targowa
category-food-restaurant_quarter = dzielnica restauracji
category-food-winery = winnica
category-food-tapas = bar tapas
category-food-tasting = degustacja
category-fun = rozrywka
category-fun-theme_park = park rozrywki
category-fun-water_park = park wodny
category-fun-zoo = zoo
category-fun-aquarium = oceanarium
category-fun-boat_trip = rejs
category-fun-harbour = port
category-fun-golf = pole golfowe
category-fun-water_sports = sporty wodne
category-fun-adventure = przygoda
category-fun-casino = kasyno
category-wellness = wellness
category-wellness-spa = spa
category-wellness-promenade = promenada
category-nightlife = życie nocne
category-nightlife-club = klub
category-nightlife-bar_quarter = dzielnica barów
category-nightlife-show = widowisko
category-shopping = zakupy
category-shopping-mall = centrum handlowe
category-shopping-street_market = targ uliczny
category-shopping-shopping_street = ulica handlowa
