"""Random mixtures of markdown, HTML, mathematics and Unicode: what a model, a file or an attacker might say.

``mixture(seed)`` is the same text for the same seed, on every machine. What it names on another host, it
names at ``attacker.example``; what it would run, sets ``window.pwned``.
"""

from __future__ import annotations

from random import Random

COUNT = 10_000
FAR = "http://attacker.example"

_WORDS = (
    *(
        "well",
        "pressure",
        "скважина",
        "дебит",
        "vector<int>",
        "a < b",
        "x_1",
        "2*3*4",
        "C:\\[a]\\(b)",
        "AT&T",
    ),
    *("$61.5", "$66", "5$", "US$7", "50%", "README.md", "snake_case_name", "!", "\\", "🛢", "e\u0301", "中"),
)
_MARKS = (
    *(
        "*",
        "**",
        "***",
        "_",
        "__",
        "~~",
        "`",
        "``",
        "```",
        "~~~",
        "````",
        "[",
        "]",
        "(",
        ")",
        "](",
        "![",
        "][",
        "]:",
    ),
    *(
        "<",
        ">",
        "</",
        "<!--",
        "-->",
        "&",
        ";",
        "|",
        "$",
        "$$",
        "$$$",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "\\\\(",
        "\\\\)",
    ),
    *(
        "{",
        "}",
        "\\",
        "\\\\",
        "#",
        "=",
        "===",
        "-",
        "---",
        "+",
        "1.",
        ":",
        "://",
        "@",
        "@@0@@",
        "^",
        "%",
        '"',
        "'",
    ),
)
_HTML = (
    f"<img src={FAR}/img onerror=window.pwned=1>",
    f'<img src="{FAR}/img">',
    "<script>window.pwned=1</script>",
    f"<script src={FAR}/script></script>",
    f"<iframe src={FAR}/frame></iframe>",
    "<svg onload=window.pwned=1>",
    f'<svg><image href="{FAR}/svg"/></svg>',
    f"<video src={FAR}/v poster={FAR}/p autoplay></video>",
    f'<div style="background:url({FAR}/style)">x</div>',
    f"<style>@import url({FAR}/import)</style>",
    f"<link rel=stylesheet href={FAR}/link>",
    "<button data-commandlinker-command=notebook:run-all-cells>go</button>",
    f"<form action={FAR}/form><input autofocus onfocus=window.pwned=1></form>",
    "<a href=javascript:window.pwned=1>x</a>",
    f'<meta http-equiv=refresh content="0;url={FAR}/meta">',
    f"<object data={FAR}/object></object>",
    "<!-- comment -->",
    "<![CDATA[ x ]]>",
    "<?x y?>",
    "<pre><code>print(1)<span style=display:none>;HIDDEN</span></code></pre>",
    "<details open ontoggle=window.pwned=1>",
    "</div></td></table></code></pre></textarea></title>",
    "<title><img src=x onerror=window.pwned=1>",
    "<b>bold</b>",
    f"&lt;img src={FAR}/entity onerror=window.pwned=1&gt;",
    "&#60;script&#62;window.pwned=1&#60;/script&#62;",
)
_LINKS = (
    f"![x]({FAR}/picture)",
    f"![]({FAR}/picture)",
    f"![x][r]\n\n[r]: {FAR}/reference",
    f"[![x]({FAR}/badge)](https://b.example)",
    "![x](data:image/svg+xml,<svg onload=window.pwned=1>)",
    "![x](attachment:x.png)",
    "[x](javascript:window.pwned=1)",
    "[x](&#106;avascript:window.pwned=1)",
    "[x](java\u0001script:window.pwned=1)",
    "[x](vbscript:x) [x](data:text/html,<script>window.pwned=1</script>)",
    "[x]\n\n[x]: javascript:window.pwned=1",
    "<javascript:window.pwned=1>",
    "[x](/lab?reset) [x](//attacker.example/x) [x](#a) [x](../a)",
    '[x](http://b.example "a\\" onmouseover=window.pwned=1 b")',
    f'[x]({FAR}/"onmouseover="window.pwned=1)',
    "[https://bank.example](https://attacker.example)",
    "<https://b.example/a?b=c&d=e>",
    "https://b.example/a_b(c)",
    "<a@b.example>",
    "[a `b](http://c.example)` d](http://e.example)",
)
_MATHEMATICS = (
    "$x$",
    "$\\frac{a}{b}$",
    "\\(q = \\frac{a_{1}}{b}\\)",
    "\\[\nQ = \\sum_i q_i\n\\]",
    "$$\na & b \\\\\n- c\n$$",
    "\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}",
    "$\\href{javascript:window.pwned=1}{x}$",
    f"$\\require{{html}}\\style{{background:url({FAR}/formula)}}{{x}}$",
    f"\\(\\includegraphics{{{FAR}/formula}}\\)",
    "$\\def\\a{\\a\\a}\\a$",
    "$\\unicode{x41}\\class{jp-Dialog}{x}\\cssId{a}{x}$",
    "$" + "\\frac{1}{" * 30 + "x" + "}" * 30 + "$",
    "$a<b onclick=window.pwned=1>c$",
    "$[x](javascript:window.pwned=1)$",
    f"$$\\text{{<img src={FAR}/text>}}$$",
    "\\begin{x}<img src=x onerror=window.pwned=1>\\end{x}",
    "x\\(\\href{javascript:window.pwned=1}{y}\\)",
)
_BLOCKS = (
    "# heading",
    "text\n===",
    "- item\n- item\n  - nested",
    "1. one\n2. two",
    "> quoted\n> > twice",
    "|a|b|\n|:-|-:|\n|1|`2|`|\n",
    "```python\nx = '<b>'\n```",
    "```html\n<script>window.pwned=1</script>\n```",
    f"```mermaid\ngraph TD\n A[\"<img src='{FAR}/label'/>\"] --> B\n```",
    "```markdown\n# T\n\n```bash\nrun me\n```\n\nEnd.\n```",
    "- a\n\n  ```\n  <img src=x onerror=window.pwned=1>\n  ```",
    "> ```\n> <img src=x onerror=window.pwned=1>",
    "    indented <img src=x onerror=window.pwned=1>",
    "``` `\n<img src=x onerror=window.pwned=1>\n````",
    "term\n: definition",
    "- [ ] to do",
    "[^1]: note",
    "---",
    "***",
)
_CHARACTERS = (
    *(
        "\n",
        "\r",
        "\r\n",
        "\n\n",
        "\t",
        "    ",
        "  \n",
        "\\\n",
        "\x00",
        "\x1b[31m",
        "\x1b]52;c;eA==\x07",
        "\x9b6n",
        "\x7f",
    ),
    *(
        "\u202e",
        "\u2066",
        "\u2069",
        "\u200b",
        "\ufeff",
        "\u2028",
        "\u00a0",
        "\ud83d",
        "\U000e0041",
        "&#x202e;",
        "&#0;",
    ),
)
_KINDS = (_WORDS, _MARKS, _HTML, _LINKS, _MATHEMATICS, _BLOCKS, _CHARACTERS)
_BETWEEN = ("", "", " ", "\n", "\n\n", "\n> ", "\n- ", "\n  ", "`", "*", "|")


def mixture(seed: int) -> str:
    """A text of one to twelve pieces."""
    random = Random(seed)
    pieces = [random.choice(random.choice(_KINDS)) for _ in range(random.randint(1, 12))]
    text = "".join(piece + random.choice(_BETWEEN) for piece in pieces)
    return _damaged(text, random) if random.random() < 0.3 else text


def _damaged(text: str, random: Random) -> str:
    """The text with some letters gone, doubled or moved."""
    letters = list(text)
    for _ in range(random.randint(1, 5)):
        place = random.randrange(len(letters) + 1)
        letters[place : place + random.randint(0, 2)] = random.choice(_MARKS)
    return "".join(letters)
