"""Requests made to break the explorer: each gets a sentence or an end, and the page goes on."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest

pytest.importorskip("starlette")
pytest.importorskip("uvicorn")
testclient = pytest.importorskip("starlette.testclient", exc_type=Exception)

from lingap.app import analysis, server  # noqa: E402
from lingap.app.alignment import align, similarities  # noqa: E402
from lingap.app.analysis import Line, analyse, served_languages  # noqa: E402
from lingap.app.work import Abandoned, OutOfTime, Work  # noqa: E402

AS_JSON = {"Content-Type": "application/json"}


def lines(**changes):
    return {"lines": [{"text": "Paris", "language": "eng", "backends": ["auto"], **changes}]}


@pytest.fixture(scope="module")
def client():
    return testclient.TestClient(server.create_app(), base_url="http://127.0.0.1:8321")


# What is asked ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        lines(text="\ud800"), lines(language="\udfff"), lines(backends=["\ud800"]),
        lines(text=None), lines(text=["a"]), lines(language=None), lines(language={"eng": 1}),
        lines(language=["eng"]), lines(language=""), lines(language="e" * 10_000),
        lines(backends="auto"), lines(backends=[1]), lines(backends=None),
        lines(backends=["a", "b", "c", "d", "e"]), lines(text="a" * 4_001),
        {"lines": {}}, {"lines": "abc"}, {"lines": [[]]}, {"lines": [None]}, [[]], 5, None, True,
        {"lines": [lines()["lines"][0]] * 9}, {"\ud800": 1},
    ],
)  # fmt: skip
def test_another_content_gets_a_sentence(client, content):
    answer = client.post("/api/text", content=json.dumps(content), headers=AS_JSON)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe", b"{", b"nan(", b'"\\ud8', b"[" * 190_000, b"{" * 190_000, b'{"a":' * 30_000,
        b"1" * 190_000, b"1e999999999", b"\x00", '{"lines": "ü'.encode("latin-1"), b"-" * 1_000,
        b"x" * 200_001,
    ],
)  # fmt: skip
def test_what_is_no_json_gets_a_sentence(client, body):
    answer = client.post("/api/text", content=body, headers=AS_JSON)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                                  "application/jsonp", "", "text/json", "application/json+x"])  # fmt: skip
def test_only_json_is_read(client, kind):
    answer = client.post("/api/text", content=json.dumps(lines()), headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert "application/json" in answer.json()["error"]


def test_a_word_unlike_any_back_end_is_said_on_its_line(client):
    for name in ("nope", "lexicon", "epitran++", "a+b", "\x00", "../x", "auto (nope)", "x" * 9_999):
        answer = client.post("/api/text", json=lines(backends=[name]))
        assert answer.status_code == 200
        assert answer.json()["lines"][0]["spoken"][0]["error"]


@pytest.mark.parametrize("path", ["/../server.py", "/page.html", "/%2e%2e/x", "/api", "/api/nothing", "/\ufffd",
                                  "/page.js/", "/api/text?x=%ED%A0%80", "/?%ED%A0%80", "/" + "a" * 9_000])  # fmt: skip
def test_other_paths_are_not_found_and_have_the_same_policy(client, path):
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code in (200, 307, 404, 405)
    assert (answer.status_code == 200) == path.startswith("/?")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "NONSENSE"])
def test_other_methods_are_refused(client, method):
    answer = client.request(method, "/api/text")
    assert answer.status_code == 405
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8321", "", "127.0.0.1@evil",
                                  "localhost.", "0.0.0.0", "[::2]", "[", "2130706433"])  # fmt: skip
def test_other_names_of_this_machine_are_refused(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 400
    # A page at that name is of its own origin; it is the name that gives it away.
    own = {"Host": host, "Origin": f"http://{host}"}
    assert client.post("/api/text", json=lines(), headers=own).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9", "LOCALHOST", "[::1]", "[::1]:8321"])
def test_this_machines_names_are_served(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:8321",
                                    "file://", "https://evil.example:8321", ""])  # fmt: skip
def test_pages_of_other_origins_are_refused(client, origin):
    answer = client.post("/api/text", json=lines(), headers={"Origin": origin})
    assert answer.status_code == 403
    assert "own page" in answer.json()["error"]


def test_the_own_page_is_served_and_foreign_ones_make_it_do_nothing(client):
    own = {"Origin": "http://127.0.0.1:8321", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/text", json=lines(), headers=own).status_code == 200
    for site in ("cross-site", "same-site"):
        assert client.get("/api/start", headers={"Sec-Fetch-Site": site}).status_code == 403
    # A link to the page may be followed.
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("size", ["999999999999999999999", "300000", "-1", "x", "1e3", "٣"])
def test_a_stated_length_is_believed_where_it_is_too_large(size):
    async def stream():
        raise AssertionError("read")
        yield b""

    request = SimpleNamespace(
        headers={"content-type": "application/json", "content-length": size}, stream=stream
    )

    with pytest.raises(server.ConfigError, match=r"at most 200,000 bytes|content length"):
        asyncio.run(server.body_of(request))


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(server, "BODY_SECONDS", 0.01)

    async def stream():
        yield b"{"
        await asyncio.Event().wait()

    request = SimpleNamespace(headers={"content-type": "application/json"}, stream=stream)

    with pytest.raises(server.ConfigError, match="did not arrive"):
        asyncio.run(server.body_of(request))


# What is worked on --------------------------------------------------------------------------------


def test_back_ends_that_need_a_file_are_not_offered():
    offered = {name for row in served_languages() for name in row["backends"]}
    assert "epitran" in offered
    assert "lexicon" not in offered


def test_words_that_are_left_out_are_told():
    text = (
        " ".join(f"kala{chr(97 + at // 26)}{chr(97 + at % 26)}" for at in range(200)) + " a" * 300
    )
    made = analyse(
        [Line(text, "fin", ("epitran",)), Line("k" * 500 + " kala", "fin", ("epitran",))]
    )
    assert made["lines"][0]["notes"] == ["Only the first 400 of 500 words are read here."]
    (pair,) = made["pairs"]
    assert (
        pair["n_uncompared"] == 141 + 1
    )  # of 201 different words 60 are compared; one is too long
    assert all(len(twin["pairs"]) <= 2 * analysis.MAX_PHONEMES for twin in pair["similar"])


def test_no_cell_of_an_alignment_is_computed_one_by_one(monkeypatch):
    """Eight full lines: the cost of two units is looked up for the twelve pairs shown alone."""
    calls = 0
    change = analysis.align.__globals__["_change"]

    def counted(one, other):
        nonlocal calls
        calls += 1
        return change(one, other)

    monkeypatch.setitem(analysis.align.__globals__, "_change", counted)
    texts = [" ".join(f"{a}{b}{c}la" for a in "kmnprst" for b in "aeiou" for c in "kl")[:400]] * 8
    analyse([Line(text, "fin", ("epitran",)) for text in texts])
    assert 0 < calls < 28 * 12 * 400


def test_similarities_are_those_of_alignments():
    words = [(), ("p",), ("p", "a"), ("p", "aː", "ʁ"), ("t͡ɕ", "a", "a"), ("tɕ", "a")]
    found = similarities(words, words[::-1])
    for i, one in enumerate(words):
        for j, other in enumerate(words[::-1]):
            assert found[i, j] == pytest.approx(align(one, other).similarity)
    assert similarities([], words).shape == (0, 6)
    assert similarities([()], [()]).shape == (1, 1)


def test_work_ends_after_its_time_between_two_steps(monkeypatch):
    done = []
    monkeypatch.setattr(analysis, "pronounce", lambda *a: done.append(a) or [])
    work = Work(seconds=-1.0)
    with pytest.raises(OutOfTime, match="takes longer"):
        analyse([Line("a " * 100, "fin", ("epitran",))], work=work)
    assert done == []


def test_work_is_abandoned_between_two_steps(monkeypatch):
    work, done = Work(), []
    said = analysis.pronounce

    def pronounce(*asked):
        done.append(asked)
        if len(done) == 3:
            work.abandon()
        return said(*asked)

    monkeypatch.setattr(analysis, "pronounce", pronounce)
    with pytest.raises(Abandoned):
        analyse([Line("a " * 400, "fin", ("epitran",))] * 8, work=work)
    assert len(done) == 3


# How it is asked ----------------------------------------------------------------------------------

PROGRAM = """
import sys, threading
from lingap.app import analysis, connections, serving
connections.REQUEST_SECONDS, connections.MAX_CONNECTIONS = float(sys.argv[1]), 50
said, begun = analysis.pronounce, []
def pronounce(language, backend, words):
    print("step", words[0], flush=True)
    if words[0] == "wait":
        threading.Event().wait(0.05)
    return said(language, backend, words)
analysis.pronounce = pronounce
serving.warm_up = lambda: None
serving.serve(None, port=18621)
"""


@pytest.fixture
def serving(request):
    """A server in a process of its own: its port, and the lines that it prints."""
    patience = getattr(request, "param", 300)
    child = subprocess.Popen([sys.executable, "-c", PROGRAM, str(patience)], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)  # fmt: skip
    try:
        first = child.stdout.readline()
        port = int(first.split("http://127.0.0.1:")[1].split("/")[0])
        heard = []
        reader = threading.Thread(target=lambda: heard.extend(iter(child.stdout.readline, "")))
        reader.start()
        yield port, heard
        child.terminate()
        _, said = child.communicate(timeout=300)
        assert "Traceback" not in said
    finally:
        child.kill()


def connected(port):
    made = socket.create_connection(("127.0.0.1", port), timeout=300)
    made.settimeout(300)
    return made


def head(port, n_bytes, path="/api/text", more=""):
    return (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {n_bytes}\r\n{more}\r\n").encode()  # fmt: skip


def page(port):
    with connected(port) as asking:
        asking.sendall(
            f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()
        )
        return b"".join(iter(lambda: asking.recv(65536), b""))


@pytest.mark.slow
@pytest.mark.parametrize("part", [b"", b"GET / HT", "head", "body"])
def test_half_sent_requests_keep_nobody_out(serving, part):
    port, _ = serving
    sent = {"head": head(port, 100)[:-2], "body": head(port, 100) + b'{"lines'}.get(part, part)
    held = []
    for _ in range(400):
        held.append(connected(port))
        if sent:
            held[-1].sendall(sent)
    assert b"lingap" in page(port)
    for one in held:
        one.close()
    assert b"lingap" in page(port)


@pytest.mark.slow
@pytest.mark.parametrize("serving", [0.5], indirect=True)
@pytest.mark.parametrize("part", [b"", b"GET / HT", "body", "chunked", "drip"])
def test_half_sent_requests_are_ended(serving, part):
    port, _ = serving
    sent = {"body": head(port, 100) + b'{"lines', "drip": head(port, 100),
            "chunked": head(port, 0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked") + b"5\r\n{"}.get(part, part)  # fmt: skip
    with connected(port) as asking:
        asking.sendall(sent)
        try:
            while part == "drip":  # a byte now and then does not prolong it
                asking.sendall(b" ")
                time.sleep(0.05)
            assert asking.recv(10) == b""
        except (ConnectionResetError, BrokenPipeError):
            pass


@pytest.mark.slow
@pytest.mark.parametrize("how", ["gone", "newer"])
def test_work_that_nobody_waits_for_ends(serving, how):
    port, heard = serving
    content = {
        "page": "p",
        "lines": [{"text": "wait " * 400, "language": "fin", "backends": ["epitran"]}] * 8,
    }
    body = json.dumps(content).encode()
    with connected(port) as asking:
        asking.sendall(head(port, len(body)) + body)
        while not any("step wait" in line for line in list(heard)):
            time.sleep(0.01)
        last = json.dumps(
            {
                "page": "p" if how == "newer" else "q",
                "lines": [{"text": "end", "language": "fin", "backends": ["epitran"]}],
            }
        )
        if how == "gone":
            asking.close()
        with connected(port) as other:
            other.sendall(head(port, len(last)) + last.encode())
            assert other.recv(15) == b"HTTP/1.1 200 OK"
        if how == "newer":
            assert asking.recv(12) == b"HTTP/1.1 409"
    steps = [line for line in heard if line.startswith("step")]
    assert steps[-1].split() == ["step", "end"]
    assert len(steps) < 8 * 20  # all of it would be 160 steps and that one


@pytest.mark.slow
@pytest.mark.parametrize("more", ["Content-Length: -5\r\n", "Content-Length: x\r\n", "Transfer-Encoding: chunked\r\n",
                                  "Upgrade: websocket\r\nConnection: Upgrade\r\n", "Expect: 100-continue\r\n",
                                  "X: " + "a" * 100_000 + "\r\n", "\x00: 1\r\n", "Host: evil.example\r\n"])  # fmt: skip
def test_odd_requests_are_refused_and_the_page_goes_on(serving, more):
    port, _ = serving
    with connected(port) as asking:
        try:
            asking.sendall(head(port, 2, more=more) + b"[]")
            status = asking.recv(12)
        except (ConnectionResetError, BrokenPipeError):
            status = b""
        assert status[:10] in (b"HTTP/1.1 4", b"HTTP/1.1 1", b"")
    assert b"lingap" in page(port)
