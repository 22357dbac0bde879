### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Номер { $rank } в вашем списке
fact-duration = Посещение обычно занимает { MINUTES($minutes) }
fact-kids-yes = Подходит детям
fact-kids-no = Меньше подходит детям
fact-accessible-yes = Доступно на инвалидной коляске
fact-accessible-no = Недоступно на инвалидной коляске
fact-accessible-unknown = Неизвестно, доступно ли на инвалидной коляске
fact-hours = Открыто с { CLOCK($from) } до { CLOCK($to) }
fact-hours-twice = Открыто с { CLOCK($from) } до { CLOCK($to) } и с { CLOCK($from2) } до { CLOCK($to2) }
fact-hours-always = Открыто круглосуточно
fact-hours-closed = В этот день закрыто
fact-hours-unknown = О часах работы ничего не известно
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Цена неизвестна
fact-warning-closed = К вашему приезду закрыто: { $place }
fact-warning-opens = К вашему приезду закрыто, откроется в { CLOCK($from) }: { $place }
fact-warning-storm = Осторожно: ожидается буря
fact-warning-heat = Осторожно: ожидается жара { CELSIUS($degrees) }
fact-warning-degraded = Сейчас не хватает части данных, поэтому это менее точно
fact-warning-all-closed = То, что подходит, в это время закрыто.
fact-warning-out-of-reach = Оттуда не добраться ни до одного известного мне места.
fact-warning-nowhere = Я не знаю, где вы.
fact-too-far = { DAY($day) }: так далеко вперёд мне не видно. Спросите меня снова за неделю до этого.
fact-town = Отправная точка: { $town }
fact-town-within = Отправная точка: { $town }, не дальше { KM($km) }
diet-vegetarian = Вегетарианская еда
diet-vegan = Веганская еда
diet-gluten-free = Еда без глютена
diet-halal = Халяльная еда
diet-kosher = Кошерная еда
fact-diet-unknown = { $diet }: ни одно место здесь не указывает, есть ли она. Спросите там.
fact-diet = { $diet }: для еды только места, которые это указывают.
fact-quiet = Спокойно: без мест, которые наши путешественники посещают больше, чем большинство мест того же рода.
fact-quiet-unknown = Здесь неизвестно, насколько посещаемы места.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } осадков
}
fact-rain-dry = { DAY($day) } с { CLOCK($from) } до { CLOCK($to) } дождя не ожидается (прогноз)
fact-rain-little = { DAY($day) } с { CLOCK($from) } до { CLOCK($to) } дождя почти не ожидается (прогноз)
fact-rain-rain = { DAY($day) } с { CLOCK($from) } до { CLOCK($to) } ожидается дождь (прогноз)
fact-date = { $weekday }, { DAY($day) }
fact-date-hour = { $weekday }, { DAY($day) }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] Подходит { $count } место
    [few] Подходят { $count } места
    [many] Подходят { $count } мест
   *[other] Подходят { $count } места
}
fact-nearer = { $place } ближе, чем { $other }: разница { KM($km) }
fact-cheaper = { $place } дешевле, чем { $other }
fact-ranked-higher = { $place } для вас выше в списке, чем { $other }
fact-closes-sooner = { $place } закрывается раньше, чем { $other }: разница { MINUTES($minutes) }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = Не помещается в план: { $what }
plan-lunch = Перерыв на обед
fact-way = Дорога туда: { MINUTES($minutes) } ({ KM($km) })
fact-trip-party = Вы путешествуете { $party }
fact-trip-budget = Ваш бюджет: до уровня цен { $level } из 4
fact-trip-budget-sum = Ваш бюджет: до { MONEY($minor, $currency) } на человека, уровень цен { $level } из 4{ $least ->
    [0] { "" }
   *[other] { " " }(от { MONEY($least, "EUR") })
}
fact-budget-sum = До { MONEY($minor, $currency) } на человека: уровень цен { $level } из 4{ $least ->
    [0] { "" }
   *[other] { " " }(от { MONEY($least, "EUR") })
}
fact-trip-dates = Ваша поездка: { DAY($from) } – { DAY($to) }
fact-trip-start = Начало вашей поездки: { DAY($from) }
fact-trip-end = Конец вашей поездки: { DAY($to) }
fact-trip-likes = Вам нравится: { $what }
fact-trip-dislikes = Не для вас: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Вы путешествуете на инвалидной коляске
    [stroller] Вы путешествуете с детской коляской
   *[short_walks] Вы предпочитаете мало ходить
}
fact-trip-children = Возраст детей: { $ages }
fact-trip-town = Место вашего проживания: { $town }
fact-not-noted = Ничего такого записано не было
fact-trip-diets = Вы едите: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = не дальше { KM($km) }
say-limit-budget = до уровня цен { $level } из 4
say-limit-at-least = от уровня цен { $level } из 4
say-limit-beyond = дальше { KM($km) }
say-limit-indoor = под крышей
say-limit-outdoor = на открытом воздухе
say-limit-accessible = доступно на инвалидной коляске
say-limit-kids = хорошо с детьми
say-limit-quiet = спокойно

## Answers

say-recommend = { $count ->
    [one] Предлагаю { $count } место:
    [few] Предлагаю { $count } места:
    [many] Предлагаю { $count } мест:
   *[other] Предлагаю { $count } места:
}
say-other = Тогда что-нибудь другое:
say-none = Не нашлось ничего, что отвечает всему этому: { $what }.
say-none-at-all = Не нашлось ничего подходящего.
say-none-try = Откажитесь от чего-нибудь, и поиск повторится.
say-none-later = Назовите другое время или другой день, и поиск повторится.
say-none-town = Назовите город, и поиск начнётся оттуда.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = Что известно о месте { $place }:
say-which-place = Какое место вы имеете в виду?
say-search = { $count ->
    [one] Найдено { $count } место по запросу «{ $query }»:
    [few] Найдено { $count } места по запросу «{ $query }»:
    [many] Найдено { $count } мест по запросу «{ $query }»:
   *[other] Найдено { $count } места по запросу «{ $query }»:
}
say-why = Что решило положение места { $place }:
say-for = За: { $reasons }.
say-against = Против: { $reasons }.
say-why-nothing = Пока нет списка, который можно объяснить. Сначала спросите меня о местах.
say-weather = Погода ({ $where }, { $when }):
say-here = там, где вы
say-weather-unknown = На это время прогноза нет.
say-compare = Сравнение:
say-compare-alike = Неизвестно ничего, чем они отличаются.
say-plan = { $count ->
    [one] План на { DAY($day) }, { $count } остановка:
    [few] План на { DAY($day) }, { $count } остановки:
    [many] План на { DAY($day) }, { $count } остановок:
   *[other] План на { DAY($day) }, { $count } остановки:
}
say-plan-none = Ни один план не подходит под часы работы, расстояния и погоду этого дня.
say-remembered = Записано: { $what }.
say-forgotten = Больше не учитывается: { $what }.
say-changed = Изменено: { $what }.
say-first-day = Первый день: { $day }.
say-cheapest = Это уже самый низкий уровень цен.
say-dearest = Это уже самый высокий уровень цен.
say-trip = Что вы мне рассказали: { $what }.
say-trip-nothing = Вы мне ещё ничего не рассказали о своей поездке.
say-greeting = Здравствуйте! Чего вам сегодня хочется: пляж, музей, что-нибудь вкусное поблизости?
say-thanks = Пожалуйста. Хорошего вам дня!
say-agree = Приятного отдыха! Спросите меня подробнее о каком-нибудь месте, о погоде или о чём-нибудь другом.
say-help = Предлагаю места, говорю почему, сравниваю их, смотрю погоду и составляю план на день. Например: «тихий пляж поблизости», «что-нибудь под крышей», «почему второе?»
say-not-understood = Вот с этим непонятно, что делать: «{ $words }».
say-not-understood-all = Это мне непонятно.
say-not-understood-part = Часть этого мне непонятна.
say-ask-next = Сказать почему или поискать что-нибудь другое?
say-emergency = Если кто-то в опасности, немедленно звоните 112. Звонок бесплатный, вам помогут.
say-emergency-perhaps = Если это экстренный случай, звоните 112.
say-police = Сообщите об этом в полицию; если вы в опасности, звоните 112. При потере паспорта поможет ваше консульство.
say-medical = Об этом я судить не могу. Обратитесь к врачу или в аптеку; если срочно, звоните 112.
say-legal = Юридических советов я давать не могу. Поможет ваше консульство или адвокат.
say-off-topic = С этим помочь не могу. Мои темы: места, погода и планы вашей поездки.
say-degraded = Сейчас не хватает части данных; отвечаю по тем, что есть.
