### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Número { $rank } de la teva llista
fact-duration = Una visita sol durar { MINUTES($minutes) }
fact-kids-yes = Apte per a criatures
fact-kids-no = Menys apte per a criatures
fact-accessible-yes = Accessible en cadira de rodes
fact-accessible-no = No accessible en cadira de rodes
fact-accessible-unknown = No se sap si és accessible en cadira de rodes
fact-hours = Obert de { CLOCK($from) } a { CLOCK($to) }
fact-hours-twice = Obert de { CLOCK($from) } a { CLOCK($to) } i de { CLOCK($from2) } a { CLOCK($to2) }
fact-hours-always = Obert dia i nit
fact-hours-closed = Tancat aquell dia
fact-hours-unknown = No se’n coneix l’horari
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Preu desconegut
fact-warning-closed = Tancat quan hi arribes: { $place }
fact-warning-opens = Tancat quan hi arribes, obre a les { CLOCK($from) }: { $place }
fact-warning-storm = Atenció: es preveu temporal
fact-warning-heat = Atenció: es preveu calor de { CELSIUS($degrees) }
fact-warning-degraded = Ara mateix falten algunes dades, i això és menys exacte
fact-warning-all-closed = El que encaixa és tancat a aquella hora.
fact-warning-out-of-reach = Des d’allà, no hi ha a l’abast cap lloc que conegui.
fact-warning-nowhere = No sé on ets.
fact-too-far = { DAY($day) }: no hi veig tan lluny. Torna-m’ho a demanar la setmana abans.
fact-town = Punt de partida: { $town }
fact-town-within = Punt de partida: { $town }, a { KM($km) } com a màxim
diet-vegetarian = Menjar vegetarià
diet-vegan = Menjar vegà
diet-gluten-free = Menjar sense gluten
diet-halal = Menjar halal
diet-kosher = Menjar caixer
fact-diet-unknown = { $diet }: cap lloc d’aquí no indica si en té. Pregunta-ho allà.
fact-diet = { $diet }: per menjar, només llocs que ho indiquen.
fact-quiet = Tranquil: sense els llocs que els nostres viatgers visiten més que la majoria del seu tipus.
fact-quiet-unknown = Aquí no se sap com de visitats són els llocs.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } de pluja
}
fact-rain-dry = No s’espera pluja el { DAY($day) } de { CLOCK($from) } a { CLOCK($to) } (previsió)
fact-rain-little = Gairebé no s’espera pluja el { DAY($day) } de { CLOCK($from) } a { CLOCK($to) } (previsió)
fact-rain-rain = S’espera pluja el { DAY($day) } de { CLOCK($from) } a { CLOCK($to) } (previsió)
fact-date = { $weekday }, { DAY($day) }
fact-date-hour = { $weekday }, { DAY($day) }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] { $count } lloc hi encaixa
    [many] { $count } de llocs hi encaixen
   *[other] { $count } llocs hi encaixen
}
fact-nearer = { $place } és { KM($km) } més a prop que { $other }
fact-cheaper = { $place } és més barat que { $other }
fact-ranked-higher = { $place } va per davant de { $other } per a tu
fact-closes-sooner = { $place } tanca { MINUTES($minutes) } abans que { $other }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = No encaixa en el pla: { $what }
plan-lunch = Pausa per dinar
fact-way = { MINUTES($minutes) } de camí ({ KM($km) })
fact-trip-party = Viatges { $party }
fact-trip-budget = El teu pressupost: fins al nivell de preu { $level } de 4
fact-trip-budget-sum = El teu pressupost: fins a { MONEY($minor, $currency) } per persona, nivell de preu { $level } de 4{ $least ->
    [0] { "" }
   *[other] { " " }(des de { MONEY($least, "EUR") })
}
fact-budget-sum = Fins a { MONEY($minor, $currency) } per persona: nivell de preu { $level } de 4{ $least ->
    [0] { "" }
   *[other] { " " }(des de { MONEY($least, "EUR") })
}
fact-trip-dates = El teu viatge: { DAY($from) } – { DAY($to) }
fact-trip-start = El teu viatge comença: { DAY($from) }
fact-trip-end = El teu viatge acaba: { DAY($to) }
fact-trip-likes = T’agrada: { $what }
fact-trip-dislikes = No és per a tu: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Viatges en cadira de rodes
    [stroller] Viatges amb cotxet
   *[short_walks] Prefereixes caminar poc
}
fact-trip-children = Edats de les criatures: { $ages }
fact-trip-town = T’allotges a: { $town }
fact-not-noted = D’això no tenia res apuntat
fact-trip-diets = Menges: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = a { KM($km) } com a màxim
say-limit-budget = fins al nivell de preu { $level } de 4
say-limit-at-least = a partir del nivell de preu { $level } de 4
say-limit-beyond = a més de { KM($km) }
say-limit-indoor = sota cobert
say-limit-outdoor = a l’aire lliure
say-limit-accessible = accessible en cadira de rodes
say-limit-kids = ideal amb criatures
say-limit-quiet = tranquil

## Answers

say-recommend = { $count ->
    [one] Et proposo { $count } lloc:
    [many] Et proposo { $count } de llocs:
   *[other] Et proposo { $count } llocs:
}
say-other = Doncs una altra cosa:
say-none = No he trobat res que compleixi tot això: { $what }.
say-none-at-all = No he trobat res que encaixi.
say-none-try = Treu alguna cosa i hi torno.
say-none-later = Digues una altra hora o un altre dia i hi torno.
say-none-town = Digues una població i cerco des d’allà.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = El que sé d’aquest lloc, { $place }:
say-which-place = A quin lloc et refereixes?
say-search = { $count ->
    [one] { $count } lloc trobat per a «{ $query }»:
    [many] { $count } de llocs trobats per a «{ $query }»:
   *[other] { $count } llocs trobats per a «{ $query }»:
}
say-why = Què ha decidit la posició de { $place }:
say-for = A favor: { $reasons }.
say-against = En contra: { $reasons }.
say-why-nothing = Encara no hi ha cap llista per explicar. Demana’m llocs primer.
say-weather = El temps ({ $where }, { $when }):
say-here = on ets
say-weather-unknown = No tinc previsió per a aquell moment.
say-compare = En comparació:
say-compare-alike = No conec res en què es diferenciïn.
say-plan = { $count ->
    [one] Pla per al { DAY($day) } amb { $count } parada:
    [many] Pla per al { DAY($day) } amb { $count } de parades:
   *[other] Pla per al { DAY($day) } amb { $count } parades:
}
say-plan-none = Cap pla encaixa amb els horaris, les distàncies i el temps d’aquell dia.
say-remembered = Apuntat: { $what }.
say-forgotten = Ja no ho tinc apuntat: { $what }.
say-changed = Canviat: { $what }.
say-first-day = El primer dia: { $day }.
say-cheapest = Aquest ja és el nivell de preu més baix.
say-dearest = Aquest ja és el nivell de preu més alt.
say-trip = El que m’has dit: { $what }.
say-trip-nothing = Encara no m’has dit res del teu viatge.
say-greeting = Hola! Què et ve de gust avui: una platja, un museu, alguna cosa bona a prop?
say-thanks = De res. Que tinguis un bon dia!
say-agree = Que ho gaudeixis! Pregunta’m més sobre un lloc, pel temps o per una altra cosa.
say-help = Proposo llocs, dic per què, els comparo, miro el temps i planifico el teu dia. Per exemple: «una platja tranquil·la a prop», «alguna cosa sota cobert», «per què el segon?»
say-not-understood = No he sabut què fer amb això: «{ $words }».
say-not-understood-all = No ho he entès.
say-not-understood-part = No n’he entès una part.
say-ask-next = Et dic per què, o busco una altra cosa?
say-emergency = Truca ara mateix al 112 si algú està en perill. La trucada és gratuïta i t’ajudaran.
say-emergency-perhaps = Si és una emergència, truca al 112.
say-police = Denuncia-ho a la policia; si estàs en perill, truca al 112. Si has perdut el passaport, el teu consolat et pot ajudar.
say-medical = Això no ho puc valorar. Consulta un metge o una farmàcia; si és urgent, truca al 112.
say-legal = No puc donar consell legal. El teu consolat o un advocat et pot ajudar.
say-off-topic = En això no puc ajudar-te. Conec llocs, el temps i plans per al teu viatge.
say-degraded = Ara mateix falten algunes dades; responc amb les que tinc.
