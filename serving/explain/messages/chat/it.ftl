### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Numero { $rank } della tua lista
fact-duration = Una visita dura di solito { MINUTES($minutes) }
fact-kids-yes = Adatto ai bambini
fact-kids-no = Meno adatto ai bambini
fact-accessible-yes = Accessibile in sedia a rotelle
fact-accessible-no = Non accessibile in sedia a rotelle
fact-accessible-unknown = Non si sa se è accessibile in sedia a rotelle
fact-hours = Aperto dalle { CLOCK($from) } alle { CLOCK($to) }
fact-hours-twice = Aperto dalle { CLOCK($from) } alle { CLOCK($to) } e dalle { CLOCK($from2) } alle { CLOCK($to2) }
fact-hours-always = Aperto giorno e notte
fact-hours-closed = Chiuso quel giorno
fact-hours-unknown = Gli orari di apertura non sono noti
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Prezzo non noto
fact-warning-closed = Chiuso al tuo arrivo: { $place }
fact-warning-opens = Chiuso al tuo arrivo, apre alle { CLOCK($from) }: { $place }
fact-warning-storm = Attenzione: è prevista una tempesta
fact-warning-heat = Attenzione: è previsto caldo di { CELSIUS($degrees) }
fact-warning-degraded = Al momento mancano alcuni dati, quindi questo è meno preciso
fact-warning-all-closed = Quello che va bene è chiuso a quell’ora.
fact-warning-out-of-reach = Da lì, nessun posto che conosco è raggiungibile.
fact-warning-nowhere = Non so dove ti trovi.
fact-too-far = { DAY($day) }: non vedo così lontano. Chiedimelo di nuovo nella settimana precedente.
fact-town = Partendo da { $town }
fact-town-within = Partendo da { $town }, entro { KM($km) }
diet-vegetarian = Cucina vegetariana
diet-vegan = Cucina vegana
diet-gluten-free = Cucina senza glutine
diet-halal = Cucina halal
diet-kosher = Cucina kosher
fact-diet-unknown = { $diet }: nessun posto qui indica se la offre. Chiedi sul posto.
fact-diet = { $diet }: per mangiare, solo posti che la indicano.
fact-quiet = Tranquillo: senza i posti che i nostri viaggiatori visitano più della maggior parte del loro genere.
fact-quiet-unknown = Qui non si sa quanto siano frequentati i posti.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } di pioggia
}
fact-rain-dry = Non è prevista pioggia il { DAY($day) } dalle { CLOCK($from) } alle { CLOCK($to) } (previsione)
fact-rain-little = È prevista pochissima pioggia il { DAY($day) } dalle { CLOCK($from) } alle { CLOCK($to) } (previsione)
fact-rain-rain = È prevista pioggia il { DAY($day) } dalle { CLOCK($from) } alle { CLOCK($to) } (previsione)
fact-date = { $weekday } { DAY($day) }
fact-date-hour = { $weekday } { DAY($day) }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] { $count } posto adatto
    [many] { $count } di posti adatti
   *[other] { $count } posti adatti
}
fact-nearer = { $place } è più vicino di { KM($km) } rispetto a { $other }
fact-cheaper = { $place } costa meno di { $other }
fact-ranked-higher = { $place } per te viene prima di { $other }
fact-closes-sooner = { $place } chiude { MINUTES($minutes) } prima di { $other }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = Non rientra nel programma: { $what }
plan-lunch = Pausa pranzo
fact-way = Per arrivarci: { MINUTES($minutes) } ({ KM($km) })
fact-trip-party = Viaggi { $party }
fact-trip-budget = Il tuo budget: fino alla fascia di prezzo { $level } su 4
fact-trip-budget-sum = Il tuo budget: fino a { MONEY($minor, $currency) } a persona, fascia di prezzo { $level } su 4{ $least ->
    [0] { "" }
   *[other] { " " }(da { MONEY($least, "EUR") })
}
fact-budget-sum = Fino a { MONEY($minor, $currency) } a persona: fascia di prezzo { $level } su 4{ $least ->
    [0] { "" }
   *[other] { " " }(da { MONEY($least, "EUR") })
}
fact-trip-dates = Il tuo viaggio: { DAY($from) } – { DAY($to) }
fact-trip-start = Inizio del tuo viaggio: { DAY($from) }
fact-trip-end = Fine del tuo viaggio: { DAY($to) }
fact-trip-likes = Ti piace: { $what }
fact-trip-dislikes = Non fa per te: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Viaggi in sedia a rotelle
    [stroller] Viaggi con il passeggino
   *[short_walks] Preferisci camminare poco
}
fact-trip-children = Età dei bambini: { $ages }
fact-trip-town = Alloggi a { $town }
fact-not-noted = Di questo non avevo annotato nulla
fact-trip-diets = Mangi: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = entro { KM($km) }
say-limit-budget = fino alla fascia di prezzo { $level } su 4
say-limit-at-least = dalla fascia di prezzo { $level } su 4
say-limit-beyond = a più di { KM($km) }
say-limit-indoor = al chiuso
say-limit-outdoor = all’aperto
say-limit-accessible = accessibile in sedia a rotelle
say-limit-kids = adatto ai bambini
say-limit-quiet = tranquillo

## Answers

say-recommend = { $count ->
    [one] Ti propongo { $count } posto:
    [many] Ti propongo { $count } di posti:
   *[other] Ti propongo { $count } posti:
}
say-other = Allora qualcos’altro:
say-none = Non ho trovato nulla che sia tutto questo: { $what }.
say-none-at-all = Non ho trovato nulla di adatto.
say-none-try = Togli qualcosa e cerco di nuovo.
say-none-later = Dimmi un’altra ora o un altro giorno e cerco di nuovo.
say-none-town = Dimmi una località e cerco da lì.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = Che cosa so di { $place }:
say-which-place = Quale posto intendi?
say-search = { $count ->
    [one] { $count } posto trovato per «{ $query }»:
    [many] { $count } di posti trovati per «{ $query }»:
   *[other] { $count } posti trovati per «{ $query }»:
}
say-why = Che cosa ha deciso la posizione di { $place }:
say-for = A favore: { $reasons }.
say-against = Contro: { $reasons }.
say-why-nothing = Non c’è ancora una lista da spiegare. Chiedimi prima dei posti.
say-weather = Meteo ({ $where }, { $when }):
say-here = dove ti trovi
say-weather-unknown = Per quel momento non ho previsioni.
say-compare = A confronto:
say-compare-alike = Non conosco nulla in cui si distinguano.
say-plan = { $count ->
    [one] Programma del { DAY($day) } con { $count } tappa:
    [many] Programma del { DAY($day) } con { $count } di tappe:
   *[other] Programma del { DAY($day) } con { $count } tappe:
}
say-plan-none = Nessun programma è compatibile con orari, distanze e meteo di quel giorno.
say-remembered = Annotato: { $what }.
say-forgotten = Non più annotato: { $what }.
say-changed = Cambiato: { $what }.
say-first-day = Il primo giorno: { $day }.
say-cheapest = È già la fascia di prezzo più bassa.
say-dearest = È già la fascia di prezzo più alta.
say-trip = Quello che mi hai detto: { $what }.
say-trip-nothing = Non mi hai ancora detto niente del tuo viaggio.
say-greeting = Ciao! Di che cosa hai voglia oggi: una spiaggia, un museo, qualcosa di buono qui vicino?
say-thanks = Di nulla. Buona giornata!
say-agree = Buon divertimento! Chiedimi pure di più su un posto, il meteo o qualcos’altro.
say-help = Propongo posti, dico perché, li confronto, guardo il meteo e organizzo la tua giornata. Per esempio: «una spiaggia tranquilla qui vicino», «qualcosa al chiuso», «perché il secondo?»
say-not-understood = Non ho saputo che fare di questo: «{ $words }».
say-not-understood-all = Non ho capito.
say-not-understood-part = Non ne ho capito una parte.
say-ask-next = Vuoi sapere perché o vedere qualcos’altro?
say-emergency = Chiama subito il 112 se qualcuno è in pericolo. La chiamata è gratuita e riceverai aiuto.
say-emergency-perhaps = Se è un’emergenza, chiama il 112.
say-police = Denuncialo alla polizia; se sei in pericolo, chiama il 112. Per un passaporto smarrito può aiutarti il consolato.
say-medical = Non posso giudicarlo. Rivolgiti a un medico o a una farmacia; se è urgente, chiama il 112.
say-legal = Non posso dare consigli legali. Il tuo consolato o un avvocato può aiutarti.
say-off-topic = In questo non posso aiutarti. Conosco i posti, il meteo e i programmi per il tuo viaggio.
say-degraded = Al momento mancano alcuni dati; rispondo con quelli che ho.
