### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Número { $rank } da sua lista
fact-duration = Uma visita dura normalmente { MINUTES($minutes) }
fact-kids-yes = Adequado para crianças
fact-kids-no = Menos adequado para crianças
fact-accessible-yes = Acessível em cadeira de rodas
fact-accessible-no = Não acessível em cadeira de rodas
fact-accessible-unknown = Não se sabe se é acessível em cadeira de rodas
fact-hours = Aberto das { CLOCK($from) } às { CLOCK($to) }
fact-hours-twice = Aberto das { CLOCK($from) } às { CLOCK($to) } e das { CLOCK($from2) } às { CLOCK($to2) }
fact-hours-always = Aberto dia e noite
fact-hours-closed = Fechado nesse dia
fact-hours-unknown = O horário não é conhecido
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Preço desconhecido
fact-warning-closed = Fechado à sua chegada: { $place }
fact-warning-opens = Fechado à sua chegada, abre às { CLOCK($from) }: { $place }
fact-warning-storm = Atenção: prevê-se tempestade
fact-warning-heat = Atenção: prevê-se calor de { CELSIUS($degrees) }
fact-warning-degraded = De momento faltam alguns dados, por isso isto é menos exato
fact-warning-all-closed = O que se adequa está fechado a essa hora.
fact-warning-out-of-reach = A partir daí, nenhum lugar que conheço está ao alcance.
fact-warning-nowhere = Não sei onde está.
fact-too-far = { DAY($day) }: não consigo ver tão longe. Pergunte-me de novo na semana anterior.
fact-town = A partir de { $town }
fact-town-within = A partir de { $town }, a { KM($km) } no máximo
diet-vegetarian = Comida vegetariana
diet-vegan = Comida vegana
diet-gluten-free = Comida sem glúten
diet-halal = Comida halal
diet-kosher = Comida kosher
fact-diet-unknown = { $diet }: nenhum lugar daqui indica se a tem. Pergunte lá.
fact-diet = { $diet }: para comer, só lugares que a indicam.
fact-quiet = Calmo: sem os lugares que os nossos viajantes visitam mais do que a maioria do seu tipo.
fact-quiet-unknown = Aqui não se sabe quanto são visitados os lugares.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } de chuva
}
fact-rain-dry = Não se prevê chuva a { DAY($day) } das { CLOCK($from) } às { CLOCK($to) } (previsão)
fact-rain-little = Quase não se prevê chuva a { DAY($day) } das { CLOCK($from) } às { CLOCK($to) } (previsão)
fact-rain-rain = Prevê-se chuva a { DAY($day) } das { CLOCK($from) } às { CLOCK($to) } (previsão)
fact-date = { $weekday }, { DAY($day) }
fact-date-hour = { $weekday }, { DAY($day) }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] { $count } lugar serve
    [many] { $count } de lugares servem
   *[other] { $count } lugares servem
}
fact-nearer = { $place } fica { KM($km) } mais perto do que { $other }
fact-cheaper = { $place } é mais barato do que { $other }
fact-ranked-higher = { $place } está, para si, acima de { $other }
fact-closes-sooner = { $place } fecha { MINUTES($minutes) } mais cedo do que { $other }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = Não cabe no plano: { $what }
plan-lunch = Pausa para almoço
fact-way = { MINUTES($minutes) } de caminho ({ KM($km) })
fact-trip-party = Viaja { $party }
fact-trip-budget = O seu orçamento: até ao nível de preço { $level } de 4
fact-trip-budget-sum = O seu orçamento: até { MONEY($minor, $currency) } por pessoa, nível de preço { $level } de 4{ $least ->
    [0] { "" }
   *[other] { " " }(a partir de { MONEY($least, "EUR") })
}
fact-budget-sum = Até { MONEY($minor, $currency) } por pessoa: nível de preço { $level } de 4{ $least ->
    [0] { "" }
   *[other] { " " }(a partir de { MONEY($least, "EUR") })
}
fact-trip-dates = A sua viagem: { DAY($from) } – { DAY($to) }
fact-trip-start = A sua viagem começa: { DAY($from) }
fact-trip-end = A sua viagem termina: { DAY($to) }
fact-trip-likes = Gosta de: { $what }
fact-trip-dislikes = Não é para si: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Viaja em cadeira de rodas
    [stroller] Viaja com carrinho de bebé
   *[short_walks] Prefere caminhar pouco
}
fact-trip-children = Idades das crianças: { $ages }
fact-trip-town = Onde está a ficar: { $town }
fact-not-noted = Não tinha nada anotado disso
fact-trip-diets = Come: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = a { KM($km) } no máximo
say-limit-budget = até ao nível de preço { $level } de 4
say-limit-at-least = a partir do nível de preço { $level } de 4
say-limit-beyond = a mais de { KM($km) }
say-limit-indoor = no interior
say-limit-outdoor = ao ar livre
say-limit-accessible = acessível em cadeira de rodas
say-limit-kids = bom para crianças
say-limit-quiet = calmo

## Answers

say-recommend = { $count ->
    [one] Sugiro-lhe { $count } lugar:
    [many] Sugiro-lhe { $count } de lugares:
   *[other] Sugiro-lhe { $count } lugares:
}
say-other = Então outra coisa:
say-none = Não encontrei nada que reúna tudo isto: { $what }.
say-none-at-all = Não encontrei nada adequado.
say-none-try = Retire algum critério e volto a procurar.
say-none-later = Diga outra hora ou outro dia e volto a procurar.
say-none-town = Diga uma localidade e procuro a partir daí.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = O que sei sobre este lugar, { $place }:
say-which-place = A que lugar se refere?
say-search = { $count ->
    [one] { $count } lugar encontrado para «{ $query }»:
    [many] { $count } de lugares encontrados para «{ $query }»:
   *[other] { $count } lugares encontrados para «{ $query }»:
}
say-why = O que decidiu a posição de { $place }:
say-for = A favor: { $reasons }.
say-against = Contra: { $reasons }.
say-why-nothing = Ainda não há uma lista para explicar. Peça-me primeiro lugares.
say-weather = Meteorologia ({ $where }, { $when }):
say-here = onde está
say-weather-unknown = Não tenho previsão para esse momento.
say-compare = Em comparação:
say-compare-alike = Não conheço nada em que sejam diferentes.
say-plan = { $count ->
    [one] Plano para { DAY($day) } com { $count } paragem:
    [many] Plano para { DAY($day) } com { $count } de paragens:
   *[other] Plano para { DAY($day) } com { $count } paragens:
}
say-plan-none = Nenhum plano é compatível com os horários, as distâncias e o tempo desse dia.
say-remembered = Anotado: { $what }.
say-forgotten = Já não está anotado: { $what }.
say-changed = Alterado: { $what }.
say-first-day = O primeiro dia: { $day }.
say-cheapest = Esse já é o nível de preço mais baixo.
say-dearest = Esse já é o nível de preço mais alto.
say-trip = O que me disse: { $what }.
say-trip-nothing = Ainda não me disse nada da sua viagem.
say-greeting = Olá! O que lhe apetece hoje: uma praia, um museu, algo saboroso aqui perto?
say-thanks = De nada. Tenha um bom dia!
say-agree = Aproveite! Pode perguntar-me mais sobre um lugar, o tempo ou outra coisa.
say-help = Sugiro lugares, digo porquê, comparo-os, vejo o tempo e planeio o seu dia. Por exemplo: «uma praia tranquila perto daqui», «algo no interior», «porquê o segundo?»
say-not-understood = Não soube o que fazer com isto: «{ $words }».
say-not-understood-all = Não percebi.
say-not-understood-part = Não percebi uma parte disso.
say-ask-next = Quer saber porquê ou ver outra coisa?
say-emergency = Ligue já para o 112 se alguém estiver em perigo. A chamada é gratuita e terá ajuda.
say-emergency-perhaps = Se for uma emergência, ligue para o 112.
say-police = Comunique isso à polícia; se estiver em perigo, ligue para o 112. Se perdeu o passaporte, o seu consulado pode ajudar.
say-medical = Não posso avaliar isso. Consulte um médico ou uma farmácia; se for urgente, ligue para o 112.
say-legal = Não posso dar aconselhamento jurídico. O seu consulado ou um advogado pode ajudar.
say-off-topic = Nisso não posso ajudar. Conheço lugares, a meteorologia e planos para a sua viagem.
say-degraded = De momento faltam alguns dados; respondo com os que tenho.
