### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Número { $rank } de tu lista
fact-duration = Una visita suele durar { MINUTES($minutes) }
fact-kids-yes = Apto para niños
fact-kids-no = Menos apto para niños
fact-accessible-yes = Accesible en silla de ruedas
fact-accessible-no = No accesible en silla de ruedas
fact-accessible-unknown = No se sabe si es accesible en silla de ruedas
fact-hours = Abierto de { CLOCK($from) } a { CLOCK($to) }
fact-hours-twice = Abierto de { CLOCK($from) } a { CLOCK($to) } y de { CLOCK($from2) } a { CLOCK($to2) }
fact-hours-always = Abierto día y noche
fact-hours-closed = Cerrado ese día
fact-hours-unknown = No se conoce el horario
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Precio desconocido
fact-warning-closed = Cerrado a tu llegada: { $place }
fact-warning-opens = Cerrado a tu llegada, abre a las { CLOCK($from) }: { $place }
fact-warning-storm = Atención: se prevé temporal
fact-warning-heat = Atención: se prevé calor de { CELSIUS($degrees) }
fact-warning-degraded = Ahora mismo faltan algunos datos, así que esto es menos exacto
fact-warning-all-closed = Lo que encaja está cerrado a esa hora.
fact-warning-out-of-reach = Desde allí, ningún lugar que conozco queda a mi alcance.
fact-warning-nowhere = No sé dónde estás.
fact-too-far = { DAY($day) }: no llego a ver tan lejos. Pregúntame otra vez la semana anterior.
fact-town = Desde { $town }
fact-town-within = Desde { $town }, a { KM($km) } como máximo
diet-vegetarian = Comida vegetariana
diet-vegan = Comida vegana
diet-gluten-free = Comida sin gluten
diet-halal = Comida halal
diet-kosher = Comida kosher
fact-diet-unknown = { $diet }: ningún sitio de aquí indica si la ofrece. Pregunta allí.
fact-diet = { $diet }: para comer, solo sitios que la indican.
fact-quiet = Tranquilo: sin los lugares que nuestros viajeros visitan más que la mayoría de su tipo.
fact-quiet-unknown = Aquí no se sabe cuánto se visitan los lugares.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } de lluvia
}
fact-rain-dry = No se espera lluvia el { DAY($day) } de { CLOCK($from) } a { CLOCK($to) } (previsión)
fact-rain-little = Apenas se espera lluvia el { DAY($day) } de { CLOCK($from) } a { CLOCK($to) } (previsión)
fact-rain-rain = Se espera lluvia el { DAY($day) } de { CLOCK($from) } a { CLOCK($to) } (previsión)
fact-date = { $weekday }, { DAY($day) }
fact-date-hour = { $weekday }, { DAY($day) }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] { $count } lugar encaja
    [many] { $count } de lugares encajan
   *[other] { $count } lugares encajan
}
fact-nearer = { $place } está { KM($km) } más cerca que { $other }
fact-cheaper = { $place } es más barato que { $other }
fact-ranked-higher = { $place } va por delante de { $other } para ti
fact-closes-sooner = { $place } cierra { MINUTES($minutes) } antes que { $other }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = No encaja en el plan: { $what }
plan-lunch = Pausa para comer
fact-way = { MINUTES($minutes) } de camino ({ KM($km) })
fact-trip-party = Viajas { $party }
fact-trip-budget = Tu presupuesto: hasta el nivel de precio { $level } de 4
fact-trip-budget-sum = Tu presupuesto: hasta { MONEY($minor, $currency) } por persona, nivel de precio { $level } de 4{ $least ->
    [0] { "" }
   *[other] { " " }(desde { MONEY($least, "EUR") })
}
fact-budget-sum = Hasta { MONEY($minor, $currency) } por persona: nivel de precio { $level } de 4{ $least ->
    [0] { "" }
   *[other] { " " }(desde { MONEY($least, "EUR") })
}
fact-trip-dates = Tu viaje: { DAY($from) } – { DAY($to) }
fact-trip-start = Tu viaje empieza: { DAY($from) }
fact-trip-end = Tu viaje termina: { DAY($to) }
fact-trip-likes = Te gusta: { $what }
fact-trip-dislikes = No es para ti: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Viajas en silla de ruedas
    [stroller] Viajas con carrito de bebé
   *[short_walks] Prefieres caminar poco
}
fact-trip-children = Edades de los niños: { $ages }
fact-trip-town = Te alojas en { $town }
fact-not-noted = No tenía nada anotado de eso
fact-trip-diets = Comes: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = a { KM($km) } como máximo
say-limit-budget = hasta el nivel de precio { $level } de 4
say-limit-at-least = desde el nivel de precio { $level } de 4
say-limit-beyond = a más de { KM($km) }
say-limit-indoor = bajo techo
say-limit-outdoor = al aire libre
say-limit-accessible = accesible en silla de ruedas
say-limit-kids = adecuado para niños
say-limit-quiet = tranquilo

## Answers

say-recommend = { $count ->
    [one] Te propongo { $count } lugar:
    [many] Te propongo { $count } de lugares:
   *[other] Te propongo { $count } lugares:
}
say-other = Pues otra cosa:
say-none = No he encontrado nada que cumpla todo esto: { $what }.
say-none-at-all = No he encontrado nada que encaje.
say-none-try = Quita algo y vuelvo a buscar.
say-none-later = Dime otra hora u otro día y vuelvo a buscar.
say-none-town = Dime una localidad y busco desde allí.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = Lo que sé de { $place }:
say-which-place = ¿A qué lugar te refieres?
say-search = { $count ->
    [one] { $count } lugar encontrado para «{ $query }»:
    [many] { $count } de lugares encontrados para «{ $query }»:
   *[other] { $count } lugares encontrados para «{ $query }»:
}
say-why = Lo que decidió la posición de { $place }:
say-for = A favor: { $reasons }.
say-against = En contra: { $reasons }.
say-why-nothing = Todavía no hay ninguna lista que explicar. Pídeme primero lugares.
say-weather = Tiempo ({ $where }, { $when }):
say-here = donde estás
say-weather-unknown = No tengo previsión para ese momento.
say-compare = En comparación:
say-compare-alike = No conozco nada en lo que se diferencien.
say-plan = { $count ->
    [one] Plan para el { DAY($day) } con { $count } parada:
    [many] Plan para el { DAY($day) } con { $count } de paradas:
   *[other] Plan para el { DAY($day) } con { $count } paradas:
}
say-plan-none = Ningún plan encaja con los horarios, las distancias y el tiempo de ese día.
say-remembered = Anotado: { $what }.
say-forgotten = Ya no lo tengo anotado: { $what }.
say-changed = Cambiado: { $what }.
say-first-day = El primer día: { $day }.
say-cheapest = Ese ya es el nivel de precio más bajo.
say-dearest = Ese ya es el nivel de precio más alto.
say-trip = Lo que me has contado: { $what }.
say-trip-nothing = Todavía no me has contado nada de tu viaje.
say-greeting = ¡Hola! ¿Qué te apetece hoy: una playa, un museo, algo rico por aquí cerca?
say-thanks = De nada. ¡Que tengas un buen día!
say-agree = ¡Que lo disfrutes! Pregúntame más sobre un lugar, por el tiempo o por otra cosa.
say-help = Propongo lugares, digo por qué, los comparo, miro el tiempo y planifico tu día. Por ejemplo: «una playa tranquila cerca», «algo bajo techo», «¿por qué el segundo?»
say-not-understood = No he sabido qué hacer con esto: «{ $words }».
say-not-understood-all = No lo he entendido.
say-not-understood-part = No he entendido una parte.
say-ask-next = ¿Te digo por qué, o busco otra cosa?
say-emergency = Llama ya al 112 si alguien está en peligro. La llamada es gratuita y te ayudarán.
say-emergency-perhaps = Si es una emergencia, llama al 112.
say-police = Denúncialo a la policía; si estás en peligro, llama al 112. Si has perdido el pasaporte, tu consulado puede ayudarte.
say-medical = Eso no puedo valorarlo. Consulta a un médico o una farmacia; si es urgente, llama al 112.
say-legal = No puedo dar consejo legal. Tu consulado o un abogado puede ayudarte.
say-off-topic = En eso no puedo ayudarte. Conozco lugares, el tiempo y planes para tu viaje.
say-degraded = Ahora mismo faltan algunos datos; respondo con los que tengo.
