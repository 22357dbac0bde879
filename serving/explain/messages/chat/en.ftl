### What the butler says in conversation. How it works: docs/chat.md

## Facts: phrases that stand alone

fact-category = { $place } ({ $category })
fact-rank = Number { $rank } in your list
fact-duration = A visit usually takes { MINUTES($minutes) }
fact-kids-yes = Suitable for children
fact-kids-no = Less suitable for children
fact-accessible-yes = Accessible by wheelchair
fact-accessible-no = Not accessible by wheelchair
fact-accessible-unknown = Not known whether it is accessible by wheelchair
fact-hours = Open from { CLOCK($from) } to { CLOCK($to) }
fact-hours-twice = Open from { CLOCK($from) } to { CLOCK($to) } and from { CLOCK($from2) } to { CLOCK($to2) }
fact-hours-always = Open around the clock
fact-hours-closed = Closed that day
fact-hours-unknown = Opening hours are not known
fact-price-level = { price-level }
fact-free = { price-free }
fact-price-unknown = Price not known
fact-warning-closed = Closed on arrival: { $place }
fact-warning-opens = Closed on arrival, opens at { CLOCK($from) }: { $place }
fact-warning-storm = Careful: a storm is forecast
fact-warning-heat = Careful: heat of { CELSIUS($degrees) } is forecast
fact-warning-degraded = Some data is missing just now, so this is less exact
fact-warning-all-closed = What fits is closed at that hour.
fact-warning-out-of-reach = From there, no place that I know is within reach.
fact-warning-nowhere = I do not know where you are.
fact-too-far = { DAY($day) } is farther ahead than I can look. Ask me again in the week before.
fact-town = Seen from { $town }
fact-town-within = Seen from { $town }, within { KM($km) }
diet-vegetarian = Vegetarian food
diet-vegan = Vegan food
diet-gluten-free = Gluten-free food
diet-halal = Halal food
diet-kosher = Kosher food
fact-diet-unknown = { $diet }: no place here says whether it has it. Please ask there.
fact-diet = { $diet }: only places to eat that say they have it.
fact-quiet = Quiet: without the places that our travellers visit more than most of their kind.
fact-quiet-unknown = How busy places are is not known here.
fact-moment = { DAY($day) }, { CLOCK($minutes) }
fact-weather = { $when }: { CELSIUS($degrees) }, { $condition }{ $rain ->
    [0] { "" }
   *[other] , { MM($rain) } of rain
}
fact-rain-dry = No rain is expected on { DAY($day) } from { CLOCK($from) } to { CLOCK($to) } (forecast)
fact-rain-little = Hardly any rain is expected on { DAY($day) } from { CLOCK($from) } to { CLOCK($to) } (forecast)
fact-rain-rain = Rain is expected on { DAY($day) } from { CLOCK($from) } to { CLOCK($to) } (forecast)
fact-date = { $weekday }, { DAY($day) }
fact-date-hour = { $weekday }, { DAY($day) }, { CLOCK($minutes) }
fact-count = { $count ->
    [one] { $count } place fits
   *[other] { $count } places fit
}
fact-nearer = { $place } is { KM($km) } nearer than { $other }
fact-cheaper = { $place } is cheaper than { $other }
fact-ranked-higher = { $place } ranks higher for you than { $other }
fact-closes-sooner = { $place } closes { MINUTES($minutes) } sooner than { $other }
fact-stop = { CLOCK($from) }–{ CLOCK($to) } { $place }
fact-plan-missing = Does not fit the plan: { $what }
plan-lunch = Lunch break
fact-way = { MINUTES($minutes) } to get there ({ KM($km) })
fact-trip-party = You travel { $party }
fact-trip-budget = Your budget: up to price level { $level } of 4
fact-trip-budget-sum = Your budget: up to { MONEY($minor, $currency) } a person, price level { $level } of 4{ $least ->
    [0] { "" }
   *[other] { " " }(from { MONEY($least, "EUR") })
}
fact-budget-sum = Up to { MONEY($minor, $currency) } a person: price level { $level } of 4{ $least ->
    [0] { "" }
   *[other] { " " }(from { MONEY($least, "EUR") })
}
fact-trip-dates = Your trip: { DAY($from) } to { DAY($to) }
fact-trip-start = Your trip begins: { DAY($from) }
fact-trip-end = Your trip ends: { DAY($to) }
fact-trip-likes = You like: { $what }
fact-trip-dislikes = Not for you: { $what }
fact-trip-mobility = { $mobility ->
    [wheelchair] You travel with a wheelchair
    [stroller] You travel with a pushchair
   *[short_walks] You prefer short walks
}
fact-trip-children = Ages of the children: { $ages }
fact-trip-town = You stay in { $town }
fact-not-noted = I had noted nothing of that
fact-trip-diets = You eat: { $what }

## What was asked for, within say-none and say-remembered

say-limit-km = within { KM($km) }
say-limit-budget = up to price level { $level } of 4
say-limit-at-least = from price level { $level } of 4
say-limit-beyond = more than { KM($km) } away
say-limit-indoor = indoors
say-limit-outdoor = in the open
say-limit-accessible = accessible by wheelchair
say-limit-kids = good with children
say-limit-quiet = quiet

## Answers

say-recommend = { $count ->
    [one] I suggest { $count } place:
   *[other] I suggest { $count } places:
}
say-other = Something else, then:
say-none = I found nothing that is all of this: { $what }.
say-none-at-all = I found nothing that fits.
say-none-try = Leave something out, and I will look again.
say-none-later = Name another hour or day, and I will look again.
say-none-town = Name a town, and I will look from there.
say-item = { $rank }. { $place } – { $reason }.
say-place = { $place } – { $reason }.
say-details = What I know about { $place }:
say-which-place = Which place do you mean?
say-search = { $count ->
    [one] { $count } place found for “{ $query }”:
   *[other] { $count } places found for “{ $query }”:
}
say-why = What decided the position of { $place }:
say-for = In favour: { $reasons }.
say-against = Against: { $reasons }.
say-why-nothing = There is no list yet that I could explain. Ask me for places first.
say-weather = Weather ({ $where }, { $when }):
say-here = where you are
say-weather-unknown = I have no forecast for that time.
say-compare = Side by side:
say-compare-alike = I know of nothing in which they differ.
say-plan = { $count ->
    [one] Plan for { DAY($day) } with { $count } stop:
   *[other] Plan for { DAY($day) } with { $count } stops:
}
say-plan-none = No plan fits the opening hours, distances and weather of that day.
say-remembered = Noted: { $what }.
say-forgotten = No longer noted: { $what }.
say-changed = Changed: { $what }.
say-first-day = The first day: { $day }.
say-cheapest = Those are at the lowest price level already.
say-dearest = Those are at the highest price level already.
say-trip = What you have told me: { $what }.
say-trip-nothing = You have told me nothing of your trip yet.
say-greeting = Hello! What do you feel like today: a beach, a museum, something tasty nearby?
say-thanks = You are welcome. Enjoy your day!
say-agree = Enjoy it! You can ask me more about any place, about the weather, or for something else.
say-help = I suggest places, say why, compare them, look at the weather and plan your day. For example: “a quiet beach nearby”, “something indoors”, “why the second one?”
say-not-understood = I made nothing of this: “{ $words }”.
say-not-understood-all = I did not understand that.
say-not-understood-part = I did not understand part of that.
say-ask-next = Shall I say why, or look for something else?
say-emergency = Call 112 now if anyone is in danger. The call is free, and you will be helped.
say-emergency-perhaps = If this is an emergency, call 112.
say-police = Please report that to the police; if you are in danger, call 112. For a lost passport your consulate can help.
say-medical = I cannot judge that. Please ask a doctor or a pharmacist; if it is urgent, call 112.
say-legal = I cannot give legal advice. Your consulate or a lawyer can help.
say-off-topic = I cannot help with that. I know places, the weather and plans for your trip.
say-degraded = Some data is missing just now; I answer with what I have.
