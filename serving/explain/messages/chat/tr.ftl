### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Listenizde { $rank } numara
fact-duration = Bir ziyaret genellikle { MINUTES($minutes, width: "long") } sürer
fact-kids-yes = Çocuklar için uygun
fact-kids-no = Çocuklar için daha az uygun
fact-accessible-yes = Tekerlekli sandalyeyle erişilebilir
fact-accessible-no = Tekerlekli sandalyeyle erişilemez
fact-accessible-unknown = Tekerlekli sandalyeyle erişilebilir mi, bilinmiyor
fact-hours = Açık: { CLOCK($from) }–{ CLOCK($to) }
fact-hours-twice = Açık: { CLOCK($from) }–{ CLOCK($to) } ve { CLOCK($from2) }–{ CLOCK($to2) }
fact-hours-always = Gece gündüz açık
fact-hours-closed = O gün kapalı
fact-hours-unknown = Çalışma saatleri bilinmiyor
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Fiyat bilinmiyor
fact-warning-closed = Vardığınızda kapalı: { $place }
fact-warning-opens = Vardığınızda kapalı, { CLOCK($from) } saatinde açılır: { $place }
fact-warning-storm = Dikkat: fırtına bekleniyor
fact-warning-heat = Dikkat: { CELSIUS($degrees) } sıcaklık bekleniyor
fact-warning-degraded = Şu anda bazı veriler eksik, bu yüzden bu daha az kesin
fact-warning-all-closed = Uygun olanlar o saatte kapalı.
fact-warning-out-of-reach = Bildiğim hiçbir yere oradan ulaşılamaz.
fact-warning-nowhere = Nerede olduğunuzu bilmiyorum.
fact-too-far = { DAY($day) }: o kadar ilerisini göremiyorum. Önceki hafta bana yeniden sorun.
fact-town = Başlangıç noktası: { $town }
fact-town-within = Başlangıç noktası: { $town }, en çok { KM($km) } uzaklıkta
diet-vegetarian = Vejetaryen yemek
diet-vegan = Vegan yemek
diet-gluten-free = Glutensiz yemek
diet-halal = Helal yemek
diet-kosher = Koşer yemek
fact-diet-unknown = { $diet }: buradaki hiçbir yer bunun olup olmadığını belirtmiyor. Lütfen orada sorun.
fact-diet = { $diet }: yemek için yalnızca bunu belirten yerler.
fact-quiet = Sakin: gezginlerimizin türündeki yerlerin çoğundan daha çok ziyaret ettikleri olmadan.
fact-quiet-unknown = Yerlerin ne kadar kalabalık olduğu burada bilinmiyor.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } yağış
}
fact-rain-dry = { DAY($day) }, { CLOCK($from) }–{ CLOCK($to) }: yağmur beklenmiyor (tahmin)
fact-rain-little = { DAY($day) }, { CLOCK($from) }–{ CLOCK($to) }: çok az yağmur bekleniyor (tahmin)
fact-rain-rain = { DAY($day) }, { CLOCK($from) }–{ CLOCK($to) }: yağmur bekleniyor (tahmin)
fact-date = { DAY($day) } { $weekday }
fact-date-hour = { DAY($day) } { $weekday }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] { $count } yer uygun
   *[other] { $count } yer uygun
}
fact-nearer = { $place } daha yakın, { $other } ile fark { KM($km) }
fact-cheaper = { $place } daha ucuz, { $other } daha pahalı
fact-ranked-higher = { $place } sizin için daha üstte, { $other } daha altta
fact-closes-sooner = { $place } daha erken kapanıyor, { $other } ile fark { MINUTES($minutes, width: "long") }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = Plana sığmıyor: { $what }
plan-lunch = Öğle arası
fact-way = Yol: { MINUTES($minutes, width: "long") } ({ KM($km) })
fact-trip-party = Seyahatiniz: { $party }
fact-trip-budget = Bütçeniz: fiyat düzeyi en çok 4 üzerinden { $level }
fact-trip-budget-sum = Bütçeniz: kişi başı en çok { MONEY($minor, $currency) }, fiyat düzeyi 4 üzerinden { $level }{ $least ->
    [0] { "" }
   *[other] { " " }({ MONEY($least, "EUR") } ve üzeri)
}
fact-budget-sum = Kişi başı en çok { MONEY($minor, $currency) }: fiyat düzeyi 4 üzerinden { $level }{ $least ->
    [0] { "" }
   *[other] { " " }({ MONEY($least, "EUR") } ve üzeri)
}
fact-trip-dates = Seyahatiniz: { DAY($from) } – { DAY($to) }
fact-trip-start = Seyahatinizin başı: { DAY($from) }
fact-trip-end = Seyahatinizin sonu: { DAY($to) }
fact-trip-likes = Sevdikleriniz: { $what }
fact-trip-dislikes = Size göre değil: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Tekerlekli sandalyeyle geziyorsunuz
    [stroller] Bebek arabasıyla geziyorsunuz
   *[short_walks] Kısa yürüyüşleri tercih ediyorsunuz
}
fact-trip-children = Çocukların yaşları: { $ages }
fact-trip-town = Kaldığınız yer: { $town }
fact-not-noted = Bununla ilgili bir şey not etmemiştim
fact-trip-diets = Yedikleriniz: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = en çok { KM($km) } uzaklıkta
say-limit-budget = fiyat düzeyi en çok 4 üzerinden { $level }
say-limit-at-least = fiyat düzeyi en az 4 üzerinden { $level }
say-limit-beyond = { KM($km) } ötesinde
say-limit-indoor = kapalı mekân
say-limit-outdoor = açık hava
say-limit-accessible = tekerlekli sandalyeyle erişilebilir
say-limit-kids = çocuklarla gitmeye uygun
say-limit-quiet = sakin

## Answers

say-recommend = { $count ->
    [one] Size { $count } yer öneriyorum:
   *[other] Size { $count } yer öneriyorum:
}
say-other = O zaman başka bir şey:
say-none = Bunların hepsine uyan bir yer bulamadım: { $what }.
say-none-at-all = Uygun bir yer bulamadım.
say-none-try = Birinden vazgeçin, yeniden arayayım.
say-none-later = Başka bir saat ya da gün söyleyin, yeniden arayayım.
say-none-town = Bir şehir söyleyin, oradan arayayım.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = { $place } hakkında bildiklerim:
say-which-place = Hangi yeri kastediyorsunuz?
say-search = { $count ->
    [one] “{ $query }” için { $count } yer bulundu:
   *[other] “{ $query }” için { $count } yer bulundu:
}
say-why = { $place } için sırayı belirleyenler:
say-for = Lehte: { $reasons }.
say-against = Aleyhte: { $reasons }.
say-why-nothing = Henüz açıklayabileceğim bir liste yok. Önce benden yer isteyin.
say-weather = Hava ({ $where }, { $when }):
say-here = bulunduğunuz yer
say-weather-unknown = O zaman için tahminim yok.
say-compare = Yan yana:
say-compare-alike = Aralarında bildiğim bir fark yok.
say-plan = { $count ->
    [one] { DAY($day) } için { $count } duraklı plan:
   *[other] { DAY($day) } için { $count } duraklı plan:
}
say-plan-none = O günün çalışma saatlerine, mesafelerine ve havasına uyan bir plan yok.
say-remembered = Not ettim: { $what }.
say-forgotten = Artık aklımda değil: { $what }.
say-changed = Değişti: { $what }.
say-first-day = İlk gün: { $day }.
say-cheapest = Bu zaten en düşük fiyat düzeyi.
say-dearest = Bu zaten en yüksek fiyat düzeyi.
say-trip = Bana söyledikleriniz: { $what }.
say-trip-nothing = Bana geziniz hakkında henüz bir şey söylemediniz.
say-greeting = Merhaba! Bugün canınız ne istiyor: plaj, müze, yakında lezzetli bir şey?
say-thanks = Rica ederim. İyi günler!
say-agree = Keyifli vakitler! Bir yer hakkında daha fazlasını, havayı ya da başka bir şeyi sorabilirsiniz.
say-help = Yer öneririm, nedenini söylerim, yerleri karşılaştırırım, havaya bakarım ve gününüzü planlarım. Örneğin: “yakında sakin bir plaj”, “kapalı bir yer”, “neden ikincisi?”
say-not-understood = Şundan bir şey çıkaramadım: “{ $words }”.
say-not-understood-all = Bunu anlayamadım.
say-not-understood-part = Bunun bir kısmını anlayamadım.
say-ask-next = Nedenini söyleyeyim mi, yoksa başka bir şey mi arayayım?
say-emergency = Birisi tehlikedeyse hemen 112’yi arayın. Arama ücretsizdir ve size yardım edilir.
say-emergency-perhaps = Bu acil bir durumsa 112’yi arayın.
say-police = Lütfen bunu polise bildirin; tehlikedeyseniz 112’yi arayın. Kayıp pasaport için konsolosluğunuz yardımcı olabilir.
say-medical = Bunu değerlendiremem. Lütfen bir doktora veya eczaneye danışın; acilse 112’yi arayın.
say-legal = Hukuki öneri veremem. Konsolosluğunuz veya bir avukat yardımcı olabilir.
say-off-topic = Bu konuda yardımcı olamam. Yerleri, havayı ve seyahatiniz için planları bilirim.
say-degraded = Şu anda bazı veriler eksik; elimdekilerle yanıtlıyorum.
