"""Numbers and dates go into sentences of both languages and come out the same."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter.figures.words import dates, forms, numbers


@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e30, max_value=1e30),
    st.sampled_from(["en", "ru"]),
)
def test_a_number_comes_out_of_a_sentence_as_it_went_in(value, language):
    if abs(value) < 1e-30:
        value = 0.0
    sentence = f"x = {forms.number(value, language)} m, or so."
    found = numbers.find(sentence, language)
    assert len(found) == 1
    assert found[0].value == pytest.approx(value, rel=5.1e-5)


@given(st.integers(-999_999_999, 999_999_999), st.sampled_from(["en", "ru"]))
def test_a_whole_number_is_written_in_full(value, language):
    assert numbers.find(forms.number(float(value), language), language)[0].value == value


@pytest.mark.parametrize(
    ("value", "english", "russian"),
    [
        (0, "0", "0"),
        (1234, "1234", "1234"),
        (12345, "12\u202f345", "12\u202f345"),
        (1234567.0, "1\u202f234\u202f567", "1\u202f234\u202f567"),
        (0.123456, "0.12346", "0,12346"),
        (-2.5, "−2.5", "−2,5"),
        (1.5e-7, "1.5×10⁻⁷", "1,5·10⁻⁷"),
        (3.2e12, "3.2×10¹²", "3,2·10¹²"),
        (math.nan, "–", "–"),
    ],
)
def test_a_number_is_written_as_its_language_does(value, english, russian):
    assert (forms.number(value, "en"), forms.number(value, "ru")) == (english, russian)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1 234,5 и 1,234", [1234.5, 1.234]),
        ("at 1,234 and 1,234.5 or 12,345,678", [1234, 1234.5, 12345678]),
        ("1.2e-3, 1,2·10⁻³, 5×10^4", [0.0012, 0.0012, 50000]),
        ("10⁻³ and 10^6", [0.001, 1e6]),
        ("2 млн, 3,5 тыс. и 1 млрд", [2e6, 3500, 1e9]),
        ("2 million and 3 thousand", [2e6, 3000]),
        ("50 %, 12.5% and 7 percent", [50, 12.5, 7]),
        ("-3 и −4,5", [-3, -4.5]),
        ("5-7 and 2020–2022", [5, 7, 2020, 2022]),
        ("0.5, .25", [0.5, 0.25]),
        ("ends with 5.", [5]),
        ("v2 и x1", []),
        ("no numbers", []),
        ("in 2020 100 units", [2020, 100]),
    ],
)
def test_numbers_are_found_as_people_write_them(text, values):
    assert [one.value for one in numbers.find(text)] == pytest.approx(values)


def test_a_number_knows_its_last_digit_and_its_per_cent():
    one, two = numbers.find("12.50 and 3 %")
    assert (one.half, one.percent) == (pytest.approx(0.005), False)
    assert (two.half, two.percent) == (0.5, True)


@given(st.text(max_size=200))
def test_any_text_is_searched_without_harm(text):
    assert all(one.start < one.end <= len(text) for one in numbers.find(text))
    dates.find(text)


@given(st.dates(min_value=date(1500, 1, 1), max_value=date(2199, 12, 31)), st.sampled_from(["en", "ru"]))
def test_a_date_comes_out_of_a_sentence_as_it_went_in(day, language):
    sentence = f"it was {forms.moment(day.isoformat(), language)} then".casefold()
    assert [when.start for _start, _end, when in dates.find(sentence)] == [day.isoformat()]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("в марте 2024 года", ["2024-03"]),
        ("5 марта 2024 г. и 05.03.2024", ["2024-03-05", "2024-03-05"]),
        ("march 5, 2024 or 5th of march 2024", ["2024-03-05", "2024-03-05"]),
        ("in june of 2021", ["2021-06"]),
        ("2024-03-05t10:00", ["2024-03-05T10:00"]),
        ("q2 2023", ["2023-04-01"]),
        ("ii квартал 2023", ["2023-04-01"]),
        ("во втором квартале 2023 года", ["2023-04-01"]),
        ("между 2020 и 2022 гг.", ["2020", "2022"]),
        ("2020-2022", ["2020", "2022"]),
        ("31.02.2024", []),
        ("at 2000.5 m", []),
    ],
)
def test_dates_are_found_as_people_write_them(text, starts):
    assert [when.start for _start, _end, when in dates.find(text) if when.start] == starts


def test_a_month_alone_has_no_year():
    assert [when.month for _start, _end, when in dates.find("в январе и в мае")] == [1, 5]


@pytest.mark.parametrize(
    ("iso", "english", "russian"),
    [
        ("2024-03-05", "5 March 2024", "5 марта 2024 г."),
        ("2024-03", "March 2024", "март 2024 г."),
        ("2024", "2024", "2024 г."),
        ("2024-03-05T10:30:00", "5 March 2024, 10:30", "5 марта 2024 г., 10:30"),
        ("not a date", "not a date", "not a date"),
    ],
)
def test_a_date_is_written_as_its_language_does(iso, english, russian):
    assert (forms.moment(iso, "en"), forms.moment(iso, "ru")) == (english, russian)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Какой максимум?", "ru"),
        ("What is the maximum?", "en"),
        ("Каков максимум “Miles per gallon by origin and year”?", "ru"),
        ("What is the maximum of «Дебит нефти, м³/сут»?", "en"),
        ("Максимум GR?", "ru"),
        ("123", "en"),
        ("", "en"),
        ("«Дебит»", "ru"),
    ],
)
def test_the_language_of_a_question_is_that_of_its_own_words(text, language):
    assert forms.language_of(text) == language
