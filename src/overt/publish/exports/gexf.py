"""GEXF 1.3, for Gephi and Gephi Lite.

in: a study folder; out: one .gexf file, written as it is read; why: analysts already have a good tool
to look at networks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from overt.publish.exports.network import (
    EDGE_ATTRIBUTES,
    NODE_ATTRIBUTES,
    Network,
    Node,
    edge_weight,
    open_network,
    xml,
)
from overt.publish.whole_file import written_whole

__all__ = ["write_gexf"]


def write_gexf(folder: Path, path: Path) -> None:
    """Write the significant fused edges of a study; the format is that of https://gexf.net/schema.html."""
    network = open_network(folder)
    with written_whole(path) as file:
        for line in _lines(network):
            file.write(line + "\n")


def _lines(network: Network) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">'
    yield f"<meta><creator>overt {xml(network.version)}</creator>"
    yield "<description>Pairs of accounts that are closer in time than chance explains</description></meta>"
    yield '<graph defaultedgetype="undirected" mode="static">'
    yield from _declared("node", NODE_ATTRIBUTES)
    yield from _declared("edge", EDGE_ATTRIBUTES)
    yield "<nodes>"
    for node in network.nodes.values():
        yield _node(node)
    yield "</nodes>"
    yield "<edges>"
    for number, row in enumerate(network.edges()):
        yield (
            f'<edge id="{number}" source="{xml(row["account_a"])}" target="{xml(row["account_b"])}" '
            f'weight="{edge_weight(row["p_value"])!r}">{_values(row, EDGE_ATTRIBUTES)}</edge>'
        )
    yield "</edges>"
    yield "</graph>"
    yield "</gexf>"


def _declared(kind: str, attributes: Mapping[str, str]) -> Iterator[str]:
    yield f'<attributes class="{kind}" mode="static">'
    for name, of in attributes.items():
        yield f'<attribute id="{name}" title="{name}" type="{of}"/>'
    yield "</attributes>"


def _node(node: Node) -> str:
    values = _values(node.attributes, NODE_ATTRIBUTES)
    return (
        f'<node id="{xml(node.account_id)}" label="{xml(node.label)}">{values}'
        f'<viz:position x="{node.x:.2f}" y="{node.y:.2f}" z="0"/></node>'
    )


def _values(row: Mapping[str, Any], attributes: Mapping[str, str]) -> str:
    known = "".join(
        f'<attvalue for="{name}" value="{xml(row[name])}"/>'
        for name in attributes
        if row.get(name) is not None
    )
    return f"<attvalues>{known}</attvalues>"
