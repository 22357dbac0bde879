### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "; " }

## What the traveller has chosen so far

taste-unknown = Zevkinizi henüz bilmiyoruz
taste-often = Bu tür yerleri sık seçiyorsunuz
taste-before = Bu tür yerleri daha önce seçtiniz
taste-dismissed = Bu tür yerleri daha önce elediniz
taste-not-yet = Bu tür yerleri henüz seçmediniz
taste-rarely = Bu tür yerleri nadiren seçiyorsunuz

## This very place and the traveller

history-new = Sizin için yeni
history-dismissed = Daha önce elediniz
history-known = Burayı zaten biliyorsunuz
history-visited = Daha önce buraya geldiniz
history-chosen = Daha önce seçtiniz

## The way

distance-close = Yakın: { KM($km) } uzaklıkta
distance-far = Uzak: { KM($km) } uzaklıkta
distance-away = { KM($km) } uzaklıkta

## The weather at the time of the visit

weather-suits-forecast = Havaya uygun (tahmin: { weather-sky })
weather-suits-observed = Havaya uygun (son ölçüm: { weather-sky })
weather-unsuitable-forecast = Havaya uygun değil (tahmin: { weather-sky })
weather-unsuitable-observed = Havaya uygun değil (son ölçüm: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } ve yağmur
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Açılış saatleri bilinmiyor
opening-closed = Vardığınızda kapalı
opening-long = Vardığınızda açık, en az { HOURS($hours, width: "long") } daha
opening-open-minutes = Vardığınızda açık, { MINUTES($minutes, width: "long") } daha
opening-open-hours = Vardığınızda açık, { HOURS($hours, width: "long") } daha
opening-closes-minutes = Varışınızdan { MINUTES($minutes, width: "long") } sonra kapanıyor
opening-closes-hours = Varışınızdan { HOURS($hours, width: "long") } sonra kapanıyor

## Price

price-free = Ücretsiz
price-within = Bütçenize uygun: fiyat düzeyi 4 üzerinden { $level }
price-above = Bütçenizin üzerinde: fiyat düzeyi 4 üzerinden { $level }
price-level = Fiyat düzeyi 4 üzerinden { $level }

## Who comes along

children-welcome = Çocuklarla gitmeye uygun
children-unknown = Çocuklara uygun olduğu bilinmiyor
party-suits-solo = Tek başına gezenlere uygun
party-suits-couple = Çiftlere uygun
party-suits-family = Ailelere uygun
party-suits-friends = Arkadaş gruplarına uygun
party-unsuitable-solo = Tek başına gezenlere daha az uygun
party-unsuitable-couple = Çiftlere daha az uygun
party-unsuitable-family = Ailelere daha az uygun
party-unsuitable-friends = Arkadaş gruplarına daha az uygun

## How much is going on

interactions = { $count ->
    [one] { $count } etkileşim
   *[other] { $count } etkileşim
}
popularity-many = Popüler: 30 günde { interactions }
popularity-few = Sakin: 30 günde { interactions }

## Ratings

quality-high = Puanı yüksek: 5 üzerinden yaklaşık { STARS($rating) }
quality-low = Puanı daha düşük: 5 üzerinden yaklaşık { STARS($rating) }

## The hour

time-usual = Genellikle bu saatlerde ziyaret ediliyor
time-other = Genellikle başka saatlerde ziyaret ediliyor

## Other travellers

similar-travellers = Sizin gibi gezginlerin tercihi
similar-next = Seçtiğiniz yerlerden sonra başkalarının gittiği yer
similar-moment = Bu saatte ve mevsimde popüler
similar-seldom = Sizin gibi gezginler nadiren seçiyor

## The place itself

place-indoors = Çoğunlukla kapalı alan
place-outdoors = Çoğunlukla açık hava
novelty-new = Katalogda yeni

## Names, as they stand within a sentence

condition-clear = açık gökyüzü
condition-clouds = bulut
condition-rain = yağmur
condition-thunderstorm = gök gürültülü fırtına
condition-snow = kar
condition-fog = sis
condition-wind = rüzgâr
season-winter = kış
season-spring = ilkbahar
season-summer = yaz
season-autumn = sonbahar
party-solo = tek başına
party-couple = çift olarak
party-family = aileyle
party-friends = arkadaşlarla
weekday-monday = Pazartesi
weekday-tuesday = Salı
weekday-wednesday = Çarşamba
weekday-thursday = Perşembe
weekday-friday = Cuma
weekday-saturday = Cumartesi
weekday-sunday = Pazar

## Groups of places, and the kinds of each

category-nature = doğa
category-nature-beach = plaj
category-nature-cove = koy
category-nature-trail = yürüyüş yolu
category-nature-viewpoint = seyir noktası
category-nature-park = park
category-nature-garden = bahçe
category-nature-cave = mağara
category-nature-island = ada
category-nature-wetland = sulak alan
category-nature-waterfall = şelale
category-nature-mountain = dağ
category-culture = kültür
category-culture-castle = kale
category-culture-museum = müze
category-culture-church = kilise
category-culture-monument = anıt
category-culture-old_town = eski şehir
category-culture-archaeology = arkeolojik alan
category-culture-gallery = galeri
category-culture-theatre = tiyatro
category-food = yeme içme
category-food-market = pazar yeri
category-food-restaurant_quarter = restoran bölgesi
category-food-winery = şarap evi
category-food-tapas = tapas barı
category-food-tasting = tadım
category-fun = eğlence
category-fun-theme_park = tema parkı
category-fun-water_park = su parkı
category-fun-zoo = hayvanat bahçesi
category-fun-aquarium = akvaryum
category-fun-boat_trip = tekne turu
category-fun-harbour = liman
category-fun-golf = golf sahası
category-fun-water_sports = su sporları
category-fun-adventure = macera
category-fun-casino = kumarhane
category-wellness = sağlıklı yaşam
category-wellness-spa = spa
category-wellness-promenade = sahil yolu
category-nightlife = gece hayatı
category-nightlife-club = gece kulübü
category-nightlife-bar_quarter = bar bölgesi
category-nightlife-show = gösteri
category-shopping = alışveriş
category-shopping-mall = alışveriş merkezi
category-shopping-street_market = sokak pazarı
category-shopping-shopping_street = alışveriş caddesi
