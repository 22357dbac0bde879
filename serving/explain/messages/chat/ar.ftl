### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = رقم { $rank } في قائمتك
fact-duration = تستغرق الزيارة عادةً { minutes }
fact-kids-yes = ملائم للأطفال
fact-kids-no = أقل ملاءمة للأطفال
fact-accessible-yes = يمكن دخوله بالكرسي المتحرك
fact-accessible-no = لا يمكن دخوله بالكرسي المتحرك
fact-accessible-unknown = لا يُعرف إن كان يمكن دخوله بالكرسي المتحرك
fact-hours = مفتوح من { CLOCK($from) } إلى { CLOCK($to) }
fact-hours-twice = مفتوح من { CLOCK($from) } إلى { CLOCK($to) } ومن { CLOCK($from2) } إلى { CLOCK($to2) }
fact-hours-always = مفتوح ليلًا ونهارًا
fact-hours-closed = مغلق في ذلك اليوم
fact-hours-unknown = ساعات العمل غير معروفة
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = السعر غير معروف
fact-warning-closed = مغلق عند وصولك: { $place }
fact-warning-opens = مغلق عند وصولك، ويفتح في { CLOCK($from) }: { $place }
fact-warning-storm = انتبه: من المتوقع هبوب عاصفة
fact-warning-heat = انتبه: من المتوقع حرّ يبلغ { CELSIUS($degrees) }
fact-warning-degraded = تنقص بعض البيانات الآن، لذا هذا أقل دقة
fact-warning-all-closed = ما يناسب مغلق في تلك الساعة.
fact-warning-out-of-reach = لا يوجد مكان أعرفه يمكن الوصول إليه من هناك.
fact-warning-nowhere = لا أعرف أين أنت.
fact-too-far = { DAY($day) }: لا أستطيع أن أرى إلى هذا البعد. اسألني من جديد في الأسبوع الذي يسبقه.
fact-town = انطلاقًا من: { $town }
fact-town-within = انطلاقًا من: { $town }، على بُعد { KM($km) } على الأكثر
diet-vegetarian = طعام نباتي
diet-vegan = طعام نباتي صرف
diet-gluten-free = طعام خالٍ من الغلوتين
diet-halal = طعام حلال
diet-kosher = طعام كوشر
fact-diet-unknown = { $diet }: لا يذكر أي مكان هنا إن كان يقدمه. اسأل هناك من فضلك.
fact-diet = { $diet }: للأكل فقط الأماكن التي تذكر ذلك.
fact-quiet = هادئ: دون الأماكن التي يزورها مسافرونا أكثر من معظم مثيلاتها.
fact-quiet-unknown = لا يُعرف هنا مدى ازدحام الأماكن.
fact-moment = { DAY($day) }، { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }، { $condition }{ $rain ->
    [0] { "" }
   *[other] ، { MM($rain) } من المطر
}
fact-rain-dry = لا يُتوقَّع مطر يوم { DAY($day) } من { CLOCK($from) } إلى { CLOCK($to) } (توقعات)
fact-rain-little = يُتوقَّع مطر قليل جدًا يوم { DAY($day) } من { CLOCK($from) } إلى { CLOCK($to) } (توقعات)
fact-rain-rain = يُتوقَّع مطر يوم { DAY($day) } من { CLOCK($from) } إلى { CLOCK($to) } (توقعات)
fact-date = { $weekday } { DAY($day) }
fact-date-hour = { $weekday } { DAY($day) }، { CLOCK($minutes) }
fact-count = { $count ->
    [zero] { $count } مكان مناسب
    [one] مكان واحد مناسب ({ $count })
    [two] مكانان مناسبان ({ $count })
    [few] { $count } أماكن مناسبة
    [many] { $count } مكانًا مناسبًا
   *[other] { $count } مكان مناسب
}
fact-nearer = { $place } أقرب من { $other } بـ { KM($km) }
fact-cheaper = { $place } أرخص من { $other }
fact-ranked-higher = { $place } أعلى ترتيبًا لك من { $other }
fact-closes-sooner = { $place } يغلق قبل { $other } بـ { minutes }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = لا يتسع له البرنامج: { $what }
plan-lunch = استراحة الغداء
fact-way = الطريق إليه: { minutes } ({ KM($km) })
fact-trip-party = تسافر { $party }
fact-trip-budget = ميزانيتك: حتى مستوى السعر { $level } من 4
fact-trip-budget-sum = ميزانيتك: حتى { MONEY($minor, $currency) } للشخص، مستوى السعر { $level } من 4{ $least ->
    [0] { "" }
   *[other] { " " }(ابتداءً من { MONEY($least, "EUR") })
}
fact-budget-sum = حتى { MONEY($minor, $currency) } للشخص: مستوى السعر { $level } من 4{ $least ->
    [0] { "" }
   *[other] { " " }(ابتداءً من { MONEY($least, "EUR") })
}
fact-trip-dates = رحلتك: من { DAY($from) } إلى { DAY($to) }
fact-trip-start = تبدأ رحلتك: { DAY($from) }
fact-trip-end = تنتهي رحلتك: { DAY($to) }
fact-trip-likes = يعجبك: { $what }
fact-trip-dislikes = لا يناسبك: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] تتنقل بكرسي متحرك
    [stroller] تتنقل بعربة أطفال
   *[short_walks] تفضل المشي القصير
}
fact-trip-children = أعمار الأطفال: { $ages }
fact-trip-town = مكان إقامتك: { $town }
fact-not-noted = لم أكن قد سجلت شيئًا من ذلك
fact-trip-diets = طعامك: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = على بُعد { KM($km) } على الأكثر
say-limit-budget = حتى مستوى السعر { $level } من 4
say-limit-at-least = من مستوى السعر { $level } من 4
say-limit-beyond = على بُعد أكثر من { KM($km) }
say-limit-indoor = في الداخل
say-limit-outdoor = في الهواء الطلق
say-limit-accessible = يمكن دخوله بالكرسي المتحرك
say-limit-kids = مناسب للأطفال
say-limit-quiet = هادئ

## Answers

say-recommend = { $count ->
    [zero] أقترح عليك { $count } مكان:
    [one] أقترح عليك مكانًا واحدًا ({ $count }):
    [two] أقترح عليك مكانين ({ $count }):
    [few] أقترح عليك { $count } أماكن:
    [many] أقترح عليك { $count } مكانًا:
   *[other] أقترح عليك { $count } مكان:
}
say-other = إذن شيء آخر:
say-none = لم أجد ما يجمع كل هذا: { $what }.
say-none-at-all = لم أجد شيئًا مناسبًا.
say-none-try = تنازل عن أحدها وسأبحث من جديد.
say-none-later = اذكر ساعة أخرى أو يومًا آخر وسأبحث من جديد.
say-none-town = اذكر مدينة وسأبحث انطلاقًا منها.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = ما أعرفه عن { $place }:
say-which-place = أي مكان تقصد؟
say-search = { $count ->
    [zero] { $count } نتيجة لـ «{ $query }»:
    [one] نتيجة واحدة ({ $count }) لـ «{ $query }»:
    [two] نتيجتان ({ $count }) لـ «{ $query }»:
    [few] { $count } نتائج لـ «{ $query }»:
    [many] { $count } نتيجة لـ «{ $query }»:
   *[other] { $count } نتيجة لـ «{ $query }»:
}
say-why = ما حدد ترتيب { $place }:
say-for = له: { $reasons }.
say-against = عليه: { $reasons }.
say-why-nothing = لا توجد قائمة بعد لأشرحها. اطلب مني أماكن أولًا.
say-weather = الطقس ({ $where }، { $when }):
say-here = حيث أنت
say-weather-unknown = ليست لدي توقعات لذلك الوقت.
say-compare = مقارنة:
say-compare-alike = لا أعرف شيئًا تختلف فيه.
say-plan = { $count ->
    [zero] خطة يوم { DAY($day) } مع { $count } محطة:
    [one] خطة يوم { DAY($day) } مع محطة واحدة ({ $count }):
    [two] خطة يوم { DAY($day) } مع محطتين ({ $count }):
    [few] خطة يوم { DAY($day) } مع { $count } محطات:
    [many] خطة يوم { DAY($day) } مع { $count } محطة:
   *[other] خطة يوم { DAY($day) } مع { $count } محطة:
}
say-plan-none = لا توجد خطة تناسب أوقات العمل والمسافات والطقس في ذلك اليوم.
say-remembered = سجلت ذلك: { $what }.
say-forgotten = لم يعد مسجلًا: { $what }.
say-changed = تم التغيير: { $what }.
say-first-day = اليوم الأول: { $day }.
say-cheapest = هذا هو أدنى مستوى سعر أصلًا.
say-dearest = هذا هو أعلى مستوى سعر أصلًا.
say-trip = ما أخبرتني به: { $what }.
say-trip-nothing = لم تخبرني بعد بشيء عن رحلتك.
say-greeting = مرحبًا! ماذا تحب اليوم: شاطئ، متحف، أم شيء لذيذ قريب؟
say-thanks = على الرحب والسعة. أتمنى لك يومًا سعيدًا!
say-agree = وقتًا ممتعًا! يمكنك أن تسألني المزيد عن أي مكان، أو عن الطقس، أو عن شيء آخر.
say-help = أقترح أماكن، وأقول لماذا، وأقارن بينها، وأنظر في الطقس، وأخطط ليومك. مثلًا: «شاطئ هادئ قريب»، «شيء في الداخل»، «لماذا الثاني؟»
say-not-understood = لم أعرف ماذا أفعل بهذا: «{ $words }».
say-not-understood-all = لم أفهم ذلك.
say-not-understood-part = لم أفهم جزءًا من ذلك.
say-ask-next = هل أقول لك لماذا، أم أبحث عن شيء آخر؟
say-emergency = اتصل بالرقم 112 فورًا إن كان أحد في خطر. المكالمة مجانية وستحصل على المساعدة.
say-emergency-perhaps = إن كانت هذه حالة طارئة فاتصل بالرقم 112.
say-police = أبلغ الشرطة بذلك، وإن كنت في خطر فاتصل بالرقم 112. ويمكن لقنصليتك أن تساعدك إن فقدت جواز السفر.
say-medical = لا أستطيع الحكم على ذلك. اسأل طبيبًا أو صيدليًا، وإن كان الأمر عاجلًا فاتصل بالرقم 112.
say-legal = لا أستطيع تقديم مشورة قانونية. يمكن لقنصليتك أو لمحامٍ أن يساعدك.
say-off-topic = لا أستطيع المساعدة في ذلك. أعرف الأماكن والطقس وخطط رحلتك.
say-degraded = تنقص بعض البيانات الآن، وأجيب بما لدي.
