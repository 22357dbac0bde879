### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = We do not know your taste yet
taste-often = You often choose this kind of place
taste-before = You have chosen this kind of place before
taste-dismissed = You dismissed places of this kind before
taste-not-yet = You have not chosen this kind of place so far
taste-rarely = You rarely choose this kind of place

## This very place and the traveller

history-new = New to you
history-dismissed = You dismissed it before
history-known = You know it already
history-visited = You have been here before
history-chosen = You chose it before

## The way

distance-close = Close: { KM($km) } away
distance-far = Far: { KM($km) } away
distance-away = { KM($km) } away

## The weather at the time of the visit

weather-suits-forecast = Suits the weather (forecast: { weather-sky })
weather-suits-observed = Suits the weather (last observed: { weather-sky })
weather-unsuitable-forecast = Does not suit the weather (forecast: { weather-sky })
weather-unsuitable-observed = Does not suit the weather (last observed: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } and rain
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Opening hours unknown
opening-closed = Closed on arrival
opening-long = Open on arrival, { HOURS($hours) } left or more
opening-open-minutes = Open on arrival, { MINUTES($minutes) } left
opening-open-hours = Open on arrival, { HOURS($hours) } left
opening-closes-minutes = Closes { MINUTES($minutes) } after arrival
opening-closes-hours = Closes { HOURS($hours) } after arrival

## Price

price-free = Free
price-within = Within your budget: price level { $level } of 4
price-above = Above your budget: price level { $level } of 4
price-level = Price level { $level } of 4

## Who comes along

children-welcome = Good with children
children-unknown = Not known to be good with children
party-suits-solo = Suits solo travellers
party-suits-couple = Suits couples
party-suits-family = Suits families
party-suits-friends = Suits groups of friends
party-unsuitable-solo = Suits others better than solo travellers
party-unsuitable-couple = Suits others better than couples
party-unsuitable-family = Suits others better than families
party-unsuitable-friends = Suits others better than groups of friends

## How much is going on

interactions = { $count ->
    [one] { $count } interaction
   *[other] { $count } interactions
}
popularity-many = Popular: { interactions } in 30 days
popularity-few = Quiet: { interactions } in 30 days

## Ratings

quality-high = Well rated: about { STARS($rating) } of 5
quality-low = Less well rated: about { STARS($rating) } of 5

## The hour

time-usual = Usually visited around this hour
time-other = Usually visited at other hours

## Other travellers

similar-travellers = Chosen by travellers like you
similar-next = Where others went after places you chose
similar-moment = Popular at this hour and season
similar-seldom = Seldom chosen by travellers like you

## The place itself

place-indoors = Mostly indoors
place-outdoors = Mostly outdoors
novelty-new = New in the catalogue

## Names, as they stand within a sentence

condition-clear = clear sky
condition-clouds = clouds
condition-rain = rain
condition-thunderstorm = thunderstorm
condition-snow = snow
condition-fog = fog
condition-wind = wind
season-winter = winter
season-spring = spring
season-summer = summer
season-autumn = autumn
party-solo = alone
party-couple = as a couple
party-family = with the family
party-friends = with friends
weekday-monday = Monday
weekday-tuesday = Tuesday
weekday-wednesday = Wednesday
weekday-thursday = Thursday
weekday-friday = Friday
weekday-saturday = Saturday
weekday-sunday = Sunday

## Groups of places, and the kinds of each

category-nature = nature
category-nature-beach = beach
category-nature-cove = cove
category-nature-trail = hiking trail
category-nature-viewpoint = viewpoint
category-nature-park = park
category-nature-garden = garden
category-nature-cave = cave
category-nature-island = island
category-nature-wetland = wetland
category-nature-waterfall = waterfall
category-nature-mountain = mountain
category-culture = culture
category-culture-castle = castle
category-culture-museum = museum
category-culture-church = church
category-culture-monument = monument
category-culture-old_town = old town
category-culture-archaeology = archaeological site
category-culture-gallery = gallery
category-culture-theatre = theatre
category-food = food and drink
category-food-market = market hall
category-food-restaurant_quarter = restaurant quarter
category-food-winery = winery
category-food-tapas = tapas bar
category-food-tasting = tasting
category-fun = fun
category-fun-theme_park = theme park
category-fun-water_park = water park
category-fun-zoo = zoo
category-fun-aquarium = aquarium
category-fun-boat_trip = boat trip
category-fun-harbour = harbour
category-fun-golf = golf course
category-fun-water_sports = water sports
category-fun-adventure = adventure
category-fun-casino = casino
category-wellness = wellness
category-wellness-spa = spa
category-wellness-promenade = promenade
category-nightlife = nightlife
category-nightlife-club = club
category-nightlife-bar_quarter = bar quarter
category-nightlife-show = show
category-shopping = shopping
category-shopping-mall = shopping centre
category-shopping-street_market = street market
category-shopping-shopping_street = shopping street
