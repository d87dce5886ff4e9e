"""From the files of a platform's export to the tables accounts and posts.

in: paths; out: `accounts.parquet`, `posts.parquet`, `rejects.ndjson`; why: everything after this
folder knows two tables and no platform. Read `ingest.py` first: it calls the rest in order.

    files (what the user named) -> streams (bytes) -> spans (where lines are cut into chunks)
    -> records (rows, by csv_, json_, parquet_records) -> recognise (which format)
    -> reading (chunk by chunk, here or by a crew of processes with tasks):
        columns, or rows with one of formats/ (raw posts)
        -> normalise (typed columns, by cells, list_cells, times, clock, platforms, derive) -> parts
    -> merge (one row a post, with what the study has) -> summary
"""

from __future__ import annotations

from overt.detect.sources.files import Input, inputs
from overt.detect.sources.ingest import ingest, plan
from overt.detect.sources.recognise import ReadOptions
from overt.detect.sources.summary import FilePlan, FileSummary, Ingested

__all__ = ["FilePlan", "FileSummary", "Ingested", "Input", "ReadOptions", "ingest", "inputs", "plan"]
