"""Serves a graph in the interchange form through Raphtory's GraphQL: serve_raphtory.py FILE PORT.

Prints `ready` when it answers, and ends with its standard input. Needs `pip install raphtory`.
"""

import json
import sys
import tempfile
from datetime import datetime

from raphtory import Graph
from raphtory.graphql import GraphServer


def load(file):
    graph = Graph()
    for line in open(file, encoding="utf-8"):
        record = json.loads(line)
        if record["kind"] == "entity":
            properties = {**record["properties"], "name": record["name"]}
            graph.add_node(0, record["id"], properties=properties, node_type=record["type"])
        else:
            graph.add_edge(
                datetime.fromisoformat(record["validFrom"]),
                record["source"],
                record["target"],
                properties=record["properties"],
                layer=record["type"],
            )
    return graph


def main():
    file, port = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        with GraphServer(folder).start(port) as running:
            running.get_client().send_graph("rmat", load(file))
            print("ready", flush=True)
            sys.stdin.read()


main()
