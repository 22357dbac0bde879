### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = מספר { $rank } ברשימה שלכם
fact-duration = ביקור נמשך בדרך כלל { minutes }
fact-kids-yes = מתאים לילדים
fact-kids-no = פחות מתאים לילדים
fact-accessible-yes = נגיש לכיסא גלגלים
fact-accessible-no = לא נגיש לכיסא גלגלים
fact-accessible-unknown = לא ידוע אם המקום נגיש לכיסא גלגלים
fact-hours = פתוח משעה { CLOCK($from) } עד { CLOCK($to) }
fact-hours-twice = פתוח משעה { CLOCK($from) } עד { CLOCK($to) } ומשעה { CLOCK($from2) } עד { CLOCK($to2) }
fact-hours-always = פתוח יום ולילה
fact-hours-closed = סגור באותו יום
fact-hours-unknown = שעות הפתיחה אינן ידועות
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = המחיר לא ידוע
fact-warning-closed = סגור בשעת ההגעה: { $place }
fact-warning-opens = סגור בשעת ההגעה, נפתח בשעה { CLOCK($from) }: { $place }
fact-warning-storm = זהירות: צפויה סערה
fact-warning-heat = זהירות: צפוי חום של { CELSIUS($degrees) }
fact-warning-degraded = חלק מהנתונים חסרים כרגע, ולכן זה פחות מדויק
fact-warning-all-closed = מה שמתאים סגור בשעה ההיא.
fact-warning-out-of-reach = שום מקום המוכר לי אינו בהישג יד משם.
fact-warning-nowhere = לא ידוע לי היכן אתם.
fact-too-far = { DAY($day) }: אינני רואה כל כך רחוק קדימה. שאלו אותי שוב בשבוע שלפני כן.
fact-town = נקודת המוצא: { $town }
fact-town-within = נקודת המוצא: { $town }, עד { KM($km) } משם
diet-vegetarian = אוכל צמחוני
diet-vegan = אוכל טבעוני
diet-gluten-free = אוכל ללא גלוטן
diet-halal = אוכל חלאל
diet-kosher = אוכל כשר
fact-diet-unknown = { $diet }: אף מקום כאן לא מציין אם יש בו כזה. שאלו שם.
fact-diet = { $diet }: לאכול רק במקומות שמציינים זאת.
fact-quiet = שקט: בלי המקומות שהמטיילים שלנו מבקרים בהם יותר מאשר ברוב המקומות מסוגם.
fact-quiet-unknown = לא ידוע כאן עד כמה המקומות עמוסים.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } גשם
}
fact-rain-dry = לא צפוי גשם ב-{ DAY($day) } משעה { CLOCK($from) } עד { CLOCK($to) } (תחזית)
fact-rain-little = כמעט לא צפוי גשם ב-{ DAY($day) } משעה { CLOCK($from) } עד { CLOCK($to) } (תחזית)
fact-rain-rain = צפוי גשם ב-{ DAY($day) } משעה { CLOCK($from) } עד { CLOCK($to) } (תחזית)
fact-date = { $weekday }, { DAY($day) }
fact-date-hour = { $weekday }, { DAY($day) }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] מקום אחד ({ $count }) מתאים
    [two] { $count } מקומות מתאימים
   *[other] { $count } מקומות מתאימים
}
fact-nearer = המרחק אל { $place } קצר ב־{ KM($km) } מהמרחק אל { $other }
fact-cheaper = המחיר נמוך יותר: { $place }, בהשוואה אל { $other }
fact-ranked-higher = גבוה יותר ברשימה שלכם: { $place }, בהשוואה אל { $other }
fact-closes-sooner = נסגר מוקדם יותר: { $place }, { minutes } לפני { $other }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = לא נכנס לתוכנית: { $what }
plan-lunch = הפסקת צהריים
fact-way = הדרך לשם: { minutes } ({ KM($km) })
fact-trip-party = אתם נוסעים { $party }
fact-trip-budget = התקציב שלכם: עד רמת מחיר { $level } מתוך 4
fact-trip-budget-sum = התקציב שלכם: עד { MONEY($minor, $currency) } לאדם, רמת מחיר { $level } מתוך 4{ $least ->
    [0] { "" }
   *[other] { " " }(החל מ־{ MONEY($least, "EUR") })
}
fact-budget-sum = עד { MONEY($minor, $currency) } לאדם: רמת מחיר { $level } מתוך 4{ $least ->
    [0] { "" }
   *[other] { " " }(החל מ־{ MONEY($least, "EUR") })
}
fact-trip-dates = הטיול שלכם: { DAY($from) } עד { DAY($to) }
fact-trip-start = תחילת הטיול שלכם: { DAY($from) }
fact-trip-end = סוף הטיול שלכם: { DAY($to) }
fact-trip-likes = אתם אוהבים: { $what }
fact-trip-dislikes = לא בשבילכם: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] אתם מטיילים עם כיסא גלגלים
    [stroller] אתם מטיילים עם עגלת ילדים
   *[short_walks] אתם מעדיפים ללכת מעט
}
fact-trip-children = גילי הילדים: { $ages }
fact-trip-town = אתם מתארחים כאן: { $town }
fact-not-noted = לא היה רשום אצלי דבר מזה
fact-trip-diets = אתם אוכלים: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = עד { KM($km) } מכם
say-limit-budget = עד רמת מחיר { $level } מתוך 4
say-limit-at-least = מרמת מחיר { $level } מתוך 4
say-limit-beyond = יותר מ־{ KM($km) } מכם
say-limit-indoor = במקום מקורה
say-limit-outdoor = באוויר הפתוח
say-limit-accessible = נגיש לכיסא גלגלים
say-limit-kids = מתאים עם ילדים
say-limit-quiet = שקט

## Answers

say-recommend = { $count ->
    [one] הנה הצעה אחת ({ $count }):
    [two] הנה { $count } הצעות:
   *[other] הנה { $count } הצעות:
}
say-other = אז משהו אחר:
say-none = לא מצאתי משהו שהוא כל אלה: { $what }.
say-none-at-all = לא מצאתי משהו מתאים.
say-none-try = ותרו על משהו, ואחפש שוב.
say-none-later = אמרו שעה אחרת או יום אחר, ואחפש שוב.
say-none-town = אמרו שם של עיר, ואחפש משם.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = מה שידוע לי על { $place }:
say-which-place = לאיזה מקום התכוונתם?
say-search = { $count ->
    [one] נמצא מקום אחד ({ $count }) עבור ”{ $query }“:
    [two] נמצאו { $count } מקומות עבור ”{ $query }“:
   *[other] נמצאו { $count } מקומות עבור ”{ $query }“:
}
say-why = מה קבע את המיקום של { $place }:
say-for = בעד: { $reasons }.
say-against = נגד: { $reasons }.
say-why-nothing = עדיין אין רשימה להסביר. בקשו ממני קודם מקומות.
say-weather = מזג האוויר ({ $where }, { $when }):
say-here = היכן שאתם
say-weather-unknown = אין לי תחזית לזמן הזה.
say-compare = השוואה:
say-compare-alike = לא ידוע לי על הבדל ביניהם.
say-plan = { $count ->
    [one] תוכנית ליום { DAY($day) } עם עצירה אחת ({ $count }):
    [two] תוכנית ליום { DAY($day) } עם { $count } עצירות:
   *[other] תוכנית ליום { DAY($day) } עם { $count } עצירות:
}
say-plan-none = אין תוכנית שמתאימה לשעות הפתיחה, למרחקים ולמזג האוויר של אותו יום.
say-remembered = רשמתי: { $what }.
say-forgotten = לא רשום עוד: { $what }.
say-changed = שונה: { $what }.
say-first-day = היום הראשון: { $day }.
say-cheapest = זו כבר רמת המחיר הנמוכה ביותר.
say-dearest = זו כבר רמת המחיר הגבוהה ביותר.
say-trip = מה שסיפרתם לי: { $what }.
say-trip-nothing = עדיין לא סיפרתם לי דבר על הטיול שלכם.
say-greeting = שלום! מה בא לכם היום: חוף, מוזיאון, משהו טעים בסביבה?
say-thanks = בשמחה. שיהיה לכם יום נעים!
say-agree = תיהנו! אפשר לשאול אותי עוד על מקום, על מזג האוויר או על משהו אחר.
say-help = אפשר לבקש ממני הצעות, לשאול למה, להשוות, לבדוק את מזג האוויר ולתכנן את היום. למשל: ”חוף שקט בסביבה“, ”משהו במקום מקורה“, ”למה השני?“
say-not-understood = לא ידעתי מה לעשות עם זה: ”{ $words }“.
say-not-understood-all = לא הבנתי את זה.
say-not-understood-part = חלק מזה לא הבנתי.
say-ask-next = רוצים לדעת למה, או לראות משהו אחר?
say-emergency = התקשרו מיד ל־112 אם מישהו בסכנה. השיחה היא חינם ויעזרו לכם.
say-emergency-perhaps = אם זה מקרה חירום, התקשרו ל־112.
say-police = דווחו על כך למשטרה; אם אתם בסכנה, התקשרו ל־112. אם אבד דרכון, הקונסוליה יכולה לעזור.
say-medical = אין לי אפשרות להעריך את זה. פנו לרופא או לבית מרקחת; אם זה דחוף, התקשרו ל־112.
say-legal = אין לי אפשרות לתת ייעוץ משפטי. הקונסוליה שלכם או עורך דין יוכלו לעזור.
say-off-topic = בזה אין לי אפשרות לעזור. אפשר לשאול אותי על מקומות, על מזג האוויר ועל תוכניות לטיול.
say-degraded = חלק מהנתונים חסרים כרגע; התשובה לפי מה שיש.
