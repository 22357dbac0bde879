### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Numéro { $rank } de votre liste
fact-duration = Une visite dure en général { MINUTES($minutes) }
fact-kids-yes = Convient aux enfants
fact-kids-no = Convient moins aux enfants
fact-accessible-yes = Accessible en fauteuil roulant
fact-accessible-no = Non accessible en fauteuil roulant
fact-accessible-unknown = Accessibilité en fauteuil roulant inconnue
fact-hours = Ouvert de { CLOCK($from) } à { CLOCK($to) }
fact-hours-twice = Ouvert de { CLOCK($from) } à { CLOCK($to) } et de { CLOCK($from2) } à { CLOCK($to2) }
fact-hours-always = Ouvert jour et nuit
fact-hours-closed = Fermé ce jour-là
fact-hours-unknown = Les horaires ne sont pas connus
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Prix inconnu
fact-warning-closed = Fermé à votre arrivée : { $place }
fact-warning-opens = Fermé à votre arrivée, ouvre à { CLOCK($from) } : { $place }
fact-warning-storm = Attention : tempête prévue
fact-warning-heat = Attention : chaleur de { CELSIUS($degrees) } prévue
fact-warning-degraded = Certaines données manquent pour le moment : c’est moins précis
fact-warning-all-closed = Ce qui convient est fermé à cette heure-là.
fact-warning-out-of-reach = De là, aucun lieu que je connais n’est à portée.
fact-warning-nowhere = Je ne sais pas où vous êtes.
fact-too-far = { DAY($day) } : je ne vois pas si loin. Redemandez-moi dans la semaine qui précède.
fact-town = Depuis { $town }
fact-town-within = Depuis { $town }, à { KM($km) } au plus
diet-vegetarian = Cuisine végétarienne
diet-vegan = Cuisine végane
diet-gluten-free = Cuisine sans gluten
diet-halal = Cuisine halal
diet-kosher = Cuisine casher
fact-diet-unknown = { $diet } : aucun lieu ici n’indique s’il en propose. Renseignez-vous sur place.
fact-diet = { $diet } : pour manger, seulement les lieux qui l’indiquent.
fact-quiet = Calme : sans les lieux que nos voyageurs visitent plus que la plupart de leur genre.
fact-quiet-unknown = On ne sait pas ici quels lieux sont fréquentés.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when } : { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } de pluie
}
fact-rain-dry = Pas de pluie attendue le { DAY($day) } de { CLOCK($from) } à { CLOCK($to) } (prévision)
fact-rain-little = Presque pas de pluie attendue le { DAY($day) } de { CLOCK($from) } à { CLOCK($to) } (prévision)
fact-rain-rain = Pluie attendue le { DAY($day) } de { CLOCK($from) } à { CLOCK($to) } (prévision)
fact-date = { $weekday } { DAY($day) }
fact-date-hour = { $weekday } { DAY($day) }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] { $count } lieu convient
    [many] { $count } de lieux conviennent
   *[other] { $count } lieux conviennent
}
fact-nearer = { $place } est plus proche de { KM($km) } que { $other }
fact-cheaper = { $place } est moins cher que { $other }
fact-ranked-higher = { $place } est mieux placé pour vous que { $other }
fact-closes-sooner = { $place } ferme { MINUTES($minutes) } plus tôt que { $other }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = N’entre pas dans le programme : { $what }
plan-lunch = Pause déjeuner
fact-way = Trajet : { MINUTES($minutes) } ({ KM($km) })
fact-trip-party = Vous voyagez { $party }
fact-trip-budget = Votre budget : jusqu’au niveau de prix { $level } sur 4
fact-trip-budget-sum = Votre budget : jusqu’à { MONEY($minor, $currency) } par personne, niveau de prix { $level } sur 4{ $least ->
    [0] { "" }
   *[other] { " " }(à partir de { MONEY($least, "EUR") })
}
fact-budget-sum = Jusqu’à { MONEY($minor, $currency) } par personne : niveau de prix { $level } sur 4{ $least ->
    [0] { "" }
   *[other] { " " }(à partir de { MONEY($least, "EUR") })
}
fact-trip-dates = Votre voyage : { DAY($from) } – { DAY($to) }
fact-trip-start = Début de votre voyage : { DAY($from) }
fact-trip-end = Fin de votre voyage : { DAY($to) }
fact-trip-likes = Vous aimez : { $what }
fact-trip-dislikes = Pas pour vous : { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] Vous voyagez en fauteuil roulant
    [stroller] Vous voyagez avec une poussette
   *[short_walks] Vous préférez marcher peu
}
fact-trip-children = Âge des enfants : { $ages }
fact-trip-town = Vous logez à { $town }
fact-not-noted = Je n’avais rien noté de cela
fact-trip-diets = Vous mangez : { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = à { KM($km) } au plus
say-limit-budget = jusqu’au niveau de prix { $level } sur 4
say-limit-at-least = à partir du niveau de prix { $level } sur 4
say-limit-beyond = à plus de { KM($km) }
say-limit-indoor = à l’intérieur
say-limit-outdoor = en plein air
say-limit-accessible = accessible en fauteuil roulant
say-limit-kids = adapté aux enfants
say-limit-quiet = calme

## Answers

say-recommend = { $count ->
    [one] Je vous propose { $count } lieu :
    [many] Je vous propose { $count } de lieux :
   *[other] Je vous propose { $count } lieux :
}
say-other = Alors autre chose :
say-none = Je n’ai rien trouvé qui réunisse tout cela : { $what }.
say-none-at-all = Je n’ai rien trouvé qui convienne.
say-none-try = Renoncez à un critère, et je chercherai de nouveau.
say-none-later = Indiquez une autre heure ou un autre jour, et je chercherai de nouveau.
say-none-town = Indiquez une ville, et je chercherai à partir de là.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = Ce que je sais de ce lieu, { $place } :
say-which-place = De quel lieu parlez-vous ?
say-search = { $count ->
    [one] { $count } lieu trouvé pour « { $query } » :
    [many] { $count } de lieux trouvés pour « { $query } » :
   *[other] { $count } lieux trouvés pour « { $query } » :
}
say-why = Ce qui a décidé de la place de { $place } :
say-for = Pour : { $reasons }.
say-against = Contre : { $reasons }.
say-why-nothing = Il n’y a pas encore de liste à expliquer. Demandez-moi d’abord des lieux.
say-weather = Météo ({ $where }, { $when }) :
say-here = là où vous êtes
say-weather-unknown = Je n’ai pas de prévision pour ce moment.
say-compare = En comparaison :
say-compare-alike = Je ne connais rien qui les distingue.
say-plan = { $count ->
    [one] Programme du { DAY($day) } avec { $count } étape :
    [many] Programme du { DAY($day) } avec { $count } d’étapes :
   *[other] Programme du { DAY($day) } avec { $count } étapes :
}
say-plan-none = Aucun programme ne convient aux horaires, aux distances et à la météo de ce jour.
say-remembered = C’est noté : { $what }.
say-forgotten = N’est plus retenu : { $what }.
say-changed = Modifié : { $what }.
say-first-day = Le premier jour : { $day }.
say-cheapest = C’est déjà le niveau de prix le plus bas.
say-dearest = C’est déjà le niveau de prix le plus haut.
say-trip = Ce que vous m’avez dit : { $what }.
say-trip-nothing = Vous ne m’avez encore rien dit de votre voyage.
say-greeting = Bonjour ! De quoi avez-vous envie aujourd’hui : une plage, un musée, une bonne table tout près ?
say-thanks = Avec plaisir. Bonne journée !
say-agree = Profitez-en bien ! Demandez-moi d’en dire plus sur un lieu, la météo, ou autre chose.
say-help = Je propose des lieux, je dis pourquoi, je les compare, je regarde la météo et j’organise votre journée. Par exemple : « une plage tranquille tout près », « quelque chose à l’intérieur », « pourquoi le deuxième ? »
say-not-understood = Je n’ai rien su faire de ceci : « { $words } ».
say-not-understood-all = Je n’ai pas compris.
say-not-understood-part = Je n’en ai pas compris une partie.
say-ask-next = Voulez-vous savoir pourquoi, ou voir autre chose ?
say-emergency = Appelez tout de suite le 112 si quelqu’un est en danger. L’appel est gratuit, et on vous aidera.
say-emergency-perhaps = Si c’est une urgence, appelez le 112.
say-police = Signalez-le à la police ; si vous êtes en danger, appelez le 112. Pour un passeport perdu, votre consulat peut aider.
say-medical = Je ne peux pas en juger. Adressez-vous à un médecin ou à une pharmacie ; si c’est urgent, appelez le 112.
say-legal = Je ne peux pas donner de conseil juridique. Votre consulat ou un avocat vous aidera.
say-off-topic = Je ne peux pas vous aider pour cela. Je connais les lieux, la météo et les programmes pour votre voyage.
say-degraded = Certaines données manquent pour le moment ; je réponds avec celles que j’ai.
