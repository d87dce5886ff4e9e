"""Columns by name: which is what, and how they are read."""

from __future__ import annotations

import pytest

from overt.detect.sources.column_names import ColumnMap, chosen, found
from overt.detect.sources.columns import unwrapped
from overt.detect.sources.record_keys import keys_of
from overt.errors import InputError, SettingError


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["id", "user", "created_at", "text"], {"post_id": 0, "account_id": 1, "posted_at": 2, "text": 3}),
        (
            ["Post ID", "User-Name", "Posted At", "Body"],
            {"post_id": 0, "account_id": 1, "posted_at": 2, "text": 3},
        ),
        (["author", "author_id", "timestamp", "unix_timestamp"], {"account_id": 1, "posted_at": 3}),
        (["account_id", "object_id", "posted_at"], {"account_id": 0, "posted_at": 2}),
        (
            ["tweet_id", "userid", "tweet_time", "tweet_text"],
            {"post_id": 0, "account_id": 1, "posted_at": 2, "text": 3},
        ),
        (["user.id", "user.username", "date", "content"], {"account_id": 0, "posted_at": 2, "text": 3}),
        (["uid", "time", "retweet_id", "in_reply_to_status_id"], {"repost_of": 2, "reply_to": 3}),
        (["uid", "time", "n_urls", "is_repost"], {"account_id": 0, "posted_at": 1}),
    ],
)
def test_common_names(columns: list[str], expected: dict[str, int]) -> None:
    fields = found(columns, []).fields
    assert {name: fields.get(name) for name in expected} == {
        name: columns[at] for name, at in expected.items()
    }
    assert "links" not in fields


def test_objects_by_kind() -> None:
    columns = ["account_id", "object_id", "url_id", "timestamp"]
    assert found(columns, []).objects == {"object": "object_id", "url": "url_id"}


def test_a_flag_is_no_reference_and_an_own_address_no_link() -> None:
    rows = [
        {"id": f"7700{n}", "uid": "a", "time": 1, "repost_of": True, "url": f"https://x.com/s/7700{n}"}
        for n in range(9)
    ]
    fields = found(list(rows[0]), rows).fields
    assert "repost_of" not in fields
    assert "links" not in fields
    shared = [row | {"url": "https://news.example/a"} for row in rows]
    assert found(list(rows[0]), shared).fields["links"] == "url"


def test_a_handle_may_be_the_only_account() -> None:
    fields = found(["username", "time"], []).fields
    assert (fields["account_id"], fields["handle"]) == ("username", "username")


def test_what_the_user_says_goes_first() -> None:
    columns = ["id", "user", "when", "who else", "text", "object_id"]
    said = {"account": "who else", "time": "WHEN", "post": "none", "object": "text"}
    map_ = chosen(said, columns, found(columns, []), "a.csv")
    assert map_.fields == {"account_id": "who else", "posted_at": "when"}
    assert map_.objects == {"object": "text"}


def test_unknown_fields_and_columns_are_said() -> None:
    with pytest.raises(SettingError, match="does not know 'acount'") as caught:
        chosen({"acount": "user"}, ["user"], ColumnMap({}), "a.csv")
    assert "account, time" in str(caught.value)
    with pytest.raises(InputError, match=r"a\.csv has no column 'usr'") as missing:
        chosen({"account": "usr"}, ["user", "time"], ColumnMap({}), "a.csv")
    assert "It has: user, time." in str(missing.value)


def test_keys_of_objects_within_objects() -> None:
    assert keys_of([{"a": 1, "user": {"id": 2}}, {"b": 3}, 4]) == ("a", "user", "user.id", "b")


def test_rows_wrapped_in_an_object() -> None:
    assert unwrapped({"meta": {}, "data": [{"a": 1}], "errors": []}) == [{"a": 1}]
    assert unwrapped({"a": 1}) == [{"a": 1}]
