"""The words by which Russian and English questions ask: one pattern an idea, over plain text with tokens."""

from __future__ import annotations

import re

S, C, A, V, N = (rf"<{kind}\d+>" for kind in "scavn")
PLACE = r"<[cn]\d+>"
THING = r"<[sc]\d+>"
_W = r"[^\W\d_]*"


def _words(text: str) -> re.Pattern[str]:
    """A pattern of words: ``*`` behind a letter stands for any ending, ``_`` for any space."""
    parts = [
        re.sub(r"(?<!\\w)(?<![.)\]])\*", lambda _star: _W, part.replace("_", r"\s+")) for part in text.split()
    ]
    return re.compile(r"(?<![^\W_])(?:" + "|".join(parts) + r")(?![^\W_])")


DESCRIBE = _words(
    "describe summari[sz]e summary interpret explain_(?:this|the|what) what_does_(?:this|the)_(?:figure|"
    "chart|plot|graph|"
    "diagram|picture|image)_(?:show|depict|represent|tell|display|illustrate)\\w* what_is_(?:shown|depicted|"
    "displayed|plotted)"
    "(?:_(?:here|in|on)_.*)? what_is_(?:this|the)_(?:figure|chart|plot|graph|diagram)_about "
    "tell_me_about_(?:this|the)_\\w+ "
    "what_do_you_see alt_text опиши* описать описание расскажи* поясни* объясни_(?:этот|что|график|рисунок|"
    "диаграмму) "
    "что_(?:изображен*|показан*|нарисован*|представлен*|видно)(?:_(?:здесь|тут|на_.*))? "
    "что_на_(?:этом_)?(?:графике|рисунке|диаграмме|картинке) "
    "о_ч[ее]м_(?:этот_)?(?:график|рисунок|диаграмма) что_показыва\\w+_(?:этот_|эта_)?(?:график|рисунок|"
    "диаграмма)"
)
TITLE = _words(
    "title titled called heading caption headline заголов* названи*_(?:у_)?(?:график*|рисунк*|диаграмм*|"
    "панел*|figure|chart) "
    "(?:график*|рисунк*|диаграмм*|панел*)_назыв* как_назыв*_(?:этот_|эта_)?(?:график*|рисун*|диаграмм*|"
    "панел*) "
    "как_(?:озаглавлен*|подписан_график|называется) какое_название name_of_(?:the|this)_(?:chart|plot|"
    "figure|graph|diagram)"
)
AXIS_X = _words(
    "x[-\\s]?axis x_axes axis_x horizontal_axis bottom_axis abscissa оси?_x ось_x осью_x x[-\\s]ось оси?_х "
    "ось_х осью_х осей_х абсцисс* "
    "горизонтальн*_(?:ос\\w*|шкал\\w*) ос\\w+_абсцисс along_x по_(?:оси_)?x по_(?:оси_)?х нижн*_ос\\w*"
)
AXIS_Y = _words(
    "y[-\\s]?axis y_axes axis_y vertical_axis left_axis ordinate ос\\w*_y ос\\w*_у y[-\\s]ось ординат* "
    "вертикальн*_(?:ос\\w*|шкал\\w*) "
    "along_y по_оси_y по_оси_у лев*_ос\\w*"
)
AXIS_Y2 = _words(
    "right_axis secondary_(?:y[-\\s]?)?axis second_(?:y[-\\s]?)?axis right[-\\s]hand_axis y2 прав*_ос\\w* "
    "втор*_ос\\w* "
    "вспомогательн*_ос\\w* дополнительн*_ос\\w*"
)
AXIS_COLOUR = _words("colou?r[-\\s]?bar colou?r_scale colou?r_axis цветов*_шкал* шкал*_цвет* colou?r_legend")
AXES = _words("axes axis оси осях осей осям ось")
UNITS = _words(
    "units? unit_of единиц* размерност* measured_in в_ч[ее]м_измеря* (?:in|на|в)_(?:which|what|каких|"
    "какой)_единиц* "
    "в_каких_величинах"
)
LOG = _words("log logarithmic log[-\\s]scale[d]? scale логарифмическ* масштаб* шкал* linear линейн*")
INVERTED = _words("inverted reversed upside_down инвертир* перев[ее]рнут* обратн*_направлен*")
RANGE_OF_AXIS = _words("range limits? extent from_what_to_what диапазон* предел* границ*")
LABEL = _words(
    "label\\w* show\\w* represent\\w* display\\w* denote\\w* mean stand_for on what_is подпис* обозначен* "
    "показ* отлож* "
    "представлен* отображ* изображ* что какая какое"
)

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
COUNT_SHOWN = re.compile(
    rf"{HOW_MANY}\s+(?:of\s+the\s+|different\s+|distinct\s+|various\s+|различных\s+|разных\s+)*"
    r"(?P<what><a\d+>|[^\W\d_]+)(?:\s+(?:are|is|were|in|on|на|в|всего|shown|plotted|displayed|compared|"
    r"показан\w*|изображен\w*|представлен\w*|сравнива\w*)(?!\w)[^<]*)?$"
)
COUNT_ANY = re.compile(
    r"(?<!\w)(?:how\s+many|number\s+of|in\s+how\s+many|сколько|количество|число|во?\s+скольки(?:х)?|"
    r"у\s+скольких)(?!\w)"
)
CATEGORIES = _words("categories category категори* groups bars столб* slices сектор*")
LEGEND = _words(
    "(?:назов|перечисл)\\w+_(?:все_)?(?:серии|линии|кривые|ряды) "
    "legend легенд* (?:which|what)_(?:series|lines|curves|traces)_(?:are|is)\\w* list_(?:the_|"
    "all_)?(?:series|lines|curves) name_(?:the_|all_)?(?:series|lines|curves) "
    "какие_(?:серии|линии|кривые|ряды|графики)(?!_(?:пересек|выше|ниже|раст))* what_is_plotted "
    "which_variables"
)
KIND = _words(
    "(?:type|kind|sort)_of_(?:a_)?(?:chart|plot|graph|figure|diagram|visuali[sz]ation) (?:chart|plot|graph|"
    "diagram|figure)_type "
    "тип*_(?:этого_|данного_)?(?:график*|диаграмм*|рисунк*|визуализац*) вид*_(?:этого_)?(?:график*|"
    "диаграмм*|рисунк*) "
    "какого_типа как*_(?:это_)?(?:тип|вид) как*_это_(?:график|диаграмма) что_это_за_(?:график|диаграмма) "
    "is_(?:this|it)_a_(?:bar|line|scatter|pie|box|area)\\w*_?(?:chart|plot|graph)? как*_(?:график|"
    "диаграмма)_(?:изображ*|показан*|это|построен*)"
)
REFERENCES = _words(
    "reference_lines? threshold_lines? (?:horizontal|vertical|dashed|dotted)_(?:dashed_|dotted_|reference_|"
    "red_)?lines? "
    "опорн*_лини* пунктирн*_лини* горизонтальн*_лини* вертикальн*_лини* порогов*_лини* штрихов*_лини* "
    "reference"
)
NOTES = _words(
    "annotat\\w* notes? text_(?:written|labels?|in|on) callouts? аннотац* пометк* выноск* надпис* примечан* "
    "подписан*_(?:точк|текст)\\w*"
)
COLOUR_OF = _words(
    "what_colou?r which_colou?r colou?r_of как*_цвет* цвет_(?:линии|кривой|столб|серии)\\w* цвет"
)
REPRESENTS = _words(
    "represent\\w* show\\w* stand\\w*_for denote\\w* mean\\w* correspond\\w* обознач* показыва* соответств* "
    "означа* отображ* what_is что_(?:это|такое) which_series"
)

FIT = _words(
    "fit\\w* regress\\w* approximat\\w* best[-\\s]fit trend[-\\s]?line r2 r-?squared r_squared аппроксим* "
    "регресс* подбер* подогн* "
    "уравнени* equation детерминац* лини*_тренда"
)
EXPONENTIAL = _words("exponen\\w* экспонен*")
POWER = _words("power_(?:law|function|fit|model)? power-law степенн*")
LOGARITHMIC = _words("logarithm\\w* log_(?:fit|function|model) логарифм*")
QUADRATIC = _words(
    "quadratic parabol\\w* second[-\\s](?:degree|order) квадратичн* парабол* второй_степени второго_порядка"
)
CUBIC = _words("cubic third[-\\s](?:degree|order) кубическ* третьей_степени третьего_порядка")
POLYNOMIAL = _words("polynomial\\w* полином* многочлен*")
CORRELATION = _words(
    "related relationship "
    "correlat\\w* коррел* relationship_between relation_between связ\\w+_между зависимость_между "
    "взаимосвяз* associated_with related_to pearson пирсон* "
    "(?:positive|negative)_relationship связан*"
)
OUTLIERS = _words("outlier\\w* anomal\\w* выброс* аномал* выбива*")
MEET = _words(
    "intersect\\w* cross(?:es|ing|ings|over|_over|ed)? meets? meeting overtak\\w* пересек* пересеч* сравня* "
    "сравнива*_(?:между) "
    "совпада* встреча* become_equal becomes_equal are_equal equal обгон* обогн* crossover"
)
EXCEEDS = _words(
    "exceed\\w* surpass\\w* overtak\\w* above over higher greater larger превы* выше больше обгон* обогн* "
    "более"
)
BELOWS = _words("below under lower less smaller ниже меньше менее")

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
ORDER = _words(
    "rank\\w* sort\\w* order descending ascending ранжир* упорядоч* отсортир* расположи* по_убыванию "
    "по_возрастанию"
)

MAXIMUM = _words(
    "warmest hottest heaviest oldest richest busiest wettest costliest (?:теплее|дороже|жарче|тяжелее|"
    "чаще)_все(?:го|х) "
    "max maxima maximum maximal\\w* maximi\\w* highest largest biggest greatest peak\\w* most tallest "
    "topmost longest best top most_popular "
    "максим* макс наибольш* наивысш* пик* рекордн* крупнейш* сам*_(?:больш|высок|крупн|длинн|популярн)\\w* "
    "(?:выше|больше|длиннее|крупнее)_все(?:го|х) "
    "чаще_всего наиболее_(?:высок|больш|крупн|част)\\w* самый_пик "
    "record upper_(?:limit|bound) leads? leading leader (?:rank|come)s?_first first_place лидир* лидер* "
    "(?:на|занима\\w+)_перв\\w+_мест\\w+ how_high_(?:does|do|did|has|have|can) "
    "до_как\\w+_(?:значени\\w+|уровн\\w+|величин\\w+)_(?:поднима|подня|раст|повыша|доход|вырос)\\w*"
)
MINIMUM = _words(
    "coldest cheapest lightest youngest poorest driest (?:холоднее|дешевле|легче)_все(?:го|х) "
    "min minima minimum minimal\\w* lowest smallest least fewest shortest bottommost worst миним* мин "
    "наименьш* наинизш* наиниж* "
    "сам*_(?:маленьк|низк|мал|коротк|меньш)\\w* (?:меньше|ниже|короче|реже)_все(?:го|х) "
    "trough lower_(?:limit|bound) (?:rank|come)s?_last last_place "
    "(?:на|занима\\w+)_последн\\w+_мест\\w+ "
    "bottom(?:s|ed|ing)?_out how_low_(?:does|do|did|has|have|can) "
    "до_как\\w+_(?:значени\\w+|уровн\\w+|величин\\w+)_(?:опуска|опусти|пада|упал|сниж|сниз)\\w*"
)
MEAN = _words("average\\w* mean avg средн* усредн*")
MEDIAN = _words("median\\w* медиан*")
SUM = _words(
    "total\\w* sum summed add(?:s|ed|ing)?_(?:\\w+_){0,3}?up add(?:s|ed|ing)?_up altogether combined сумм* "
    "просуммир* сложи* сложить итог* (?<!е\\s)всего суммарн* общ(?:ий|ая|ее|ую|его|ей) "
    "в_сумме накоплен*"
)
STD = _words("standard_deviation std stdev среднеквадрат* стандартн*_отклонен* ско сигм*")
SPREAD = _words(
    "в_каком_диапазоне (?:what|which)_range "
    "spread range_of range_between range amplitude разброс* размах* амплитуд* диапазон*_(?:значен*|"
    "изменен*) difference_between_(?:the_)?(?:max\\w*|highest|largest)_(?:value_)?and_(?:the_)?(?:min\\w*|"
    "lowest|smallest) "
    "разниц*_между_(?:максим*|наибольш*|сам*_больш*)_(?:значени*_)?и_(?:миним*|наименьш*|сам*_маленьк*) "
    "в_каких_пределах"
)
SLOPE = _words(
    "slope gradient rate_of_(?:change|growth|decline|increase|decrease) how_(?:fast|quickly|rapidly) "
    "наклон* углов*_коэффициент* скорост*_(?:изменен|рост|паден|сниж|прирост|увелич)\\w* "
    "темп* как_быстро с_какой_скоростью"
)
AREA = _words(
    "area_under integral integrate\\w* area_below площад*_под интеграл* проинтегр* cumulative_(?:production|"
    "volume)_from"
)
TREND = _words(
    "(?:which|what)_(?:direction|way)(?!_is) "
    "trend\\w* increas\\w* decreas\\w* rising rise rises risen falling fall falls fell declin\\w* grow\\w* "
    "grew drop\\w* go_up going_up go_down going_down upward downward evolve\\w* "
    "how_(?:does|did|do|has|have)_.{1,60}_(?:change|vary|behave|develop)\\w* тренд* тенденц* раст[ее]т "
    "растут рос росл\\w* пада* упал* возраста(?:ет|ют|л|ни|ющ)\\w* убыва* снижа* снизил* увеличива* "
    "увеличил* "
    "уменьша* уменьшил* динамик* как_(?:меня|измен|вед)\\w+ монотон* monoton\\w*"
)
FIRST = _words(
    "first initial\\w* starting start beginning earliest at_the_start первое_значени* первого_значени* "
    "начальн* в_начале первоначальн* стартов* сначала"
)
LAST = _words(
    "last final\\w* ending end_value at_the_end latest most_recent последн* конечн* в_конце "
    "итогов*_значени* текущ* final"
)
SHARE = _words(
    "share shares proportion fraction percent_of percentage_of per_cent_of portion (?:what|which)_"
    "(?:percentage|percent|per_cent) (?:what|which)_part how_(?:many|much)_(?:percent|per_cent) "
    "(?:part|much|percent|per_cent|percentage)_of_(?:the_)?(?:total|whole) доля долю доли долей "
    "процент*_(?:от|составля*|приход*|занима*) (?:сколько|какой|как*|каков)_(?:это_)?процент* как*_часть "
    "удельн*_вес*"
)
CHANGE = _words(
    "chang\\w* drop\\w* fall\\w* fell declin\\w* decreas\\w* increas\\w* rise rose risen grow\\w* grew "
    "gain\\w* lose lost reduc\\w* измен* упал* пада* сниз* снижа* вырос* раст* возрос* "
    "увелич* уменьш* прирос* прирост* рост* рос падени* снижени* сократ*"
)
DIFFERENCE = _words(
    "minus separat\\w* how_far_(?:apart|is|are|do|does) subtract\\w* вычти* вычесть минус "
    "difference differ\\w* gap "
    "compare\\w* comparison versus how_much_(?:more|less|higher|lower|greater|"
    "larger|bigger|smaller|taller|longer) "
    "how_many_(?:more|fewer|times) by_how_much by_what ratio times_(?:more|higher|greater|larger|bigger|as) "
    "разниц* разност* отлича* отличи* сравн* на_сколько насколько "
    "во_сколько отношени* больше_чем меньше_чем выше_чем ниже_чем (?:higher|lower|greater|larger|smaller|"
    "bigger|more|less)_than соотношени*"
)
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
RATIO = _words(
    "how_many_times во_сколько ratio times_(?:more|higher|greater|larger|bigger|as) отношени* соотношени* "
    "times"
)
PERCENT = _words("percent\\w* per_cent процент* %")
UNKNOWN = _words(
    "fastest steepest quickest быстрее_всего наиболее_быстр* круче_всего predict\\w* forecast_for "
    "extrapolat\\w* спрогнозир* предскаж* why почему зачем how_long как_долго"
)

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
COVERS = _words(
    "(?:time|date|which|what)_(?:period|range|span|interval) "
    "(?:как\\w+|за_какой)_(?:период|промежуток|интервал_времени|временной)\\w*"
)
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
EXPLICIT_TREND = _words("trend\\w* тренд* тенденц* динамик*")
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

MORE = re.compile(
    r"(?<!\w)(?:higher|greater|larger|bigger|more|warmer|heavier|hotter|older|taller|больше|выше|крупнее|длиннее|теплее|"
    r"тяжелее|дороже|старше)(?!\w)"
)
LESS = re.compile(
    r"(?<!\w)(?:lower|smaller|less|fewer|colder|lighter|cheaper|younger|shorter|меньше|ниже|короче|холоднее|легче|"
    r"дешевле|моложе)(?!\w)"
)
WHICH = re.compile(r"(?<!\w)(?:which|what|whose|who|кого|кому|чей|чья|чье|как\w{1,3}|котор\w+|где|кто)(?!\w)")
MOST_MARKS = re.compile(
    r"(?:most|fewest)\s+(?:data\s+)?(?:points|marks|observations|dots)|(?:больше|меньше)\s+всего\s+(?:точек|наблюдений)"
)
