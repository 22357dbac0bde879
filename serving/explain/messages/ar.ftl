### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "؛ " }

## What the traveller has chosen so far

taste-unknown = لا نعرف ذوقك بعد
taste-often = كثيرًا ما تختار هذا النوع من الأماكن
taste-before = سبق أن اخترت هذا النوع من الأماكن
taste-dismissed = سبق أن استبعدت أماكن من هذا النوع
taste-not-yet = لم تختر هذا النوع من الأماكن حتى الآن
taste-rarely = نادرًا ما تختار هذا النوع من الأماكن

## This very place and the traveller

history-new = جديد عليك
history-dismissed = سبق أن استبعدته
history-known = تعرفه من قبل
history-visited = سبق أن زرته
history-chosen = سبق أن اخترته

## The way

distance-close = قريب: على بُعد { KM($km) }
distance-far = بعيد: على بُعد { KM($km) }
distance-away = على بُعد { KM($km) }

## The weather at the time of the visit

weather-suits-forecast = يناسب الطقس (التوقعات: { weather-sky })
weather-suits-observed = يناسب الطقس (آخر رصد: { weather-sky })
weather-unsuitable-forecast = لا يناسب الطقس (التوقعات: { weather-sky })
weather-unsuitable-observed = لا يناسب الطقس (آخر رصد: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } مع مطر
   *[no] { CELSIUS($degrees) }
}

## Opening hours

minutes = { $minutes ->
    [zero] { $minutes } دقيقة
    [one] { $minutes } دقيقة
    [two] { $minutes } دقيقة
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقة
   *[other] { $minutes } دقيقة
}
hours = { $hours ->
    [zero] { $hours } ساعة
    [one] { $hours } ساعة
    [two] { $hours } ساعة
    [few] { $hours } ساعات
    [many] { $hours } ساعة
   *[other] { $hours } ساعة
}
opening-unknown = أوقات العمل غير معروفة
opening-closed = مغلق عند وصولك
opening-long = مفتوح عند وصولك، ويبقى { hours } أو أكثر
opening-open-minutes = مفتوح عند وصولك، ويبقى { minutes }
opening-open-hours = مفتوح عند وصولك، ويبقى { hours }
opening-closes-minutes = يغلق بعد وصولك بـ { minutes }
opening-closes-hours = يغلق بعد وصولك بـ { hours }

## Price

price-free = مجاني
price-within = ضمن ميزانيتك: مستوى السعر { $level } من 4
price-above = فوق ميزانيتك: مستوى السعر { $level } من 4
price-level = مستوى السعر { $level } من 4

## Who comes along

children-welcome = مناسب للأطفال
children-unknown = لا يُعرف إن كان مناسبًا للأطفال
party-suits-solo = يناسب المسافر بمفرده
party-suits-couple = يناسب الأزواج
party-suits-family = يناسب العائلات
party-suits-friends = يناسب مجموعات الأصدقاء
party-unsuitable-solo = أقل ملاءمة للمسافر بمفرده
party-unsuitable-couple = أقل ملاءمة للأزواج
party-unsuitable-family = أقل ملاءمة للعائلات
party-unsuitable-friends = أقل ملاءمة لمجموعات الأصدقاء

## How much is going on

interactions = { $count ->
    [zero] { $count } تفاعل
    [one] تفاعل واحد ({ $count })
    [two] تفاعلان ({ $count })
    [few] { $count } تفاعلات
    [many] { $count } تفاعلًا
   *[other] { $count } تفاعل
}
popularity-many = رائج: { interactions } خلال 30 يومًا
popularity-few = هادئ: { interactions } خلال 30 يومًا

## Ratings

quality-high = تقييم جيد: نحو { STARS($rating) } من 5
quality-low = تقييم أقل: نحو { STARS($rating) } من 5

## The hour

time-usual = يُزار عادةً في مثل هذه الساعة
time-other = يُزار عادةً في ساعات أخرى

## Other travellers

similar-travellers = اختاره مسافرون مثلك
similar-next = ذهب إليه آخرون بعد أماكن اخترتها
similar-moment = رائج في هذه الساعة وهذا الموسم
similar-seldom = نادرًا ما يختاره مسافرون مثلك

## The place itself

place-indoors = معظمه في الداخل
place-outdoors = معظمه في الهواء الطلق
novelty-new = جديد في الدليل

## Names, as they stand within a sentence

condition-clear = سماء صافية
condition-clouds = غيوم
condition-rain = مطر
condition-thunderstorm = عاصفة رعدية
condition-snow = ثلج
condition-fog = ضباب
condition-wind = رياح
season-winter = الشتاء
season-spring = الربيع
season-summer = الصيف
season-autumn = الخريف
party-solo = بمفردك
party-couple = كزوجين
party-family = مع العائلة
party-friends = مع الأصدقاء
weekday-monday = الاثنين
weekday-tuesday = الثلاثاء
weekday-wednesday = الأربعاء
weekday-thursday = الخميس
weekday-friday = الجمعة
weekday-saturday = السبت
weekday-sunday = الأحد

## Groups of places, and the kinds of each

category-nature = طبيعة
category-nature-beach = شاطئ
category-nature-cove = خليج صغير
category-nature-trail = مسار مشي
category-nature-viewpoint = مطل
category-nature-park = متنزه
category-nature-garden = حديقة
category-nature-cave = كهف
category-nature-island = جزيرة
category-nature-wetland = أرض رطبة
category-nature-waterfall = شلال
category-nature-mountain = جبل
category-culture = ثقافة
category-culture-castle = قلعة
category-culture-museum = متحف
category-culture-church = كنيسة
category-culture-monument = نصب تذكاري
category-culture-old_town = مدينة قديمة
category-culture-archaeology = موقع أثري
category-culture-gallery = معرض فني
category-culture-theatre = مسرح
category-food = طعام وشراب
category-food-market = سوق مأكولات
category-food-restaurant_quarter = حي المطاعم
category-food-winery = مصنع نبيذ
category-food-tapas = حانة تاباس
category-food-tasting = تذوق
category-fun = ترفيه
category-fun-theme_park = مدينة ملاهٍ
category-fun-water_park = مدينة ألعاب مائية
category-fun-zoo = حديقة حيوان
category-fun-aquarium = أكواريوم
category-fun-boat_trip = رحلة بحرية
category-fun-harbour = ميناء
category-fun-golf = ملعب غولف
category-fun-water_sports = رياضات مائية
category-fun-adventure = مغامرة
category-fun-casino = كازينو
category-wellness = عافية
category-wellness-spa = سبا
category-wellness-promenade = كورنيش
category-nightlife = حياة ليلية
category-nightlife-club = نادٍ ليلي
category-nightlife-bar_quarter = حي الحانات
category-nightlife-show = عرض
category-shopping = تسوق
category-shopping-mall = مركز تسوق
category-shopping-street_market = سوق شعبي
category-shopping-shopping_street = شارع تسوق
