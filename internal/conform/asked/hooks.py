"""What the tool is told of this API beyond its document: who asks, and what must stay."""

import itertools
import json
import os
import urllib.request

import schemathesis

with open(os.environ["CHENGSHU_ASKED"], encoding="utf-8") as told:
    TOLD = json.load(told)

# The users and sessions the proof asks as, of every role. An operation that would end one of
# them is done to somebody else's instead: else all that follows would be answered 401.
KEPT = TOLD["kept"] or []
INSTEAD = TOLD["instead"]

# A workbook goes over the wire as any file does.
schemathesis.serializer.alias("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/octet-stream")

KEYS = itertools.cycle(TOLD["keys"] or [""])


def leave():
    """A session of its own for each sign-out, which ends the one it is asked in."""
    body = json.dumps(TOLD["leaver"]).encode()
    ask = urllib.request.Request(TOLD["address"] + "/api/v1/session", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(ask) as answer:
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        return {"Cookie": cookie, "X-CSRF-Token": json.load(answer)["csrf"]}


@schemathesis.auth(refresh_interval=None)
class Asker:
    def get(self, case, context):
        if TOLD["keys"]:
            return {"Authorization": "Bearer " + next(KEYS)}
        if TOLD["session"] and case.operation.label == "DELETE /api/v1/session":
            return leave()
        return TOLD["session"]

    def set(self, case, data, context):
        case.headers.update(data)


@schemathesis.hook
def before_call(context, case, kwargs):
    for name, value in (case.path_parameters or {}).items():
        if name in INSTEAD and value in KEPT:
            case.path_parameters[name] = INSTEAD[name]
    if not isinstance(case.body, dict):
        return
    if case.body.get("login") in KEPT:
        case.body["login"] = INSTEAD["login"]
    # With a minute of idleness allowed, a machine that halts for as long would end them.
    if case.body.get("idle_minutes") in range(1, 30):
        case.body["idle_minutes"] = 30


def has_null(value):
    if isinstance(value, dict):
        return None in value.values() or any(has_null(v) for v in value.values())
    return isinstance(value, list) and any(has_null(v) for v in value)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """What the tool takes for a fault and is none, each with its reason."""
    if failure.code == "ST201":
        # A field that may be left out may be null as well: the router takes that as left out.
        # An object in a query is sent under names of its own, and other names are nobody's.
        # A parameter without a value is one that was left out, as a form sends it.
        return not (has_null(case.body) or "became object" in failure.message or "" in (case.query or {}).values())
    if failure.code == "ST204":
        # Who has not signed in learns of no method; the tool knows, but not where to sign in is
        # the path's only operation without a sign-in.
        return not (response.status_code == 401 and case.operation.label == "POST /api/v1/session")
    return True


def shows(headers):
    """Whether a request shows who asks; some are sent without, or with something made up."""
    if TOLD["keys"]:
        return headers.get("Authorization", "")[len("Bearer ") :] in TOLD["keys"]
    return bool(TOLD["session"]) and all(headers.get(name) == value for name, value in TOLD["session"].items())


@schemathesis.check
def who_asks_is_known(context, response, case):
    """Nobody is let in who has not signed in, and nobody is forgotten who has."""
    if case.operation.label == "POST /api/v1/session":
        return
    if shows(response.request.headers) and response.status_code == 401:
        raise AssertionError("somebody who has signed in was answered 401")
    if not (TOLD["keys"] or TOLD["session"]) and response.status_code < 400:
        raise AssertionError("somebody who has not signed in was let in")
