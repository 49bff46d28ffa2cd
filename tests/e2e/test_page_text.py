"""What people and apps write is shown as meant, and never becomes markup; both themes can be read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground

OpenPage = Callable[..., Awaitable[Page]]
Control = Callable[..., Awaitable[dict[str, Any]]]

pytestmark = pytest.mark.browser

RENDER = """async ([module, name, text]) => {
    const directory = { user: id => ({ U1: { label: "Ann", name: "ann" } })[id],
                        channel: id => ({ C1: { name: "dev" } })[id] };
    const render = (await import(`/static/${module}.js`))[name];
    const box = document.createElement("div");
    box.append(...render(text, module === "mrkdwn" ? directory : 0));
    for (const node of box.querySelectorAll("*"))
        for (const attribute of [...node.attributes])
            if (!["href", "type", "start"].includes(attribute.name)) node.removeAttribute(attribute.name);
    return box.innerHTML;
}"""

MRKDWN = {
    "*bold* _it_ ~no~ `a*b*`": "<div><strong>bold</strong> <em>it</em> <s>no</s> <code>a*b*</code></div>",
    "2*3*4 and snake_case_name": "<div>2*3*4 and snake_case_name</div>",
    "*a _b_*": "<div><strong>a <em>b</em></strong></div>",
    "* not bold *": None,
    "a &lt;b&gt; &amp;amp; c": "<div>a &lt;b&gt; &amp;amp; c</div>",
    "<@U1> <@U9> <#C1|x>": '<div><span>@Ann</span> <span>@U9</span> <button type="button">#dev</button></div>',
    "<!here> <!subteam^S1|@team>": "<div><span>@here</span> <span>@team</span></div>",
    "<https://x.test/a?b=1&amp;c=2|go>": '<div><a href="https://x.test/a?b=1&amp;c=2">go</a></div>',
    "see https://x.test/a_b_c.": "<div>see https://x.test/a_b_c.</div>",
    "<javascript:alert(1)|go>": "<div>&lt;javascript:alert(1)|go&gt;</div>",
    "<data:text/html,x|go>": "<div>&lt;data:text/html,x|go&gt;</div>",
    "&gt; said\n&gt; twice\nend": "<blockquote>said<br>twice</blockquote><div>end</div>",
    "• one\n• two": "<ul><li>one</li><li>two</li></ul>",
    "1. one\n2. *two*": "<ol><li>one</li><li><strong>two</strong></li></ol>",
    "x\n```a *b*\n&lt;c&gt;```\ny": "<div>x</div><pre><code>a *b*\n&lt;c&gt;</code></pre><div>y</div>",
    ":ticket: :nope: 10:30:15": "<div><span>🎫</span> :nope: 10:30:15</div>",
    "<script>alert(1)</script>": "<div>&lt;script&gt;alert(1)&lt;/script&gt;</div>",
    "`<https://x.test>` ```": "<div><code>https://x.test</code> ```</div>",
}

MARKDOWN = {
    "# A\n## B ##": "<h3>A</h3><h4>B</h4>",
    "a\nb\n\nc": "<p>a<br>b</p><p>c</p>",
    "**b** *i* __b__ _i_ ~~s~~ `c`": (
        "<p><strong>b</strong> <em>i</em> <strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>"
    ),
    "2 * 3 * 4, a_b_c": "<p>2 * 3 * 4, a_b_c</p>",
    "- a\n  - b\n- c": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    "1. a\n2. b\n\n- c": "<ol><li>a</li><li>b</li></ol><ul><li>c</li></ul>",
    "> a\n> - b": "<blockquote><p>a</p><ul><li>b</li></ul></blockquote>",
    "~~~\n<b>\n~~~": "<pre><code>&lt;b&gt;</code></pre>",
    "```\nnever closed": "<pre><code>never closed</code></pre>",
    "[a](https://x.test/(1))": '<p><a href="https://x.test/(1)">a</a></p>',
    "[a](javascript:alert(1))": "<p><span>a</span></p>",
    "[a](JaVaScRiPt:x)": "<p><span>a</span></p>",
    "[![x](y)](data:text/html,z)": None,
    "\\*a\\* <b onclick=x>": "<p>*a* &lt;b onclick=x&gt;</p>",
    "a\n\n---\n\nb": "<p>a</p><hr><p>b</p>",
}

HOSTILE = [
    "<script>window.hit = 1</script>",
    "<img src=x onerror='window.hit = 1'>",
    '"><svg onload=window.hit=1>',
    "<a href='javascript:window.hit=1'>press</a>",
    "<javascript:alert(1)|press> [press](javascript:alert(1))",
    "*<b>*  `<i onmouseover=window.hit=1>`",
    "</div></body><iframe srcdoc='<script>parent.hit=1</script>'>",
    "&lt;script&gt;window.hit = 1&lt;/script&gt;",
    "' onfocus='window.hit=1' autofocus='",
    "${window.hit = 1} {{constructor.constructor('window.hit=1')()}}",
]


@pytest.mark.parametrize(("module", "table"), [("mrkdwn", MRKDWN), ("markdown", MARKDOWN)])
async def test_text_becomes_these_elements(open_page: OpenPage, module: str, table: dict[str, str | None]) -> None:
    page = await open_page()
    shown = {text: await page.evaluate(RENDER, [module, module, text]) for text in table}
    wanted = {text: html for text, html in table.items() if html is not None}
    assert {text: shown[text] for text in wanted} == wanted
    assert not any("<b>" in html or "javascript:" in html.replace("&lt;javascript", "") for html in shown.values())


@pytest.mark.parametrize("module", ["mrkdwn", "markdown"])
async def test_long_and_odd_text_renders_at_once(open_page: OpenPage, module: str) -> None:
    page = await open_page()
    for odd in ("*" * 40_000, "_a" * 20_000, "<" * 40_000, "`" * 39_999, "[" * 40_000, "> " * 5_000, "x " * 20_000):
        timed = "async given => { const from = performance.now(); await (%s)(given); return performance.now() - from }"
        assert await page.evaluate(timed % RENDER, [module, module, odd]) < 2_000, odd[:10]


LINKED = {
    "see https://x.test/a_b_c.": ["https://x.test/a_b_c"],
    "*https://x.test/a* (http://x.test/b)": ["https://x.test/a", "http://x.test/b"],
    "https://x.test/a?b=1&amp;c=2&gt; x": ["https://x.test/a?b=1&c=2"],
    "<https://x.test/a|here> and `https://x.test/b`": ["https://x.test/a"],
    "```https://x.test/b``` <https://x.test/a>": ["https://x.test/a"],
    "ftp://x.test javascript:alert(1) x.test": [],
}
RENDER_OBJECT = """async ([text, verbatim]) => {
    const { textObject } = await import("/static/blocks.js");
    const box = document.createElement("div");
    box.append(...textObject({ type: "mrkdwn", text, ...(verbatim === null ? {} : { verbatim }) }, {}));
    return [...box.querySelectorAll("a")].map(anchor => anchor.getAttribute("href"));
}"""


async def test_bare_addresses_are_links_unless_verbatim(open_page: OpenPage) -> None:
    page = await open_page()
    for text, links in LINKED.items():
        for verbatim in (None, False):
            assert await page.evaluate(RENDER_OBJECT, [text, verbatim]) == links, text
    written = [text for text in LINKED if "<" not in text]
    assert [await page.evaluate(RENDER_OBJECT, [text, True]) for text in written] == [[]] * len(written)
    assert await page.evaluate(RENDER_OBJECT, ["<https://x.test/a> https://x.test/b", True]) == ["https://x.test/a"]


async def test_the_text_of_people_and_apps_is_linked_as_slack_links_it(
    open_page: OpenPage, control: Control, playground: Playground
) -> None:
    page = await open_page()
    client = AsyncWebClient("xoxb-playground", base_url=f"{playground.url}/api/")
    last = page.locator(".channel").get_by_test_id("message").last
    await control("message", channel="C0GENERAL", user="U0WEI", text="typed https://x.test/a.")
    await expect(last.get_by_role("link")).to_have_attribute("href", "https://x.test/a")
    await client.chat_postMessage(channel="C0GENERAL", text="said https://x.test/b!")
    await expect(last).to_contain_text("said https://x.test/b!")
    await expect(last.get_by_role("link")).to_have_attribute("href", "https://x.test/b")
    await client.chat_postMessage(channel="C0GENERAL", text="quoted https://x.test/c, <https://x.test/d>", parse="none")
    await expect(last).to_contain_text("quoted https://x.test/c, https://x.test/d")
    await expect(last.get_by_role("link")).to_have_attribute("href", "https://x.test/d")


async def test_hostile_text_stays_text(open_page: OpenPage, control: Control) -> None:
    page = await open_page()
    await page.get_by_test_id("channel-support").click()
    for text in HOSTILE:
        await control("message", channel="C0SUPPORT", user="U0WEI", text=text)
    messages = page.locator(".channel").get_by_test_id("message")
    await expect(messages.last).to_contain_text("constructor.constructor")
    shown = " ".join(await messages.locator(".message-text").all_inner_texts())
    for fragment in ("<script>window.hit", "onerror='window.hit", "<svg onload", "<iframe srcdoc", "onfocus='"):
        assert fragment in shown
    assert await page.locator(".channel :is(script, img, iframe, [onload], [onfocus], [onerror])").count() == 0
    assert await page.locator("a[href^='javascript']").count() == 0
    assert await page.evaluate("window.hit") is None


async def test_blocks_of_every_kind(open_page: OpenPage, playground: Playground) -> None:
    page = await open_page()
    text = {"type": "plain_text", "text": "<b>:tada:"}
    options = [{"text": text, "value": "1"}, {"text": {"type": "plain_text", "text": "two"}, "value": "2"}]
    blocks = [
        {"type": "header", "text": text},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*k*\nv"}, {"type": "mrkdwn", "text": "*l*\nw"}]},
        {"type": "section", "text": text, "accessory": {"type": "overflow", "action_id": "o", "options": options}},
        {"type": "context", "elements": [{"type": "image", "image_url": "http://127.0.0.1:9/x", "alt_text": "a map"}]},
        {"type": "divider"},
        {"type": "image", "image_url": "javascript:alert(1)", "alt_text": "a trap"},
        {"type": "actions", "elements": [{"type": "static_select", "action_id": "s", "options": options}]},
        {"type": "markdown", "text": "## md\n<i>"},
        {"type": "rich_text", "elements": [rich("a <b>")]},
        {"type": "unheard_of"},
    ]
    message = {"ts": "1700000000.000100", "user": "U0LEADHAND", "bot_id": "B1", "text": "", "blocks": blocks}
    drawn = await page.evaluate(
        """async blocks => {
            const { renderBlocks } = await import("/static/blocks.js");
            const directory = { user: () => undefined, channel: () => undefined };
            const box = document.createElement("div");
            box.append(...renderBlocks(blocks, { directory, act: async () => {} }));
            document.querySelector(".messages").replaceChildren(box);
            return box.innerText;
        }""",
        message["blocks"],
    )
    shown = page.locator(".messages")
    assert drawn.count("<b>🎉") >= 2
    assert {"a map", "a trap", "md", "a <b>", "(unheard_of block is not shown here)"} <= set(drawn.split("\n"))
    await expect(shown.locator(".fields > div")).to_have_count(2)
    await expect(shown.locator("hr")).to_have_count(1)
    await expect(shown.locator("img, i, b")).to_have_count(0)
    await expect(shown.locator("a.picture")).to_have_text("a map")
    await expect(shown.locator("select option")).to_have_count(3)
    await shown.get_by_role("button", name="More actions").click()
    await expect(page.get_by_role("menuitem")).to_have_count(2)


def rich(text: str) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": text, "style": {"bold": True}}]}


CONTRAST = """selector => {
    const parse = text => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(one => one / 255)
        .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
        .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
    const ground = node => {
        const colour = parse(getComputedStyle(node).backgroundColor);
        return colour.length < 4 || colour[3] === 1 || !node.parentElement ? colour : ground(node.parentElement);
    };
    const node = document.querySelector(selector);
    const pair = [light(parse(getComputedStyle(node).color)), light(ground(node))].sort((one, other) => other - one);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
}"""
READABLE = (
    ".message-text|.author|.time|.pane-title|.pane-topic|.channel-row.open|.channel-row:not(.open)|.bot-state"
    "|.persona-as|.tips li|.pill|.card-name|.list h2|.count|.label|.thread-line strong"
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (1024, 700), (420, 800)])
async def test_both_themes_can_be_read(open_page: OpenPage, tmp_path: Path, scheme: str, size: tuple[int, int]) -> None:
    page = await open_page(width=1440, height=900, color_scheme=scheme)
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    ratios = {selector: await page.evaluate(CONTRAST, selector) for selector in READABLE.split("|")}
    assert {selector: round(ratio, 2) for selector, ratio in ratios.items() if ratio < 4.5} == {}
    assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
    picture = tmp_path / f"{scheme}-{size[0]}.png"
    await page.screenshot(path=picture)
    assert picture.stat().st_size > 10_000


async def test_the_theme_button_goes_round_and_is_remembered(open_page: OpenPage) -> None:
    page = await open_page(color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    white = await page.evaluate(ground)
    await page.get_by_test_id("theme").click()
    assert await page.evaluate(ground) == white
    await page.get_by_test_id("theme").click()
    dark = await page.evaluate(ground)
    assert dark != white
    await page.reload()
    await page.get_by_test_id("message").first.wait_for()
    assert await page.evaluate(ground) == dark
    await page.get_by_test_id("theme").click()
    assert await page.evaluate(ground) == white
