### What is said to travellers. How it works: docs/explanations.md

## Between two reasons that stand beside each other

separator = { "· " }

## What the traveller has chosen so far

taste-unknown = Δεν γνωρίζουμε ακόμη τις προτιμήσεις σας
taste-often = Επιλέγετε συχνά τέτοια μέρη
taste-before = Έχετε ξαναεπιλέξει τέτοια μέρη
taste-dismissed = Έχετε απορρίψει τέτοια μέρη στο παρελθόν
taste-not-yet = Δεν έχετε επιλέξει ακόμη τέτοια μέρη
taste-rarely = Σπάνια επιλέγετε τέτοια μέρη

## This very place and the traveller

history-new = Νέο για εσάς
history-dismissed = Το έχετε απορρίψει στο παρελθόν
history-known = Το γνωρίζετε ήδη
history-visited = Έχετε ξαναέρθει εδώ
history-chosen = Το έχετε ξαναεπιλέξει

## The way

distance-close = Κοντά: σε απόσταση { KM($km) }
distance-far = Μακριά: σε απόσταση { KM($km) }
distance-away = Σε απόσταση { KM($km) }

## The weather at the time of the visit

weather-suits-forecast = Ταιριάζει με τον καιρό (πρόγνωση: { weather-sky })
weather-suits-observed = Ταιριάζει με τον καιρό (τελευταία μέτρηση: { weather-sky })
weather-unsuitable-forecast = Δεν ταιριάζει με τον καιρό (πρόγνωση: { weather-sky })
weather-unsuitable-observed = Δεν ταιριάζει με τον καιρό (τελευταία μέτρηση: { weather-sky })
weather-sky = { $rain ->
    [yes] { CELSIUS($degrees) } και βροχή
   *[no] { CELSIUS($degrees) }
}

## Opening hours

opening-unknown = Άγνωστο ωράριο
opening-closed = Κλειστό κατά την άφιξή σας
opening-long = Ανοιχτό κατά την άφιξή σας, για { HOURS($hours, width: "long") } ή περισσότερο
opening-open-minutes = Ανοιχτό κατά την άφιξή σας, για { MINUTES($minutes, width: "long") } ακόμη
opening-open-hours = Ανοιχτό κατά την άφιξή σας, για { HOURS($hours, width: "long") } ακόμη
opening-closes-minutes = Κλείνει { MINUTES($minutes, width: "long") } μετά την άφιξή σας
opening-closes-hours = Κλείνει { HOURS($hours, width: "long") } μετά την άφιξή σας

## Price

price-free = Δωρεάν
price-within = Εντός του προϋπολογισμού σας: επίπεδο τιμών { $level } από 4
price-above = Πάνω από τον προϋπολογισμό σας: επίπεδο τιμών { $level } από 4
price-level = Επίπεδο τιμών { $level } από 4

## Who comes along

children-welcome = Ιδανικό με παιδιά
children-unknown = Δεν είναι γνωστό ως κατάλληλο για παιδιά
party-suits-solo = Κατάλληλο για όσους ταξιδεύουν μόνοι
party-suits-couple = Κατάλληλο για ζευγάρια
party-suits-family = Κατάλληλο για οικογένειες
party-suits-friends = Κατάλληλο για παρέες φίλων
party-unsuitable-solo = Λιγότερο κατάλληλο για όσους ταξιδεύουν μόνοι
party-unsuitable-couple = Λιγότερο κατάλληλο για ζευγάρια
party-unsuitable-family = Λιγότερο κατάλληλο για οικογένειες
party-unsuitable-friends = Λιγότερο κατάλληλο για παρέες φίλων

## How much is going on

interactions = { $count ->
    [one] { $count } αλληλεπίδραση
   *[other] { $count } αλληλεπιδράσεις
}
popularity-many = Δημοφιλές: { interactions } σε 30 ημέρες
popularity-few = Ήσυχο: { interactions } σε 30 ημέρες

## Ratings

quality-high = Καλή βαθμολογία: περίπου { STARS($rating) } στα 5
quality-low = Χαμηλότερη βαθμολογία: περίπου { STARS($rating) } στα 5

## The hour

time-usual = Συνήθως το επισκέπτονται αυτή την ώρα
time-other = Συνήθως το επισκέπτονται άλλες ώρες

## Other travellers

similar-travellers = Επιλογή ταξιδιωτών σαν εσάς
similar-next = Εκεί πήγαν άλλοι μετά από μέρη που επιλέξατε
similar-moment = Δημοφιλές αυτή την ώρα και εποχή
similar-seldom = Σπάνια επιλογή ταξιδιωτών σαν εσάς

## The place itself

place-indoors = Κυρίως σε εσωτερικό χώρο
place-outdoors = Κυρίως σε εξωτερικό χώρο
novelty-new = Νέο στον κατάλογο

## Names, as they stand within a sentence

condition-clear = καθαρός ουρανός
condition-clouds = σύννεφα
condition-rain = βροχή
condition-thunderstorm = καταιγίδα
condition-snow = χιόνι
condition-fog = ομίχλη
condition-wind = άνεμος
season-winter = χειμώνας
season-spring = άνοιξη
season-summer = καλοκαίρι
season-autumn = φθινόπωρο
party-solo = χωρίς παρέα
party-couple = ως ζευγάρι
party-family = με την οικογένεια
party-friends = με φίλους
weekday-monday = Δευτέρα
weekday-tuesday = Τρίτη
weekday-wednesday = Τετάρτη
weekday-thursday = Πέμπτη
weekday-friday = Παρασκευή
weekday-saturday = Σάββατο
weekday-sunday = Κυριακή

## Groups of places, and the kinds of each

category-nature = φύση
category-nature-beach = παραλία
category-nature-cove = όρμος
category-nature-trail = μονοπάτι
category-nature-viewpoint = σημείο θέας
category-nature-park = πάρκο
category-nature-garden = κήπος
category-nature-cave = σπήλαιο
category-nature-island = νησί
category-nature-wetland = υγρότοπος
category-nature-waterfall = καταρράκτης
category-nature-mountain = βουνό
category-culture = πολιτισμός
category-culture-castle = κάστρο
category-culture-museum = μουσείο
category-culture-church = εκκλησία
category-culture-monument = μνημείο
category-culture-old_town = παλιά πόλη
category-culture-archaeology = αρχαιολογικός χώρος
category-culture-gallery = γκαλερί
category-culture-theatre = θέατρο
category-food = φαγητό και ποτό
category-food-market = αγορά τροφίμων
category-food-restaurant_quarter = περιοχή με εστιατόρια
category-food-winery = οινοποιείο
category-food-tapas = μπαρ με τάπας
category-food-tasting = γευσιγνωσία
category-fun = διασκέδαση
category-fun-theme_park = θεματικό πάρκο
category-fun-water_park = υδάτινο πάρκο
category-fun-zoo = ζωολογικός κήπος
category-fun-aquarium = ενυδρείο
category-fun-boat_trip = βόλτα με σκάφος
category-fun-harbour = λιμάνι
category-fun-golf = γήπεδο γκολφ
category-fun-water_sports = θαλάσσια σπορ
category-fun-adventure = περιπέτεια
category-fun-casino = καζίνο
category-wellness = ευεξία
category-wellness-spa = σπα
category-wellness-promenade = παραλιακός περίπατος
category-nightlife = νυχτερινή ζωή
category-nightlife-club = κλαμπ
category-nightlife-bar_quarter = περιοχή με μπαρ
category-nightlife-show = σόου
category-shopping = αγορές
category-shopping-mall = εμπορικό κέντρο
category-shopping-street_market = υπαίθρια αγορά
category-shopping-shopping_street = εμπορικός δρόμος
