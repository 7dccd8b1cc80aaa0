"""The words by which Russian and English questions ask: one pattern an idea, over plain text with tokens."""

from __future__ import annotations

import re

from rusoil_jupyter.figures.words.lexicon import pattern

S, C, A, V, N = (rf"<{kind}\d+>" for kind in "scavn")
PLACE = r"<[cn]\d+>"
THING = r"<[sc]\d+>"

DESCRIBE = pattern("describe")
TITLE = pattern("title")
AXIS_X = pattern("axis_x")
AXIS_Y = pattern("axis_y")
AXIS_Y2 = pattern("axis_y2")
AXIS_COLOUR = pattern("axis_colour")
AXES = pattern("axes")
UNITS = pattern("units")
LOG = pattern("log")
INVERTED = pattern("inverted")
RANGE_OF_AXIS = pattern("range_of_axis")
LABEL = pattern("label")

HOW_MANY = (
    r"(?:how\s+many|number\s+of|count(?:\s+of)?(?:\s+the)?|сколько(?:\s+всего)?|количество|число|"
    r"каково\s+(?:число|количество))"
)
_ADJ = (
    r"(?:\s+(?:the|of|different|distinct|separate|individual|total|data|различных|разных|отдельных|всего|"
    r"these|there)|\s+[^\W\d_]+)?"
)
SERIES_NOUN = (
    r"(?:lines?(?!\s+of)|curves?|series|traces|lines\s+plotted|colou?rs|data\s?sets?|legend\s+(?:entries|"
    r"items|labels)|entries|"
    r"plotted\s+lines|линий|линии|кривых|кривые|сери[йи]|рядов|наборов|кривой|цветов|графиков|"
    r"элементов\s+(?:в\s+)?легенд\w*|групп|groups|"
    r"variables|переменных|позиций\s+в\s+легенде|записей\s+в\s+легенде|пунктов\s+в\s+легенде)"
)
PANEL_NOUN = (
    r"(?:sub-?plots?|panels?|facets?|tracks?|axes|plots|charts|graphs|панел\w+|подграфик\w*|треков|"
    r"диаграмм|осей|графиков|рисунков)"
)
MARK_NOUN = (
    r"(?:bars?|columns?|slices?|sectors?|wedges?|points?|markers?|dots?|observations?|samples?|"
    r"data\s+points?|values?|boxes|bins?|"
    r"categories|violins?|measurements?|records?|cells?|tiles?|nodes?|столбц\w+|столбик\w*|сектор\w*|"
    r"дол[еь]й|точ[её]?к\w*|маркер\w*|"
    r"наблюдени\w+|значени\w+|ящик\w*|интервал\w*|бин\w*|категори\w+|измерени\w+|замер\w*|отсчет\w*|ячеек|"
    r"ячейк\w*|кусков)"
)
COUNT_SERIES = re.compile(rf"{HOW_MANY}{_ADJ}{_ADJ}\s+{SERIES_NOUN}(?!\w)")
COUNT_PANELS = re.compile(rf"{HOW_MANY}{_ADJ}\s+{PANEL_NOUN}(?!\w)")
COUNT_MARKS = re.compile(rf"{HOW_MANY}(?!\s+(?:percentage|процентн\w+)\s){_ADJ}{_ADJ}\s+{MARK_NOUN}(?!\w)")
COUNT_COUNTED = re.compile(  # what a histogram counts, not its bars
    rf"{HOW_MANY}{_ADJ}{_ADJ}\s+(?:data\s+points?|points?|values?|observations?|samples?|measurements?|records?|"
    r"точ[её]?к\w*|значени\w+|наблюдени\w+|измерени\w+|замер\w*|отсчет\w*)(?!\w)"
)
COUNT_SHOWN = re.compile(
    rf"{HOW_MANY}\s+(?:of\s+the\s+|different\s+|distinct\s+|various\s+|различных\s+|разных\s+)*"
    r"(?P<what><a\d+>|[^\W\d_]+)(?:\s+(?:are|is|were|in|on|на|в|всего|shown|plotted|displayed|compared|"
    r"показан\w*|изображен\w*|представлен\w*|сравнива\w*)(?!\w)[^<]*)?$"
)
COUNT_ANY = re.compile(
    r"(?<!\w)(?:how\s+many|number\s+of|in\s+how\s+many|сколько|количество|число|во?\s+скольки(?:х)?|"
    r"у\s+скольких)(?!\w)"
)
IN_LEGEND = re.compile(r"(?<!\w)(?:legend|легенд)")
CATEGORIES = pattern("categories")
LEGEND = pattern("legend")
KIND = pattern("kind")
REFERENCES = pattern("references")
NOTES = pattern("notes")
COLOUR_OF = pattern("colour_of")
REPRESENTS = pattern("represents")

FIT = pattern("fit")
EXPONENTIAL = pattern("exponential")
POWER = pattern("power")
LOGARITHMIC = pattern("logarithmic")
QUADRATIC = pattern("quadratic")
CUBIC = pattern("cubic")
POLYNOMIAL = pattern("polynomial")
CORRELATION = pattern("correlation")
OUTLIERS = pattern("outliers")
MEET = pattern("meet")
EXCEEDS = pattern("exceeds")
BELOWS = pattern("belows")

ORDINAL = (
    (1, r"first|1st|перв\w+"),
    (2, r"second|2nd|2-?(?:й|я|е|ой|ое|ая)|втор\w+"),
    (3, r"third|3rd|3-?(?:й|я|е|ий|ье|ья)|трет\w+"),
    (4, r"fourth|4th|4-?(?:й|я|е)|четверт\w+"),
    (5, r"fifth|5th|5-?(?:й|я|е)|пят(?:ый|ая|ое|ой|ого|ую)"),
    (6, r"sixth|6th|шест(?:ой|ая|ое|ого|ую)"),
)
_BIG = (
    r"(?:high|larg|bigg|great|most|tall|long|maxim|best|top|наибольш|сам|по\s+величине|по\s+высоте|"
    r"по\s+размер|по\s+значени|крупнейш|высот|крупн)"
)
_SMALL = r"(?:low|small|least|few|short|minim|наименьш|с\s+конца)"
ORDINAL_BIG = [(n, re.compile(rf"(?<!\w)(?:{form})[\s-]+(?:the\s+)?{_BIG}\w*")) for n, form in ORDINAL]
ORDINAL_SMALL = [
    (
        n,
        re.compile(
            rf"(?<!\w)(?:{form})[\s-]+(?:the\s+)?{_SMALL}\w*|(?<!\w)(?:{form})\s+сам\w+\s+(?:маленьк|низк|"
            rf"мал)\w*"
        ),
    )
    for n, form in ORDINAL
]
TOP = re.compile(
    r"(?:top|топ|largest|biggest|highest|наибольши\w|крупнейши\w|самы[ех]\s+(?:больши|высоки|"
    r"крупны)\w)[\s-]+(?P<n>three|two|five|four|тр\w+|дв\w+|пят\w+|<n\d+>)"
    r"|(?P<n2>three|two|five|four|три|две|два|пять|четыре|<n\d+>)\s+(?:largest|biggest|highest|самы[ех]|"
    r"наибольши\w|крупнейши\w)"
)
ORDER = pattern("order")

MAXIMUM = pattern("maximum")
MINIMUM = pattern("minimum")
MEAN = pattern("mean")
MEDIAN = pattern("median")
SUM = pattern("sum")
STD = pattern("std")
SPREAD = pattern("spread")
SLOPE = pattern("slope")
AREA = pattern("area")
TREND = pattern("trend")
FIRST = pattern("first")
LAST = pattern("last")
SHARE = pattern("share")
CHANGE = pattern("change")
DIFFERENCE = pattern("difference")
WHICH_MORE = re.compile(
    rf"(?:which|what|who|что|котор\w+|какая|какой|какое|где|у\s+кого)(?:\s+\S+){{0,6}}?\s+(?:higher|larger|"
    rf"bigger|greater|more|lower|smaller|less|больше|выше|меньше|ниже)\b.*{THING}.*(?:\bor\b|\bили\b|"
    rf"\band\b|\bи\b|,|\bv\w*\b).*{THING}"
    rf"|{THING}\s*(?:or|или)\s*{THING}"
)
# "Is the price of A or of B larger", «A или B: где больше»: two things, and a word that sets one above.
EITHER = re.compile(rf"{THING}\W{{0,3}}(?:or|или)\s+(?:[^\W\d_]+\s+){{0,3}}[\"]?{THING}")
EITHER_PLACE = re.compile(rf"{PLACE}\W{{0,3}}(?:or|или)\s+(?:[^\W\d_]+\s+){{0,3}}[\"]?{PLACE}")
_UP = (
    r"(?:increas\w*|ris(?:e|es|ing|en)|rose|grow\w*|grew|up(?:wards?)?|"
    r"раст\w*|рос\w*|возраст\w*|увелич\w*|повыш\w*|вверх)"
)
_DOWN = (
    r"(?:decreas\w*|fall\w*|fell|declin\w*|drop\w*|reduc\w*|down(?:wards?)?|shrink\w*|пада\w*|упал\w*|убыва\w*|"
    r"сниж\w*|сниз\w*|уменьш\w*|понижа\w*|вниз)"
)
EITHER_WAY = re.compile(
    rf"(?<!\w){_UP}(?:\s*(?:,|/)\s*|\s+)(?:or|или|либо|/|and|и)?\s*(?:does\s+it\s+|is\s+it\s+|он\w?\s+)?{_DOWN}(?!\w)"
    rf"|(?<!\w){_DOWN}(?:\s*(?:,|/)\s*|\s+)(?:or|или|либо|/|and|и)?\s*(?:does\s+it\s+|is\s+it\s+|он\w?\s+)?{_UP}(?!\w)"
)
HOW_MUCH = re.compile(
    r"how much|how many|by what|by how|сколько|насколько|differen|разниц|разност|"
    r"(?:what|which|как\w+) (?:percent|процент)"
)
RATIO = pattern("ratio")
PERCENT = pattern("percent")
UNKNOWN = pattern("unknown")

ABOVE_LEVEL = (
    r"(?:exceed\w*|surpass\w*|above|over|more\s+than|greater\s+than|higher\s+than|larger\s+than|"
    r"bigger\s+than|at\s+least|upwards?\s+of|tops|topped|"
    r"(?:climb|go|goes|went|ris|rose|grow|grew|get|got|mov|jump|shoot|shot)\w*\s+(?:past|beyond)|"
    r"rises?\s+to|rose\s+to|grows?\s+to|grew\s+to|climbs?\s+to|превы\w+|больше|выше|более|свыше|не\s+менее|"
    r"не\s+меньше|вырос\w*\s+до|"
    r"поднял\w*\s+до|достига\w+\s+более|>|≥)"
)
BELOW_LEVEL = (
    r"(?:below|under|less\s+than|fewer\s+than|lower\s+than|smaller\s+than|at\s+most|drops?\s+to|"
    r"dropped\s+to|falls?\s+to|fell\s+to|declines?\s+to|"
    r"declined\s+to|decreases?\s+to|decreased\s+to|down\s+to|ниже|меньше|менее|не\s+более|не\s+больше|"
    r"опуска\w+\s+до|опустил\w+\s+до|упад\w+\s+до|упал\w*\s+до|"
    r"пада\w+\s+до|сниз\w+\s+до|снижа\w+\s+до|уменьш\w+\s+до|до\s+уровня|≤)"
)
EQUAL_LEVEL = (
    r"(?:reach\w*|equals?|equal\s+to|hits?|cross\w*|pass(?:es|ed)?|attain\w*|touch\w*|=|is\s+exactly|"
    r"достиг\w*|равн\w*|равен|составля\w*|составит|составил\w*|"
    r"пересека\w*|становит\w*|принима\w*|проходит\s+(?:через|уровень)|level|уровн\w+|порог\w*|threshold|"
    r"value\s+of)"
)
FILLER = (
    r"(?:\s+(?:the|a|an|of|to|at|level|value|mark|threshold|line|exactly|about|approximately|уровн\w+|уровень|"
    r"значени\w+|отметк\w+|порог\w*|"
    r"величин\w+|до|через|в|на|y|у)|\s*=)*\s*"
)
ZERO = re.compile(r"(?<!\w)(?:zero|нол[ьяюе]|нул[ьяюей]\w*)(?!\w)")
COVERS = pattern("covers")
PLACED = [
    (
        n,
        re.compile(
            rf"(?:rank\w*|comes?|is|stands?|занима\w+|на|стоит)\s+(?:in\s+)?(?:the\s+)?(?:{form})"
            r"(?:\s+(?:place|position|мест\w+))?\s*(?:(?:by|in|for|with|по|в)\b.*)?[?.!]*$"
            rf"|(?:{form})\s+(?:place|position|мест\w+)"
        ),
    )
    for n, form in ORDINAL
]
POINTS_OF_PERCENT = re.compile(r"percentage\s+points?|процентн\w+\s+пункт\w*|п\.\s?п\.")
EXPLICIT_TREND = pattern("explicit_trend")
EXCEEDED = re.compile(
    r"<(n\d+)>(?:\s+(?:is|was|be|been|first|ever|first\s+time|впервые|был[аио]?|будет))*\s+"
    r"(?:(?P<above>exceed\w*|surpass\w*|превыш\w+)|(?P<equal>reached|passed|crossed|attained|достигнут\w*|пройден\w*))"
    r"(?!\s+<n)"
)
# "Is A above B": one thing beside another, no level.
BESIDE = re.compile(
    rf"{THING}(?:\s+(?:[^\W\d_]+|<[an]\d+>)){{0,4}}?\s+(?:(?P<above>above|over|ahead\s+of|exceed\w*|surpass\w*|outperform\w*|выше|"
    rf"больше|впереди|превы\w+|превосход\w+|опереж\w+)|"
    rf"(?P<below>below|under|beneath|behind|ниже|меньше|позади))\s+(?:(?:the|that\s+of|чем|у)\s+)*{THING}"
    rf"|(?P<verb>превы\w+|превосход\w+|опереж\w+)\s+ли\s+{THING}\s+{THING}"
)
IS_IT = re.compile(
    r"^(?:[^,]{1,40},\s*)?(?:is|was|were|are|does|did|do|has|had|правда\s+ли|верно\s+ли)(?!\w)|(?<!\w)ли(?!\w)"
)
MEANS = re.compile(r"(?<!\w)(do|does|did)\s+((?:\S+\s+){1,6}?)mean(?!\s+(?:of|value|<))(?!\w)")
LETTER_ASKED = re.compile(
    r"(?:what\s+(?:does|do)\s+(?:the\s+)?(?P<a>[xyху])\s+(?:denote|represent|show|stand\s+for|display|measure)|"
    r"(?:variable|quantity|measure|what)\s+(?:(?:is|are|plotted|shown|drawn)\s+)*(?:on|along)\s+(?:the\s+)?(?P<c>[xyху])(?!\w)(?!\s*=)|"
    r"что\s+(?:такое|означает|обозначает|показывает|отложено\s+по|значит)\s+(?P<b>[xyху])(?!\w))"
)

# Rows of a grid by their ends: "b between 0 and 10".
RANGE_OF_CELLS = re.compile(
    r"<(a\d+)>\s*(?:is\s+|lies\s+|in\s+|values?\s+|лежит\s+)*(?:between|from|от|с|между|в\s+пределах|=)?\s*"
    r"<(n\d+)>\s*(?:-|and|to|до|по|и)\s*<(n\d+)>"
)
MORE = pattern("more")
LESS = pattern("less")
WHICH = re.compile(r"(?<!\w)(?:which|what|whose|who|кого|кому|чей|чья|чье|как\w{1,3}|котор\w+|где|кто)(?!\w)")
MOST_MARKS = re.compile(
    r"(?:most|fewest)\s+(?:data\s+)?(?:points|marks|observations|dots)|(?:больше|меньше)\s+всего\s+(?:точек|наблюдений)"
)
