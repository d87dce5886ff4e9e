"""From shares to posts: order, ids, captions, hashtags, links, sounds, targets, counts.

in: `Shares` at their final times, `Objects`, `Profiles`; out: the `posts` table (columns of the schema)
and the list of planted posts; why: ids and row order follow time alone, so nothing tells who planned it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from overt.schema import arrow_schema
from overt.simulate.clock import to_resolution
from overt.simulate.content import Payload, Writer, captions
from overt.simulate.objects import Objects
from overt.simulate.organic import Shares
from overt.simulate.population import Population
from overt.simulate.profiles import PLATFORM, Profiles
from overt.simulate.streams import stream
from overt.simulate.words import HEADLINES, HOSTILE
from overt.simulate.world import KINDS, World

__all__ = ["in_order", "make_posts", "post_ids"]

Ints = npt.NDArray[np.int64]
REPOST, REPLY = KINDS.index("repost"), KINDS.index("reply")


def in_order(world: World, shares: Shares) -> Shares:
    """By time as the export shows it; posts of one tick in random order, whatever they come from."""
    tick = to_resolution(shares.at, world.resolution_s)
    return shares.take(np.lexsort((stream(world.seed, "order").random(len(tick)), tick)))


def post_ids(world: World, n: int) -> list[str]:
    """Ids that rise with time and hold nothing else."""
    steps = stream(world.seed, "post ids").integers(1, 2000, n)
    return [f"{i}" for i in (7_300_000_000_000 + np.cumsum(steps)).tolist()]


def make_posts(
    world: World, population: Population, objects: Objects, payloads: list[Payload], profiles: Profiles,
    shares: Shares, ids: list[str],
) -> pa.Table:  # fmt: skip
    """The posts table of ordered `shares`, before thinning."""
    at = world.start_at + to_resolution(shares.at, world.resolution_s)
    kind = np.where(shares.object >= 0, objects.kind[shares.object], -1)
    # The video itself is an ordinary post; the object's payload belongs to those who follow it.
    kind[shares.is_origin] = -1
    columns = _content(world, population, profiles, payloads, shares, kind)
    columns |= _targets(objects, shares, kind, ids, at)
    columns |= _counts(world, profiles, shares)
    own = [f"{PLATFORM}:{profiles.account_id[a]}" for a in shares.account.tolist()]
    columns |= {
        "post_id": [f"{PLATFORM}:{i}" for i in ids],
        "account_id": own,
        "platform": [PLATFORM] * len(ids),
        "posted_at": at,
        "resolution_ms": np.full(len(ids), max(1, round(world.resolution_s * 1000))),
        "language": ["en"] * len(ids),
        "region": [profiles.country[a] for a in shares.account.tolist()],
        "source": ["simulate"] * len(ids),
    }
    schema = arrow_schema("posts")
    empty: list[None] = [None] * len(ids)
    return pa.table([pa.array(columns.get(f.name, empty), f.type) for f in schema], schema=schema)


def _content(
    world: World, population: Population, profiles: Profiles, payloads: list[Payload], shares: Shares,
    kind: Ints,
) -> dict[str, Any]:  # fmt: skip
    """Text with hashtags, link and mention in it, as a caption has them, and each of them apart."""
    writer = Writer(world, population.community)
    own_text = _own_texts(world, population, profiles, writer, shares, kind)
    own_tags = writer.tags(shares.account)
    own_sound = writer.sounds(len(shares.at))
    mention = writer.mentions(shares.account, profiles.handle)
    club = _club_tags(population)
    text, tags, links, mentions, sounds = [], [], [], [], []
    for i, (number, code) in enumerate(zip(shares.object.tolist(), kind.tolist(), strict=True)):
        payload = payloads[number] if code >= 0 else Payload()
        shown = _tags(payload, own_tags[i], code, club.get(int(shares.account[i])))
        words = [payload.text or own_text[i]]
        named = None if payload.text else mention[i]
        if not payload.text:
            words += [f"@{named}"] if named else []
            words += [*(f"#{tag}" for tag in shown), *payload.links]
        text.append(" ".join(words))
        tags.append(shown)
        links.append(list(payload.links))
        mentions.append([named] if named else [])
        sounds.append(None if code == REPLY else payload.sound or own_sound[i])
    return {"text": text, "hashtags": tags, "links": links, "mentions": mentions, "sound_id": sounds}


def _tags(payload: Payload, own: list[str], code: int, club: str | None) -> list[str]:
    if payload.text or payload.tags:
        return list(payload.tags)  # a copied caption or sequence is copied whole
    if code == REPLY:
        return [club] if club else []
    return own


def _club_tags(population: Population) -> dict[int, str]:
    """The hashtag that members of a fan club put under every comment."""
    clubs = [group for group in population.groups if group.kind == "fan_club"]
    return {
        int(member): f"team{i + 1}forever" for i, group in enumerate(clubs) for member in group.members[1:]
    }


def _own_texts(
    world: World, population: Population, profiles: Profiles, writer: Writer, shares: Shares, kind: Ints
) -> list[str]:
    """An individual text for each post: a caption, a comment, or a headline of those who publish news."""
    texts = np.array(writer.captions(shares.account), dtype=object)
    reply = kind == REPLY
    texts[reply] = writer.replies(shares.account[reply])
    newsroom = np.concatenate(
        [np.empty(0, np.int64), *(g.members for g in population.groups if g.kind in ("state", "syndication"))]
    )
    news = np.isin(shares.account, newsroom) & ~reply
    texts[news] = captions(
        stream(world.seed, "headlines"), HEADLINES, population.community[shares.account[news]]
    )
    for i in np.flatnonzero(profiles.hostile[shares.account]).tolist():
        texts[i] = f"{HOSTILE[i % len(HOSTILE)]} {texts[i]}"
    result: list[str] = texts.tolist()
    return result


def _targets(objects: Objects, shares: Shares, kind: Ints, ids: list[str], at: Ints) -> dict[str, Any]:
    """The videos that reposts and replies point to, with the time of the reposted one."""
    source = np.full(len(objects.kind), -1)
    rows = np.flatnonzero(shares.is_origin)
    source[shares.object[rows]] = rows
    target = np.where(kind >= 0, source[shares.object], -1).tolist()
    codes = kind.tolist()

    def post(code: int) -> list[str | None]:
        return [f"{PLATFORM}:{ids[t]}" if c == code else None for t, c in zip(target, codes, strict=True)]

    times = at.tolist()
    of_at = [times[t] if c == REPOST else None for t, c in zip(target, codes, strict=True)]
    return {"repost_of": post(REPOST), "repost_of_at": of_at, "reply_to": post(REPLY)}


def _counts(world: World, profiles: Profiles, shares: Shares) -> dict[str, Any]:
    rng = stream(world.seed, "counts")
    followers = np.array(profiles.followers)[shares.account]
    views = (followers + 50) * np.exp(rng.normal(0.0, 1.2, len(followers)))
    likes = views * rng.beta(2, 30, len(views))
    return {
        "n_views": views.astype(np.int64),
        "n_likes": likes.astype(np.int64),
        "n_comments": rng.poisson(np.minimum(likes, 1e6) * 0.05),
        "n_shares": rng.poisson(np.minimum(likes, 1e6) * 0.03),
    }
