"""Another web page can neither act here nor read: Host, Origin and content type, as a table."""

from typing import Any

import pytest

MESSAGE = '{"channel": "C0GENERAL", "user": "U0MIRA", "text": "forged"}'
JSON = "application/json"
HERE = "{url}"

WRITES = [
    ({}, 200),
    ({"Origin": HERE}, 200),
    ({"Origin": HERE, "Sec-Fetch-Site": "same-origin"}, 200),
    ({"Sec-Fetch-Site": "none"}, 200),
    ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "http://127.0.0.1:1"}, 403),
    ({"Origin": "https://{host}"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Host": "evil.example"}, 403),
    ({"Host": "127.0.0.1.evil.example"}, 403),
    ({"Host": "[::"}, 403),
    ({"Host": ""}, 403),
    ({"Content-Type": "text/plain"}, 415),
    ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
]


@pytest.mark.parametrize(("headers", "status"), WRITES)
async def test_control_verbs(driver: Any, headers: dict[str, str], status: int) -> None:
    host = driver.url.removeprefix("http://")
    sent = {"Content-Type": JSON} | {key: text.format(url=driver.url, host=host) for key, text in headers.items()}
    async with driver.session.post(f"{driver.url}/_control/message", data=MESSAGE, headers=sent) as response:
        body = await response.json()
    assert (response.status, body["ok"]) == (status, status == 200), body
    written = [message["text"] for message in await driver.messages(limit=1)]
    assert (written == ["forged"]) == (status == 200)
    assert "Access-Control-Allow-Origin" not in response.headers


ACTS = [
    ("GET", "/api/chat.postMessage?token=xoxb-playground&channel=C0GENERAL&text=forged"),
    ("POST", "/api/chat.postMessage?token=xoxb-playground&channel=C0GENERAL&text=forged"),
    ("GET", "/_control/messages/C0GENERAL"),
    ("GET", "/_control/feed"),
    ("GET", "/link/?ticket=x"),
    ("POST", "/actions/T0LARKSPUR/x"),
    ("POST", "/1/cards?name=forged"),
    ("PUT", "/1/cards/x"),
    ("DELETE", "/1/cards/x"),
]


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}])
async def test_nothing_acts_for_another_page(driver: Any, headers: dict[str, str]) -> None:
    for method, path in ACTS:
        async with driver.session.request(method, driver.url + path, headers=headers) as response:
            assert response.status == 403, (method, path)
    assert "forged" not in [message["text"] for message in await driver.messages()]


async def test_the_page_may_be_linked_from_anywhere(driver: Any) -> None:
    for path in ("/", "/archives/C0GENERAL/p1700000000000000"):
        async with driver.session.get(driver.url + path, headers={"Sec-Fetch-Site": "cross-site"}) as response:
            assert response.status == 200
            assert response.content_type == "text/html"
            assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


async def test_static_files_stay_in_their_folder(driver: Any) -> None:
    for path in ("/static/../server.py", "/static/%2e%2e/server.py", "/static/..%2fserver.py", "/static/"):
        async with driver.session.get(driver.url + path) as response:
            assert response.status in (403, 404), path
