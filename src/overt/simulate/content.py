"""What an object looks like and what an account writes: captions, hashtags, links, sounds.

in: the world, its `Objects`; out: `Payload` per object and a `Writer` of individual captions; why: what
two posts have in common is decided here, and nowhere by accident.

Individual captions are drawn from some ten million per community, so two equal ones are rare and far
apart in time. Hashtags on ordinary posts come from six habits of each account, chosen by popularity in its
community: popular hashtags and library sounds are shared by thousands at any time, as they are in life.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from overt.simulate.objects import Objects
from overt.simulate.streams import stream
from overt.simulate.words import (
    ADJECTIVES,
    CALLS,
    ENDINGS,
    HEADLINES,
    MOMENTS,
    PATTERNS,
    REPLIES,
    TAG_ENDINGS,
    TOPICS,
)  # fmt: skip
from overt.simulate.world import CARRIES, KINDS, World

__all__ = ["N_SOUNDS", "Payload", "Writer", "captions", "community_tags", "make_payloads", "topic_of"]

N_TAGS = 40
N_SITES = 120
N_SOUNDS = 600

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Payload:
    """What all shares of one object have in common; None or empty where they have nothing."""

    text: str | None = None
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    sound: str | None = None


def topic_of(community: int) -> tuple[str, list[str]]:
    """Tag and words of a community; after the last topic they begin again with a number."""
    tag, words = TOPICS[community % len(TOPICS)]
    again = community // len(TOPICS)
    return (f"{tag}{again + 1}" if again else tag), words.split()


def community_tags(world: World) -> list[list[str]]:
    """Forty hashtags of each community, the most popular first."""
    rng = stream(world.seed, "tags")
    pools = []
    for community in range(world.n_communities):
        tag, words = topic_of(community)
        again = tag[len(tag.rstrip("0123456789")) :]
        every = [word.replace("-", "") + end + again for word in words for end in TAG_ENDINGS]
        pools.append([tag, *rng.permutation(every)[: N_TAGS - 1].tolist()])
    return pools


def captions(rng: np.random.Generator, patterns: tuple[str, ...], community: Ints) -> list[str]:
    """One caption a row, about the row's community."""
    n = len(community)
    lists = (patterns, ADJECTIVES, MOMENTS, ENDINGS)
    which, adj, moment, ending = (rng.integers(0, len(items), n).tolist() for items in lists)
    first = rng.integers(0, 16, n).tolist()
    second = rng.integers(1, 16, n).tolist()  # steps on from the first: never the same word twice
    words = [topic_of(c)[1] for c in range(int(community.max(initial=0)) + 1)]
    return [
        patterns[which[i]].format(
            adj=ADJECTIVES[adj[i]], a=words[c][first[i]], b=words[c][(first[i] + second[i]) % 16],
            moment=MOMENTS[moment[i]], ending=ENDINGS[ending[i]],
        )
        for i, c in enumerate(community.tolist())
    ]  # fmt: skip


class Writer:
    """Writes what is an account's own in a post."""

    def __init__(self, world: World, community: Ints) -> None:
        self._rng = stream(world.seed, "writer")
        self._community = community
        self._habits = self._habit_tags(world)

    def _habit_tags(self, world: World) -> list[list[str]]:
        rng = stream(world.seed, "habits")
        pools = community_tags(world)
        weight = 1.0 / np.arange(1, N_TAGS + 1)
        # Six draws without replacement for all accounts at once: the six largest of weighted keys.
        keys = rng.exponential(1.0, (len(self._community), N_TAGS)) / weight
        habits = np.argsort(keys, axis=1)[:, :6]
        return [
            [pools[c][i] for i in row]
            for c, row in zip(self._community.tolist(), habits.tolist(), strict=True)
        ]

    def captions(self, account: Ints) -> list[str]:
        """An individual caption for each post of `account`."""
        return captions(self._rng, PATTERNS, self._community[account])

    def replies(self, account: Ints) -> list[str]:
        """An individual comment for each post of `account`."""
        return captions(self._rng, REPLIES, self._community[account])

    def tags(self, account: Ints) -> list[list[str]]:
        """None to four of each account's habits, in any order."""
        count = self._rng.choice(5, len(account), p=[0.35, 0.25, 0.2, 0.13, 0.07]).tolist()
        order = np.argsort(self._rng.random((len(account), 6)), axis=1).tolist()
        return [
            [self._habits[a][i] for i in row[:n]]
            for a, row, n in zip(account.tolist(), order, count, strict=True)
        ]

    def sounds(self, n: int) -> list[str | None]:
        """A library sound by Zipf popularity for four posts of ten, None (an own sound) for the others."""
        weight = 1.0 / np.arange(1, N_SOUNDS + 1)
        which = self._rng.choice(N_SOUNDS, n, p=weight / weight.sum()).tolist()
        own = (self._rng.random(n) < 0.6).tolist()
        return [None if o else f"{8_100_000_000 + 7919 * w}" for o, w in zip(own, which, strict=True)]

    def mentions(self, account: Ints, handles: list[str]) -> list[str | None]:
        """Now and then (one in twenty) any other account."""
        who = self._rng.integers(0, len(handles), len(account)).tolist()
        does = (self._rng.random(len(account)) < 0.05).tolist()
        return [
            handles[w] if d and w != a else None for w, d, a in zip(who, does, account.tolist(), strict=True)
        ]


def make_payloads(world: World, objects: Objects) -> list[Payload]:
    """What the shares of each object have in common."""
    rng = stream(world.seed, "payloads")
    n = len(objects.kind)
    pools = community_tags(world)
    calls = captions(rng, CALLS, objects.community)
    headlines = captions(rng, HEADLINES, objects.community)
    sites = _sites(rng, world)
    weight = 1.0 / np.arange(1, N_SITES + 1)
    site = rng.choice(N_SITES, (n, world.bundle), p=weight / weight.sum())
    n_tags = np.maximum(rng.integers(3, 6, n), world.bundle).tolist()
    payloads = []
    for i in range(n):
        carries = CARRIES[KINDS[objects.kind[i]]]
        pool = pools[objects.community[i]]
        sequence = [str(tag) for tag in rng.permutation(pool)[: n_tags[i]]]
        links = [f"https://{sites[s]}/{_slug(rng)}-{i}" for s in site[i].tolist()]
        # A serial number in the hundreds of millions: unlike any library sound.
        payload = _payload(carries, calls[i], headlines[i], sequence, links)
        payloads.append(
            payload if "sound" not in carries else _with_sound(payload, 8_300_000_000 + 104_729 * i)
        )
    return payloads


def _payload(
    carries: frozenset[str], call: str, headline: str, sequence: list[str], links: list[str]
) -> Payload:
    """A copied caption holds its hashtags and link, as copied captions do."""
    tags = tuple(sequence) if "tags" in carries else ()
    shown = tuple(links) if "link" in carries else ()
    text = None
    if "text" in carries:
        text = " ".join([headline if shown else call, *(f"#{tag}" for tag in tags), *shown])
    return Payload(text, tags, shown)


def _with_sound(payload: Payload, sound: int) -> Payload:
    return Payload(payload.text, payload.tags, payload.links, f"{sound}")


def _sites(rng: np.random.Generator, world: World) -> list[str]:
    nouns = [word for _, words in TOPICS for word in words.split()]
    picked = rng.choice(len(nouns), N_SITES).tolist()
    return [f"{nouns[w].replace('-', '')}{i}.example" for i, w in enumerate(picked)]


def _slug(rng: np.random.Generator) -> str:
    return f"{ADJECTIVES[rng.integers(0, len(ADJECTIVES))]}-{rng.integers(1000, 9999)}"
