"""What is put into a question so that it asks for something else, or for nothing: in English, in Russian."""

from __future__ import annotations

INTRUDERS = {
    "an exception": ("{} except Zyx", "{} кроме Зюкс"),
    "an exclusion": ("{} without the first one", "{} не считая первого"),
    "a condition": ("{} if it rains", "{} если пойдёт дождь"),
    "a negation": ("{} not", "не {}"),
    "an instruction": ("Remove the grid and then {}", "Убери сетку и потом {}"),
    "drawing": ("Draw this: {}", "Построй линию: {}"),
    "a reason": ("Why {}", "Почему {}"),
    "a forecast": ("{} according to the forecast", "{} по прогнозу"),
    "another unit": ("{} in parsecs", "{} в парсеках"),
    "a stray noun": ("{} of giraffes", "{} жирафов"),
    "a stray number": ("{} 987654", "{} 987654"),
    "another year": ("{} in 1571", "{} в 1571 году"),
    "a power": ("{} squared", "{} в квадрате"),
}


def put_into(question: str, intruder: tuple[str, str]) -> str:
    """The question with an intruder in its own language."""
    english, russian = intruder
    is_russian = any("а" <= letter.casefold() <= "я" for letter in question)
    return (russian if is_russian else english).format(question.rstrip("?. "))
