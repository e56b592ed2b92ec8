"""The Python client `gql`, over HTTP and a WebSocket, against the server at the URL that is given."""

import asyncio
import sys
from pathlib import Path

from gql import Client, GraphQLRequest
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.aiohttp_websockets import AIOHTTPWebsocketsTransport
from gql.transport.exceptions import TransportQueryError
from graphql import GraphQLError, parse, print_ast

DOCUMENTS = {
    it.name.value: print_ast(it)
    for it in parse((Path(__file__).parent / "documents.graphql").read_text()).definitions
}
AZERBAIJAN = {"id": "country:AZE", "name": "Azerbaijan"}
PAGED = "event:putin-aliyev-baku"
PAGE_SIZE = 3


def request(name, /, **variables):
    return GraphQLRequest(DOCUMENTS[name], variable_values=variables)


async def query_with_variables(session):
    answer = await session.execute(request("Country", name=AZERBAIJAN["name"]))
    assert answer["country"]["id"] == AZERBAIJAN["id"]
    assert [it["name"] for it in answer["country"]["borders"]] == ["Armenia"]


async def partial_data(session):
    try:
        await session.execute(request("Partial", **AZERBAIJAN))
    except TransportQueryError as error:
        assert error.data["good"]["id"] == AZERBAIJAN["id"]
        assert error.data["bad"] is None
        [only] = error.errors
        assert only["path"] == ["bad", "relationships"]
        assert only["extensions"]["code"] == "BAD_USER_INPUT"
    else:
        raise AssertionError("an error is told")


async def mutation(session):
    elbonia = request("Create", input=[{"name": "Elbonia", "iso2": "EB"}])
    answer = await session.execute(elbonia)
    assert answer["createCountries"]["info"]["nodesCreated"] == 1
    try:
        await session.execute(elbonia)
    except TransportQueryError as error:
        assert error.errors[0]["extensions"]["code"] == "UNIQUE_VIOLATION"
    else:
        raise AssertionError("an iso2 is unique")


async def pages(session):
    async def page(**variables):
        answer = await session.execute(request("Page", id=PAGED, **variables))
        return answer["node"]["relationships"]

    def ids(connection):
        return [it["node"]["id"] for it in connection["edges"]]

    whole = ids(await page(first=100))
    forward, after, more = [], None, True
    while more:
        connection = await page(first=PAGE_SIZE, after=after)
        forward += ids(connection)
        after, more = connection["pageInfo"]["endCursor"], connection["pageInfo"]["hasNextPage"]
    assert forward == whole
    backward, before, more = [], None, True
    while more:
        connection = await page(last=PAGE_SIZE, before=before)
        backward = ids(connection) + backward
        before = connection["pageInfo"]["startCursor"]
        more = connection["pageInfo"]["hasPreviousPage"]
    assert backward == whole


async def changes(session):
    async def create(name):
        await session.execute(request("Create", input=[{"name": name}]))

    following = session.subscribe(request("Changes"))
    heard = asyncio.ensure_future(anext(following))
    herald = 0
    # The client does not tell when the server has heard it.
    while not heard.done():
        herald += 1
        await create(f"Herald {herald}")
    change = (await heard)["changes"]
    assert change["entity"]["name"].startswith("Herald")
    await create("While listening")
    while change["entity"]["name"] != "While listening":
        change = (await anext(following))["changes"]
    await following.aclose()
    await create("While away")
    resumed = session.subscribe(request("Changes", after=change["cursor"]))
    assert (await anext(resumed))["changes"]["entity"]["name"] == "While away"
    await resumed.aclose()


async def refused_before_it_is_sent(session):
    """The client has the schema by introspection, and validates by it."""
    try:
        await session.execute(GraphQLRequest("{ nothing }"))
    except GraphQLError as error:
        assert "nothing" in error.message
    else:
        raise AssertionError("there is no such field")


HTTP = [query_with_variables, partial_data, mutation, pages, refused_before_it_is_sent]


async def main(url):
    for transport, steps in [
        (AIOHTTPTransport(url=url), HTTP),
        (AIOHTTPWebsocketsTransport(url=url.replace("http", "ws", 1)), [changes]),
    ]:
        async with Client(transport=transport, fetch_schema_from_transport=True) as session:
            for step in steps:
                await step(session)
                print(f"{step.__name__}: ok")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
