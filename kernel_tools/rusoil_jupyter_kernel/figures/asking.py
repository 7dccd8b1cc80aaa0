"""The words that questions to figures begin with, as far as a name could be taken for one of them.

A star stands for any ending. A word that is missing here costs somebody a sentence that says so; a name that
is here costs an answer about another figure.
"""

from __future__ import annotations

import re

_ENGLISH = """
what whats which who whose whom when where why how is isn are aren was were does doesn do don did has have
had can could will would shall should may might must am tell show give find get calculate compute estimate
determine describe summari* explain interpret read list name count compare say report check plot draw see
look let lets please pls plz hey hi hello ok okay so now then also and or but not no yes if whether because
rank sort order add sum subtract divide identify locate measure predict evaluate detail analy* discuss state
write put pick choose point help assume suppose consider think guess provide return print answer solve a an
the this that these those it its there here at in on of for from to by with without between among during
after before until till since over under above below near around across along about against as than per
through within into out off up down my our your his her their me us we i you he she they any all both each
every some other another same such only just exactly approximately roughly overall together once twice again
further more most less least few fewer many much several one two three four five six seven eight nine ten
zero max* min mins minim* mean means average* avg median* mode total* number* value* range* trend* slope*
peak* top bottom big* large* small* high* low lower lowest long* short* fast* slow* first second third last
next final begin* start* end* share* part* percent* ratio* differen* change* growth decline* increas*
decreas* rise* fall* grow* cross* intersect* meet* correlat* regress* fit fits fitted line* curve* bar bars
point* dot* slice* box boxes series figure* chart charts graph graphs picture* image* diagram* panel* axis
axes label* legend* title* unit units colour* color* outlier* anomal* std standard deviation variance spread
area areas integral* volume* rate* pressure* depth* time* date* day* month* year* hour* week* well wells oil
gas water production reservoir* temperature* permeab* porosity saturation skin horner vogel arps fetkovich
corey welge bourdet exponential* hyperbolic harmonic linear logarithm* log power polynomial quadratic cubic
x y z x2 y2 r2 q p t k n co2 h2s interpretation* data table column* row* caption* alt text* conclusion*
problem* mistake* error* wrong equal* greater sales price* cost* speed* weight* length* width* height*
density viscosity flow* stock* population income age country countries city cities using considering
regarding based looking according approx hot* cold* warm* wet* dry* initial current actual real estimated
observed measured calculated predicted historic* annual* monthly daily weekly hourly yearly relative
absolute normali* smoothed raw cumulative net gross pay recovery injection* formation* bubble dew sand*
shale* clay* limestone gor wor watercut sw sg kro krw krg pwf qo qw qg early late old* new* main common
typical usual combined extra remaining whole entire half double field* layer* zone* track* logs core*
sample* test* fluid* phase* critical saturated heav* light* dark* red green blue black yellow orange purple
grey gray dashed dotted solid left right upper inner outer
"""
_RUSSIAN = """
что чего чему чем ком кто кого кому как* каки* каков* котор* где когда куда откуда почему зачем скольк*
насколько верно есть был* будет можно есть ли на в по у при с из для до после через
"""
_TELLING = """
скажи* подскажи* покажи* найди* ответь* определи* назови* объясни* посмотри* слушай* пожалуйста привет
вопрос ну так а и но да нет теперь тогда ещё еще опиши* оцени* посчитай* вычисли* сравни* дай* укажи*
выведи*
"""
_ASKS = """
what which who whose when where why how is are was were does do did has have can could will would should
tell show give find describe explain list name
"""


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile("|".join(word.replace("*", r"\w*") for word in words.split()), re.IGNORECASE)


_KNOWN, _STARTS = _pattern(_ENGLISH + _RUSSIAN + _TELLING), _pattern(_ASKS + _RUSSIAN)
_SIGNS = ".,:;!?…’'\"«»„“”()"


def is_asking(word: str) -> bool:
    """Whether a question may begin with this word."""
    return bool(_KNOWN.fullmatch(re.split("[-'’]", word.strip(_SIGNS), maxsplit=1)[0]))


def begins_a_question(text: str) -> bool:
    """Whether the text begins as questions do, so that a word before it is no part of it."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    return bool(_STARTS.fullmatch(re.split("[-'’]", first.strip(_SIGNS), maxsplit=1)[0]))
