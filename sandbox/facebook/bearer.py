"""The token of a call: as a header, or as a parameter."""

from sandbox.facebook import asked


def of(call):
    bearer = call.headers.get("authorization", "").removeprefix("Bearer ").strip()
    return bearer or str(asked.fields(call).get("access_token") or "")
