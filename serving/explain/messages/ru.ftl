### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = Мы ещё не знаем ваших вкусов
taste-often = Вы часто выбираете такие места
taste-before = Вы уже выбирали такие места
taste-dismissed = Вы уже отклоняли такие места
taste-not-yet = Вы пока не выбирали такие места
taste-rarely = Вы редко выбираете такие места

## This very place and the traveller

history-new = Новое для вас
history-dismissed = Вы уже отклоняли это место
history-known = Вы уже знаете это место
history-visited = Вы уже здесь были
history-chosen = Вы уже выбирали это место

## The way

distance-close = Близко: { KM($km) } от вас
distance-far = Далеко: { KM($km) } от вас
distance-away = { KM($km) } от вас

## The weather at the time of the visit

weather-suits-forecast = Подходит по погоде (прогноз: { weather-sky })
weather-suits-observed = Подходит по погоде (последние данные: { weather-sky })
weather-unsuitable-forecast = Не подходит по погоде (прогноз: { weather-sky })
weather-unsuitable-observed = Не подходит по погоде (последние данные: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } и дождь
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Часы работы неизвестны
opening-closed = К вашему приезду закрыто
opening-long = К вашему приезду открыто, ещё { HOURS($hours) } или дольше
opening-open-minutes = К вашему приезду открыто, ещё { MINUTES($minutes) }
opening-open-hours = К вашему приезду открыто, ещё { HOURS($hours) }
opening-closes-minutes = Закроется через { MINUTES($minutes) } после вашего приезда
opening-closes-hours = Закроется через { HOURS($hours) } после вашего приезда

## Price

price-free = Бесплатно
price-within = В рамках вашего бюджета: уровень цен { $level } из 4
price-above = Выше вашего бюджета: уровень цен { $level } из 4
price-level = Уровень цен { $level } из 4

## Who comes along

children-welcome = Хорошо с детьми
children-unknown = Неизвестно, подходит ли детям
party-suits-solo = Подходит тем, кто путешествует в одиночку
party-suits-couple = Подходит парам
party-suits-family = Подходит семьям
party-suits-friends = Подходит компаниям друзей
party-unsuitable-solo = Меньше подходит тем, кто путешествует в одиночку
party-unsuitable-couple = Меньше подходит парам
party-unsuitable-family = Меньше подходит семьям
party-unsuitable-friends = Меньше подходит компаниям друзей

## How much is going on

interactions = { $count ->
    [one] { $count } взаимодействие
    [few] { $count } взаимодействия
    [many] { $count } взаимодействий
   *[other] { $count } взаимодействия
}
popularity-many = Популярно: { interactions } за 30 дней
popularity-few = Спокойно: { interactions } за 30 дней

## Ratings

quality-high = Высокая оценка: около { STARS($rating) } из 5
quality-low = Оценка ниже: около { STARS($rating) } из 5

## The hour

time-usual = Обычно посещают примерно в это время
time-other = Обычно посещают в другое время

## Other travellers

similar-travellers = Выбор похожих на вас путешественников
similar-next = Сюда шли другие после мест, которые вы выбрали
similar-moment = Популярно в это время суток и года
similar-seldom = Похожие на вас путешественники редко это выбирают

## The place itself

place-indoors = В основном в помещении
place-outdoors = В основном на открытом воздухе
novelty-new = Новое в каталоге

## Names, as they stand within a sentence

condition-clear = ясное небо
condition-clouds = облака
condition-rain = дождь
condition-thunderstorm = гроза
condition-snow = снег
condition-fog = туман
condition-wind = ветер
season-winter = зима
season-spring = весна
season-summer = лето
season-autumn = осень
party-solo = в одиночку
party-couple = вдвоём
party-family = с семьёй
party-friends = с друзьями
weekday-monday = понедельник
weekday-tuesday = вторник
weekday-wednesday = среда
weekday-thursday = четверг
weekday-friday = пятница
weekday-saturday = суббота
weekday-sunday = воскресенье

## Groups of places, and the kinds of each

category-nature = природа
category-nature-beach = пляж
category-nature-cove = бухта
category-nature-trail = пешеходная тропа
category-nature-viewpoint = смотровая площадка
category-nature-park = парк
category-nature-garden = сад
category-nature-cave = пещера
category-nature-island = остров
category-nature-wetland = водно-болотные угодья
category-nature-waterfall = водопад
category-nature-mountain = гора
category-culture = культура
category-culture-castle = замок
category-culture-museum = музей
category-culture-church = церковь
category-culture-monument = памятник
category-culture-old_town = старый город
category-culture-archaeology = археологический памятник
category-culture-gallery = галерея
category-culture-theatre = театр
category-food = еда и напитки
category-food-market = рынок
category-food-restaurant_quarter = ресторанный квартал
category-food-winery = винодельня
category-food-tapas = тапас-бар
category-food-tasting = дегустация
category-fun = развлечения
category-fun-theme_park = тематический парк
category-fun-water_park = аквапарк
category-fun-zoo = зоопарк
category-fun-aquarium = океанариум
category-fun-boat_trip = морская прогулка
category-fun-harbour = порт
category-fun-golf = поле для гольфа
category-fun-water_sports = водные виды спорта
category-fun-adventure = приключения
category-fun-casino = казино
category-wellness = велнес
category-wellness-spa = спа
category-wellness-promenade = набережная
category-nightlife = ночная жизнь
category-nightlife-club = клуб
category-nightlife-bar_quarter = барный квартал
category-nightlife-show = шоу
category-shopping = шопинг
category-shopping-mall = торговый центр
category-shopping-street_market = уличный рынок
category-shopping-shopping_street = торговая улица
