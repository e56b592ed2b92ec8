"""What must hold of every answer to what schemathesis makes up."""

import schemathesis

# Answers that are larger are a fault where nothing but an error is told.
REFUSAL_BYTES_MAX = 16 * 1024


@schemathesis.check
def coded(ctx, response, case):
    """The answer is GraphQL, and each error in it has a code that is not our fault."""
    assert response.status_code == 200, f"status {response.status_code}"
    body = response.json()
    assert "data" in body or "errors" in body, "neither data nor errors"
    errors = body.get("errors", [])
    for error in errors:
        code = error.get("extensions", {}).get("code")
        assert code, f"an error without a code: {error['message']}"
        assert code != "INTERNAL", error
    if "data" not in body:
        length = len(response.content)
        assert length <= REFUSAL_BYTES_MAX, f"a refusal of {length} bytes"
