"""The numbers of the Graph API, and the words that come with them."""

from sandbox.door import Refused

WORDS = {
    1: "An unknown error occurred", 2: "Service temporarily unavailable", 3: "Capability or permissions issue",
    4: "Application request limit reached", 10: "Application does not have permission for this action",
    17: "User request limit reached", 32: "Page request limit reached", 100: "Invalid parameter",
    102: "Session key invalid or no longer valid", 190: "Error validating access token", 200: "Permissions error",
    341: "Feed action request limit reached", 368: "The action attempted has been deemed abusive",
    506: "Duplicate status message", 551: "This person isn't available right now.",
    613: "Calls to this api have exceeded the rate limit.", 10900: "Activity already replied to",
    80001: "There have been too many calls to this Page account.", 80006: "There have been too many messages.",
}  # fmt: skip
OUTSIDE_WINDOW, NO_SUCH_PERSON, BARRED, OLD_TAG, NOT_THERE = 2018278, 2018001, 1893063, 1893061, 33
UNAVAILABLE = {1, 2}
UNAUTHORISED = {190, 102}


def graph(code, words="", *, subcode=0):
    return Refused(code, words or WORDS.get(code, "Unknown error"), subcode=subcode)


def invalid(name):
    return graph(100, f"Invalid parameter: {name}")


def missing(number):
    words = f"Object with ID '{number}' does not exist, cannot be loaded due to missing permissions"
    return graph(100, words, subcode=NOT_THERE)


def status_of(refused):
    if refused.code in UNAVAILABLE:
        return 500
    return 401 if refused.code in UNAUTHORISED else 400
