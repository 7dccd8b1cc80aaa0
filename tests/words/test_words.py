"""One way to show words: what is shown, what never comes out, and that nothing is lost."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from rusoil_jupyter.markdown import blocks, fenced, literal, parts, plain, render, safe_markdown, text
from rusoil_jupyter.markdown.parser import ANSWER
from tests.words.mixtures import COUNT, mixture
from tests.words.pages import Page, strangers

HERE = Path(__file__).parent
CASES = json.loads((HERE / "cases.json").read_text("utf-8"))
NAMES = [case["name"] for case in CASES]
WITH_HTML = MarkdownIt("js-default", {"html": True})
# Whoever opens an exported session: the second one is as trusting as a markdown renderer can be.
RENDERERS = {"nbconvert": markdown2html_mistune, "markdown-it with HTML on": WITH_HTML.render}


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_what_is_shown_of_a_source(case):
    assert render(case["source"]) == case["html"]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_cases_hold_no_element_of_their_own(case):
    assert strangers(case["html"]) == []


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_an_exported_answer_reads_the_same_anywhere(case, renderer):
    elsewhere = Page(RENDERERS[renderer](safe_markdown(case["source"])))
    assert elsewhere.dangers == []
    assert words(Page(case["html"]).text) - words(elsewhere.text) == Counter()


def words(letters: str) -> Counter[str]:
    """The words of a page. A formula's are not counted: its marks differ."""
    return Counter(
        re.findall(r"[^\W\d_]{2,}", re.sub(r"\\[a-z]+|\\[(\[].*?\\[)\]]", "", letters, flags=re.S))
    )


# --- the proof ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rendered() -> list[str]:
    return [render(mixture(seed)) for seed in range(COUNT)]


def test_no_mixture_brings_an_element_into_a_page(rendered):
    assert [seed for seed, html in enumerate(rendered) if strangers(html)] == []


@pytest.fixture(scope="module")
def exported() -> list[str]:
    return [safe_markdown(mixture(seed)) for seed in range(COUNT)]


@pytest.mark.parametrize("renderer", RENDERERS)
def test_no_exported_mixture_runs_or_fetches_anything(exported, renderer):
    dangers = ((seed, Page(RENDERERS[renderer](one)).dangers) for seed, one in enumerate(exported))
    assert [found for found in dangers if found[1]] == []


def test_the_panel_renders_all_of_it_alike(rendered):
    sources = [*(mixture(seed) for seed in range(COUNT)), *(case["source"] for case in CASES)]
    lines = "".join(json.dumps(source) + "\n" for source in sources)
    node = subprocess.run(
        ["node", HERE / "node.cjs"], input=lines, capture_output=True, text=True, check=True, timeout=170
    )
    panel = [json.loads(line) for line in node.stdout.split("\n")[:-1]]
    ours = [*rendered, *(case["html"] for case in CASES)]
    assert [sources[at] for at, (a, b) in enumerate(zip(panel, ours, strict=True)) if a != b] == []


# --- properties --------------------------------------------------------------------------------------

letters = st.text(
    st.characters(codec=None) | st.sampled_from(list("`*_~[]()<>!$\\&|#-+=:;{}\"'\n \t01x")), max_size=200
)
word = st.integers(100, 999).map("w{}w".format)
AROUND = (
    *("{}", "**{}**", "*{}*", "~~{}~~", "`{}`", "$x$ {}", "\\({}\\)", "{} <b>", "<{}>", "`<b> {} `", "\\[{}"),
    *("[{}](https://b.example)", "![{}](http://a.example/p)", "[{}](javascript:x)", "&lt;{}", "*{}", "`{}"),
    *("${}", "{}$", "$5 {}", "[{}", "{}]", "!{}", "\\{}", "{}\\"),
)
BLOCKS = (
    *(
        "{}",
        "# {}",
        "- {}",
        "1. {}",
        "> {}",
        "```\n{}\n```",
        "    {}",
        "|{}|\n|-|\n|{}|",
        "$$\n{}\n$$",
        "{}\n===",
    ),
    *(
        "<div>{}</div>",
        "- a\n\n  {}",
        "> - {}",
        "```markdown\n```py\n{}\n```\n{}\n```",
        "1. a\n   ```\n   {}\n   ```",
    ),
)
line = st.lists(st.tuples(st.sampled_from(AROUND), word), min_size=1, max_size=6)
document = st.lists(st.tuples(st.sampled_from(BLOCKS), line), max_size=6)


@given(letters)
def test_no_text_brings_an_element_into_a_page(source):
    assert strangers(render(source)) == []
    markdown = safe_markdown(source)
    assert all(Page(elsewhere(markdown)).dangers == [] for elsewhere in RENDERERS.values())


@given(document)
def test_no_word_is_lost(parts_of_document):
    source, put = "", []
    for frame, pieces in parts_of_document:
        said = " ".join(mark.format(name) for mark, name in pieces)
        source += frame.replace("{}", said) + "\n\n"
        put += [name for _, name in pieces] * frame.count("{}")
    assert re.findall(r"w\d+w", Page(render(source)).text) == put
    markdown = safe_markdown(source)
    for elsewhere in RENDERERS.values():
        assert re.findall(r"w\d+w", Page(elsewhere(markdown)).text) == put


@given(letters)
def test_words_that_are_no_markdown_are_letters_everywhere(source):
    assert set('<>"') & set(text(source)) == set()
    seen = "".join(Page(WITH_HTML.render(f"# {literal(source)}")).text.split())
    assert seen == "".join(plain(source).split())


@given(letters)
def test_a_fence_holds_any_code(code):
    (block,) = blocks(fenced(code, "python"))
    assert (block.language, block.code) == ("python", plain(code.replace("\r\n", "\n").replace("\r", "\n")))


@given(letters)
def test_an_exported_answer_can_be_read_again(source):
    markdown = safe_markdown(source)
    code = [(part.language, part.code) for part in parts(source) if not isinstance(part, str)]
    assert [(block.language, block.code) for block in blocks(markdown)] == code
    assert strangers(render(markdown)) == []


@given(st.lists(letters, max_size=5))
def test_letters_for_a_terminal_may_be_cut_anywhere(pieces):
    assert "".join(map(plain, pieces)) == plain("".join(pieces))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", plain("".join(pieces)))


# --- code --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Here:\n```Python title=a\nx = 1\n\ny = 2\n```\nDone.", [("python", "x = 1\n\ny = 2")]),
        ("```\na\n```\n```\nb\n```", [("", "a"), ("", "b")]),
        ("~~~py\na\n~~~", [("py", "a")]),
        ("```py\ncut", [("py", "cut")]),
        ("1. a\n\n   ```py\n   x\n   ```", [("py", "x")]),
        (
            "```markdown\n# T\n\n```bash\nrun\n```\n\nEnd\n```\nAfter.",
            [("markdown", "# T\n\n```bash\nrun\n```\n\nEnd")],
        ),
        ("\\`\\`\\`py\nno\n\\`\\`\\`", []),
        ("`` ```py `` no", []),
        ("no code", []),
    ],
)
def test_the_blocks_of_code(source, expected):
    assert [(block.language, block.code) for block in blocks(source)] == expected


def test_a_block_that_is_cut_off_says_so():
    assert [
        block.whole
        for block in blocks("```\na\n```\n~~~\n~~~\n- ```\n  x\n\n```md\n```py\n1\n```\n```\n```py\nx = 1\n")
    ] == [*(True, True, False, True, False)]


# --- time --------------------------------------------------------------------------------------------

LONG = {
    "backticks": "`",
    "growing runs of backticks": "".join("`" * count + " " for count in range(1, 300)),
    "tildes": "~",
    "odd runs beside even ones": "`` ` ",
    "emphasis": "*a **a ",
    "paragraphs of emphasis": "*a **a " * 100 + "\n\n",
    "brackets": "[",
    "paragraphs of brackets": "[" * 240 + "\n\n",
    "links that don't close": "[a](",
    "pictures that don't close": "![a](",
    "elements": "<a ",
    "opened mathematics": "\\(",
    "opened lines of mathematics": "\\[\n",
    "environments": "\\begin{align}\n",
    "dollars": "$a ",
    "groups": "$" + "{" * 900,
    "commands": "\\frac{",
    "quotations": "> ",
    "lists": "- ",
    "nested lists": "".join("  " * depth + "- n\n" for depth in range(40)),
    "fences of markdown": "```markdown\n",
    "addresses": "http://a.example/ ",
    "tables": "|a|b|\n",
    "definitions": "[a]: http://a.example\n",
    "empty lines": "\n",
}


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("show", [render, safe_markdown], ids=["page", "export"])
def test_work_grows_with_the_length_and_no_faster(name, show):
    """Four times the text costs no more than some eight times the work, whatever it is made of."""

    def cost(length: int) -> float:
        source = (LONG[name] * (length // len(LONG[name]) + 1))[:length]
        start = process_time()
        show(source)
        return process_time() - start

    assert any(cost(80_000) < 8 * cost(20_000) + 0.2 for _ in range(3))


def test_a_long_answer_is_shown_whole():
    code = "x = 1\n" * 20_000
    assert render(f"```\n{code}```").count("x = 1") == 20_000
    table = "|" + "h|" * 100 + "\n|" + "-|" * 100 + "\n" + ("|" + "c|" * 100 + "\n") * 300
    assert render(table).count("<td>c</td>") == 30_000
    assert render("*a*\n" * (ANSWER // 4 + 1)).startswith("<p>*a*<br>\n")
