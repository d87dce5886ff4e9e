"""Every table of a study: column, type, unit, one sentence. No logic but the lookups below.

in: nothing; out: `TABLES` and the Arrow schema of each; why: one page says what every column means.

Times are int64 milliseconds since 1970-01-01 UTC (names end in `_at`); durations are float64
seconds (names end in `_s`). Missing is null, never an empty string. Ids carry the platform as a prefix
(`tiktok:7012`) when the platform is known and are verbatim when it is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FUSED", "TABLES", "TABLES_VERSION", "Column", "Table", "arrow_schema"]

TABLES_VERSION = 1
"""Raised when a column changes its name, type or meaning; a study of another version is refused."""

FUSED = "fused"
"""The value of `edges.trace` in the rows that decide: all deciding traces combined."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its Arrow type by name, and what it holds."""

    name: str
    type: str
    about: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]


def _table(name: str, row: str, *columns: tuple[str, str, str]) -> Table:
    return Table(name, row, tuple(Column(*column) for column in columns))


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "accounts",
            "an account as last seen",
            ("account_id", "string", "platform prefix and the platform's own id"),
            ("platform", "string", "tiktok, x, telegram, ...; null when the source does not say"),
            ("handle", "string", "the name in the address, without @"),
            ("display_name", "string", "the name shown"),
            ("bio", "string", "the profile text"),
            ("created_at", "int64", "when the account was made, ms UTC"),
            ("followers", "int64", "followers when last seen"),
            ("following", "int64", "accounts followed when last seen"),
            ("verified", "bool", "the platform's badge, as the source gives it"),
            ("verified_kind", "string", "the platform's raw value for the kind of badge"),
            ("country", "string", "country or region as the source gives it"),
            ("links", "list<string>", "links in the profile"),
            ("n_posts", "int64", "posts of the account in this study"),
            ("first_post_at", "int64", "its first post in this study, ms UTC"),
            ("last_post_at", "int64", "its last post in this study, ms UTC"),
        ),
        _table(
            "posts",
            "a post, video, comment or repost",
            ("post_id", "string", "platform prefix and the platform's own id"),
            ("account_id", "string", "who posted"),
            ("platform", "string", "tiktok, x, telegram, ...; null when the source does not say"),
            ("posted_at", "int64", "when, ms UTC"),
            ("resolution_ms", "int64", "how fine the source's clock is: 1, 1000, 60000, 3600000 or 86400000"),
            ("text", "string", "caption or body; of a repost the original's when the source has it"),
            ("transcript", "string", "what is said, as the platform transcribed it"),
            ("language", "string", "language code as the source gives it"),
            ("region", "string", "region of the post as the source gives it"),
            ("hashtags", "list<string>", "hashtags without #, in the order of the text"),
            ("links", "list<string>", "links as they were posted, expanded where the source has it"),
            ("mentions", "list<string>", "handles or ids mentioned, without @"),
            ("sound_id", "string", "the sound or music of a video"),
            ("media", "list<string>", "ids or hashes of images and videos"),
            ("repost_of", "string", "post_id of the post that this one repeats"),
            ("repost_of_at", "int64", "when the repeated post was made, ms UTC, when the source tells"),
            ("reply_to", "string", "post_id of the post or video that this one answers"),
            ("objects", "list<string>", "objects that the source names itself, as kind:id"),
            ("n_likes", "int64", "likes when collected"),
            ("n_comments", "int64", "comments or replies when collected"),
            ("n_shares", "int64", "shares or reposts when collected"),
            ("n_views", "int64", "views when collected"),
            ("paid_label", "string", "the platform's mark of paid content, raw"),
            ("client", "string", "the program it was posted with, as the source gives it"),
            ("collected_at", "int64", "when this record of it was collected, ms UTC; null when unknown"),
            ("source", "string", "name of the format it was read from"),
            ("file", "string", "name of the file it was read from"),
            ("line", "int64", "line (or item number in a JSON document) in that file, from 1"),
        ),
        _table(
            "traces",
            "an account left a trace on an object at a time",
            ("trace", "string", "which kind: link, hashtag, text, ..."),
            ("object_id", "string", "the object: a link, a hashtag, a normalised text, ..."),
            ("account_id", "string", "who"),
            ("acted_at", "int64", "when, ms UTC"),
            ("origin_at", "int64", "when the object itself came to be, ms UTC, when known"),
            ("post_id", "string", "the post that shows it"),
        ),
        _table(
            "edges",
            "a pair of accounts, per trace and fused; pairs with p_value above the limit kept are left out",
            ("trace", "string", "the trace, or `fused` in the rows that decide"),
            ("account_a", "string", "the one account, first in byte order"),
            ("account_b", "string", "the other account"),
            ("n_shared", "int64", "distinct objects that both acted on, at any distance in time"),
            (
                "expected_shared",
                "float64",
                "distinct objects that both would act on if each did what it usually does, topics kept; "
                "null for synchrony",
            ),
            (
                "rarity_p",
                "float64",
                "chance of sharing n_shared or more then; describes and decides nothing; null for synchrony",
            ),
            ("n_objects", "int64", "distinct objects on which both acted within the largest scale"),
            ("n_objects_by_scale", "list<int64>", "the same within 10 s, 60 s, 5 min, 30 min, 3 h and a day"),
            ("n_actions", "int64", "pairs of actions on one object within the largest scale"),
            ("scale_s", "float64", "the time scale at which the pair is least likely"),
            ("n_close", "int64", "coincidences at that scale, objects of one pair of posts being one"),
            ("expected", "float64", "coincidences expected at that scale under the null model"),
            (
                "gap_min_s",
                "float64",
                "smallest time between their actions on one object, within the largest scale",
            ),
            ("gap_median_s", "float64", "median of these times, over pairs of actions"),
            (
                "p_value",
                "float64",
                "under the null model of the trace, scales combined; in fused rows p_timing, raised where "
                "the public explains the pair",
            ),
            ("p_timing", "float64", "what the timing test alone says; fused rows only"),
            (
                "p_habits",
                "float64",
                "p_value with the accounts' posting habits in the null; significant fused rows only",
            ),
            (
                "p_two_traces",
                "float64",
                "of being coordinated in two traces at least, each by posts of its own; significant fused "
                "rows that share enough in two traces only",
            ),
            (
                "q_value",
                "float64",
                "Benjamini-Hochberg over all pairs that share three objects of a trace; null for traces that "
                "do not decide",
            ),
        ),
        _table(
            "account_scores",
            "an account that was tested",
            ("account_id", "string", "the account"),
            ("n_posts", "int64", "its posts in this study"),
            (
                "n_partners",
                "int64",
                "accounts with which it shares three objects of a trace: its number of tests",
            ),
            ("grid_s", "float64", "period of the scheduler grid that its posts keep to; null for none"),
            ("score", "float64", "sum of -log10 p, at most 30 each, over its significant edges"),
            (
                "p_value",
                "float64",
                "Simes over its pairs; of an attached account that of the attachment test",
            ),
            (
                "q_value",
                "float64",
                "Benjamini-Hochberg over the accounts with a partner (attached: over all candidates)",
            ),
            ("flagged", "bool", "q_value is at or below the rate that was asked for"),
            ("attached", "bool", "flagged not by its pairs but for acting with a group as a whole"),
            (
                "audience",
                "bool",
                "acts together with others, but at moments when the public does too: not flagged",
            ),
            ("group_id", "string", "its group or audience, null for none"),
        ),
        _table(
            "groups",
            "accounts that act together",
            ("group_id", "string", "G1 has the highest score; A1, A2, ... are audiences"),
            ("audience", "bool", "the group acts when the public does: its members are not flagged"),
            ("public_after", "int64", "actions of the public just after its joint moments, all objects"),
            ("public_before", "int64", "the same just before, over equal times"),
            ("n_accounts", "int64", "members"),
            (
                "n_flagged",
                "int64",
                "members flagged by their own pairs; the others were attached to the group",
            ),
            ("n_edges", "int64", "significant pairs among the members"),
            (
                "n_edges_beyond_habits",
                "int64",
                "of these, pairs as significant when both accounts' own posting times are in the null",
            ),
            (
                "n_edges_two_traces",
                "int64",
                "of these, pairs as significant in two traces at least, each by posts of its own",
            ),
            ("density", "float64", "n_edges over all possible pairs, 0 to 1"),
            (
                "stability",
                "float64",
                "how often two members found by their own pairs come out together when a fifth of the pairs "
                "is left out, 0 to 1",
            ),
            ("traces", "list<string>", "traces in which members are significant, most edges first"),
            ("n_objects", "int64", "objects that three or more members shared close in time"),
            ("n_close", "float64", "mean coincidences of a significant pair at its best scale"),
            ("expected", "float64", "mean expected coincidences of these pairs"),
            ("gap_median_s", "float64", "median over significant pairs of gap_median_s"),
            ("first_at", "int64", "first shared action, ms UTC"),
            ("last_at", "int64", "last shared action, ms UTC"),
            ("q_value", "float64", "account q-value at which three members are still flagged"),
            ("score", "float64", "sum of the members' scores"),
            ("why", "string", "one or two plain sentences"),
        ),
        _table(
            "group_members",
            "an account in a group",
            ("group_id", "string", "the group"),
            ("account_id", "string", "the member"),
            ("n_partners", "int64", "members with which it has a significant edge"),
            ("core", "bool", "part of the densest core of the group; the others are at its edge"),
            ("score", "float64", "sum of -log10 p, at most 30 each, over its edges in the group"),
            ("q_value", "float64", "its account q-value"),
            ("x", "float64", "place in the picture, 0 to 1"),
            ("y", "float64", "place in the picture, 0 to 1"),
        ),
        _table(
            "leads",
            "an account that starts the same things together with others: a lead, no finding",
            ("lead_id", "string", "O1 has the most accounts"),
            ("account_id", "string", "the account"),
            ("n_partners", "int64", "accounts of the lead with which it starts more than chance explains"),
            ("q_value", "float64", "least q-value of its pairs, against who shares what and who starts it"),
            ("flagged", "bool", "flagged by the search itself as well"),
        ),
        _table(
            "lead_posts",
            "a member's first action on one of the ten objects that most members of a lead started",
            ("lead_id", "string", "the lead"),
            ("object_rank", "int64", "1 is the object that most members started"),
            ("trace", "string", "the kind of object"),
            ("object_id", "string", "the object"),
            ("n_members", "int64", "members that acted on it"),
            ("n_sharers", "int64", "accounts that acted on it in this study"),
            ("account_id", "string", "who"),
            ("post_id", "string", "the post that shows it"),
            ("acted_at", "int64", "when, ms UTC"),
            ("after_first_s", "float64", "how long after the first action on the object"),
        ),
        _table(
            "evidence",
            "a member's first action on an object that members shared close in time",
            ("group_id", "string", "the group"),
            ("object_rank", "int64", "1 is the object that speaks most for the group"),
            ("trace", "string", "the kind of object"),
            ("object_id", "string", "the object"),
            ("n_members", "int64", "members who acted on it"),
            ("n_sharers", "int64", "all accounts who acted on it"),
            ("span_s", "float64", "time in which the closest half of these members acted"),
            (
                "surprisal",
                "float64",
                "sum over close member pairs of -log2 q, the null's chance of being that close",
            ),
            ("account_id", "string", "the member"),
            ("post_id", "string", "its post"),
            ("acted_at", "int64", "when, ms UTC"),
        ),
    )
}


@cache
def arrow_schema(table: str) -> pa.Schema:
    """The Arrow schema of a table of `TABLES`; KeyError for an unknown name."""
    import pyarrow as pa

    kinds = {
        "string": pa.string(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "bool": pa.bool_(),
        "list<int64>": pa.list_(pa.int64()),
        "list<string>": pa.list_(pa.string()),
    }
    return pa.schema([(column.name, kinds[column.type]) for column in TABLES[table].columns])
