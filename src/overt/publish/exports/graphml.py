"""GraphML, for igraph, networkx, NetworKit, yEd and others.

in: a study folder; out: one .graphml file, written as it is read; why: the format that graph libraries
of every language read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from overt.publish.exports.network import (
    EDGE_ATTRIBUTES,
    NODE_ATTRIBUTES,
    Network,
    edge_weight,
    open_network,
    xml,
)
from overt.publish.whole_file import written_whole

__all__ = ["write_graphml"]

_NODE = {"label": "string", "x": "double", "y": "double", **NODE_ATTRIBUTES}
_EDGE = {"weight": "double", **EDGE_ATTRIBUTES}


def write_graphml(folder: Path, path: Path) -> None:
    """Write the significant fused edges of a study; the format is that of http://graphml.graphdrawing.org."""
    network = open_network(folder)
    with written_whole(path) as file:
        for line in _lines(network):
            file.write(line + "\n")


def _lines(network: Network) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for of, prefix, attributes in (("node", "n", _NODE), ("edge", "e", _EDGE)):
        for name, kind in attributes.items():
            yield f'<key id="{prefix}_{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>'
    yield '<graph edgedefault="undirected">'
    for node in network.nodes.values():
        row = {"label": node.label, "x": round(node.x, 2), "y": round(node.y, 2), **node.attributes}
        yield f'<node id="{xml(node.account_id)}">{_data(row, _NODE, "n")}</node>'
    for row in network.edges():
        weighed = {"weight": edge_weight(row["p_value"]), **row}
        yield (
            f'<edge source="{xml(row["account_a"])}" target="{xml(row["account_b"])}">'
            f"{_data(weighed, _EDGE, 'e')}</edge>"
        )
    yield "</graph>"
    yield "</graphml>"


def _data(row: Mapping[str, Any], attributes: Mapping[str, str], prefix: str) -> str:
    return "".join(
        f'<data key="{prefix}_{name}">{xml(row[name])}</data>'
        for name in attributes
        if row.get(name) is not None
    )
