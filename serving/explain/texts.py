"""A sentence of each item of an answer, made of its name and its reasons: `serving.chat.values.Texts`."""

from collections.abc import Sequence

from serving.answers import Answer, Item
from serving.chat.values import ItemText
from serving.explain.words import Words

_ISOLATED = "\u2068{}\u2069"  # a name keeps its own direction of writing


class TemplateTexts:
    """`Castell de Santa Bàrbara: Close: 0.8 km away; Suits couples.`: complete without anybody's words."""

    def of(self, answer: Answer) -> Sequence[ItemText]:
        words = Words.of(answer.language)
        return [ItemText(text_of(item, words)) for item in answer.items]

    async def within(self, answer: Answer, seconds: float) -> Sequence[ItemText]:
        return self.of(answer)


def text_of(item: Item, words: Words) -> str:
    """What speaks for the place comes first; without reasons, what kind of place it is."""
    name = _ISOLATED.format(item.name) if words.right_to_left else item.name
    for_it = [r.label for r in item.reasons if r.direction == "for"]
    against = [r.label for r in item.reasons if r.direction != "for"]
    said = [*for_it, *against] or [words.category(item.category) or item.category]
    return f"{name}: {words.joined(said)}."
