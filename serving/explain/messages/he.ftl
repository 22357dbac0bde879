### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = עדיין לא הכרנו את הטעם שלכם
taste-often = אתם בוחרים הרבה במקומות מהסוג הזה
taste-before = כבר בחרתם במקומות מהסוג הזה
taste-dismissed = כבר דחיתם מקומות מהסוג הזה
taste-not-yet = עד עכשיו לא בחרתם במקומות מהסוג הזה
taste-rarely = אתם בוחרים רק לעיתים רחוקות במקומות מהסוג הזה

## This very place and the traveller

history-new = חדש בשבילכם
history-dismissed = כבר דחיתם אותו
history-known = אתם כבר מכירים אותו
history-visited = כבר הייתם כאן
history-chosen = כבר בחרתם בו

## The way

distance-close = קרוב: במרחק { KM($km) }
distance-far = רחוק: במרחק { KM($km) }
distance-away = במרחק { KM($km) }

## The weather at the time of the visit

weather-suits-forecast = מתאים למזג האוויר (תחזית: { weather-sky })
weather-suits-observed = מתאים למזג האוויר (מדידה אחרונה: { weather-sky })
weather-unsuitable-forecast = לא מתאים למזג האוויר (תחזית: { weather-sky })
weather-unsuitable-observed = לא מתאים למזג האוויר (מדידה אחרונה: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } וגשם
   *[no] { CELSIUS($degrees) }
}

## Opening hours

minutes = { $minutes ->
    [one] { $minutes } דקה
    [two] { $minutes } דקות
   *[other] { $minutes } דקות
}
hours = { $hours ->
    [one] { $hours } שעה
    [two] { $hours } שעות
   *[other] { $hours } שעות
}
opening-unknown = שעות הפתיחה לא ידועות
opening-closed = סגור בשעת ההגעה
opening-long = פתוח בשעת ההגעה, לעוד { hours } לפחות
opening-open-minutes = פתוח בשעת ההגעה, לעוד { minutes }
opening-open-hours = פתוח בשעת ההגעה, לעוד { hours }
opening-closes-minutes = נסגר { minutes } אחרי ההגעה
opening-closes-hours = נסגר { hours } אחרי ההגעה

## Price

price-free = חינם
price-within = במסגרת התקציב שלכם: רמת מחיר { $level } מתוך 4
price-above = מעל התקציב שלכם: רמת מחיר { $level } מתוך 4
price-level = רמת מחיר { $level } מתוך 4

## Who comes along

children-welcome = טוב עם ילדים
children-unknown = לא ידוע אם מתאים לילדים
party-suits-solo = מתאים למטיילים לבד
party-suits-couple = מתאים לזוגות
party-suits-family = מתאים למשפחות
party-suits-friends = מתאים לקבוצות חברים
party-unsuitable-solo = פחות מתאים למטיילים לבד
party-unsuitable-couple = פחות מתאים לזוגות
party-unsuitable-family = פחות מתאים למשפחות
party-unsuitable-friends = פחות מתאים לקבוצות חברים

## How much is going on

interactions = { $count ->
    [one] אינטראקציה אחת ({ $count })
    [two] { $count } אינטראקציות
   *[other] { $count } אינטראקציות
}
popularity-many = פופולרי: { interactions } ב-30 ימים
popularity-few = שקט: { interactions } ב-30 ימים

## Ratings

quality-high = דירוג טוב: בערך { STARS($rating) } מתוך 5
quality-low = דירוג נמוך יותר: בערך { STARS($rating) } מתוך 5

## The hour

time-usual = בדרך כלל מבקרים בו בשעה הזאת
time-other = בדרך כלל מבקרים בו בשעות אחרות

## Other travellers

similar-travellers = מטיילים כמוכם בחרו בו
similar-next = לכאן המשיכו אחרים אחרי מקומות שבחרתם
similar-moment = פופולרי בשעה ובעונה הזאת
similar-seldom = מטיילים כמוכם בוחרים בו לעיתים רחוקות

## The place itself

place-indoors = בעיקר בפנים
place-outdoors = בעיקר בחוץ
novelty-new = חדש בקטלוג

## Names, as they stand within a sentence

condition-clear = שמיים בהירים
condition-clouds = עננים
condition-rain = גשם
condition-thunderstorm = סופת רעמים
condition-snow = שלג
condition-fog = ערפל
condition-wind = רוח
season-winter = חורף
season-spring = אביב
season-summer = קיץ
season-autumn = סתיו
party-solo = לבד
party-couple = כזוג
party-family = עם המשפחה
party-friends = עם חברים
weekday-monday = יום שני
weekday-tuesday = יום שלישי
weekday-wednesday = יום רביעי
weekday-thursday = יום חמישי
weekday-friday = יום שישי
weekday-saturday = יום שבת
weekday-sunday = יום ראשון

## Groups of places, and the kinds of each

category-nature = טבע
category-nature-beach = חוף
category-nature-cove = מפרצון
category-nature-trail = מסלול הליכה
category-nature-viewpoint = תצפית
category-nature-park = פארק
category-nature-garden = גן
category-nature-cave = מערה
category-nature-island = אי
category-nature-wetland = אזור ביצות
category-nature-waterfall = מפל
category-nature-mountain = הר
category-culture = תרבות
category-culture-castle = טירה
category-culture-museum = מוזיאון
category-culture-church = כנסייה
category-culture-monument = אנדרטה
category-culture-old_town = העיר העתיקה
category-culture-archaeology = אתר ארכאולוגי
category-culture-gallery = גלריה
category-culture-theatre = תיאטרון
category-food = אוכל ושתייה
category-food-market = שוק מקורה
category-food-restaurant_quarter = רובע מסעדות
category-food-winery = יקב
category-food-tapas = בר טאפאס
category-food-tasting = טעימות
category-fun = בילוי
category-fun-theme_park = פארק שעשועים
category-fun-water_park = פארק מים
category-fun-zoo = גן חיות
category-fun-aquarium = אקווריום
category-fun-boat_trip = שיט
category-fun-harbour = נמל
category-fun-golf = מגרש גולף
category-fun-water_sports = ספורט ימי
category-fun-adventure = הרפתקה
category-fun-casino = קזינו
category-wellness = בריאות ורוגע
category-wellness-spa = ספא
category-wellness-promenade = טיילת
category-nightlife = חיי לילה
category-nightlife-club = מועדון
category-nightlife-bar_quarter = רובע ברים
category-nightlife-show = מופע
category-shopping = קניות
category-shopping-mall = קניון
category-shopping-street_market = שוק רחוב
category-shopping-shopping_street = רחוב קניות
