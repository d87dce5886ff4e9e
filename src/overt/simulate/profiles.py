"""What accounts show: ids, handles, names, profile texts, dates, badges.

in: the world and its `Population`; out: columns of the `accounts` table, in the order of the account
numbers; why: ids are shuffled and no column tells a role, except what real accounts of that role show
(a ministry its badge, a careless campaign its burst of new accounts and its handles of one pattern).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from overt.simulate.clock import DAY
from overt.simulate.content import topic_of
from overt.simulate.population import Group, Population
from overt.simulate.streams import stream
from overt.simulate.words import ADJECTIVES, HOSTILE, OPENINGS, STATE_BODIES, STATE_MEDIA
from overt.simulate.world import Campaign, World

__all__ = ["PLATFORM", "Profiles", "make_profiles"]

PLATFORM = "simvideo"
NOTABLE = 0.01
"""Share of ordinary accounts with the platform's badge for well-known people."""

COUNTRIES: tuple[str, ...] = tuple(f"X{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWX")
"""Codes that ISO 3166 leaves to users: no real country."""


@dataclass(slots=True)
class Profiles:
    """Columns by account number. `created_at` in ms UTC; `hostile` marks ordinary hostile accounts."""

    account_id: list[str]
    handle: list[str]
    display_name: list[str]
    bio: list[str | None]
    created_at: npt.NDArray[np.int64]
    followers: list[int]
    following: list[int]
    verified: list[bool]
    verified_kind: list[str | None]
    country: list[str]
    hostile: npt.NDArray[np.bool_]


def make_profiles(world: World, population: Population) -> Profiles:
    """Profiles of ordinary people, then what each group changes in its own."""
    profiles = _ordinary(world, population)
    n_campaigns = len(world.campaigns)
    first = len(population.groups) - n_campaigns
    for i, group in enumerate(population.groups):
        rng = stream(world.seed, f"profiles {i}")
        if i >= first:
            _campaign(rng, world, profiles, world.campaigns[i - first], group)
        elif group.kind == "state":
            _state(profiles, group)
        elif group.kind == "syndication":
            _outlets(rng, profiles, group)
    _hostile(world, population, profiles)
    return profiles


def _ordinary(world: World, population: Population) -> Profiles:
    rng = stream(world.seed, "profiles")
    n = world.n_accounts
    ids = 6_800_000_000 + np.cumsum(rng.integers(1, 1000, n))
    age = rng.uniform(20.0, 6 * 365.0, n)
    notable = rng.random(n) < NOTABLE
    followers = np.exp(rng.normal(5.0, 1.6, n)) * np.where(notable, 100, 1)
    handles, names, bios = _names(rng, population)
    return Profiles(
        account_id=[f"{i}" for i in rng.permutation(ids).tolist()],
        handle=handles,
        display_name=names,
        bio=bios,
        created_at=world.start_at - (age * DAY * 1000).astype(np.int64),
        followers=followers.astype(np.int64).tolist(),
        following=np.exp(rng.normal(5.0, 1.0, n)).astype(np.int64).tolist(),
        verified=notable.tolist(),
        verified_kind=["notable" if v else None for v in notable.tolist()],
        country=[COUNTRIES[z] for z in population.zone.tolist()],
        hostile=np.zeros(n, dtype=np.bool_),
    )


def _names(rng: np.random.Generator, population: Population) -> tuple[list[str], list[str], list[str | None]]:
    n = len(population.community)
    handles: list[str] = []
    names: list[str] = []
    bios: list[str | None] = []
    seen: set[str] = set()
    topics = [topic_of(c) for c in range(int(population.community.max()) + 1)]
    adjective = rng.integers(0, len(ADJECTIVES), n).tolist()
    noun, other, style = (rng.integers(0, high, n).tolist() for high in (16, 16, 5))
    number = rng.integers(1, 10_000, n).tolist()
    for i, community in enumerate(population.community.tolist()):
        tag, words = topics[community]
        adj, a, b = ADJECTIVES[adjective[i]], words[noun[i]], words[other[i]]
        styles = (
            f"{adj}_{a}",
            f"{a}.{b}{number[i] % 100}",
            f"the{adj}{a}",
            f"{tag}_{adj}{number[i]}",
            f"{a}{number[i]}",
        )
        handle = styles[style[i]].replace("-", "")
        if handle in seen:
            handle = f"{handle}_{i}"
        seen.add(handle)
        handles.append(handle)
        names.append(f"{adj} {a}".title() if style[i] % 2 else handle)
        bios.append(None if number[i] % 5 == 0 else f"{tag}, {a} and {b}. {adj} by nature")
    return handles, names, bios


def _campaign(
    rng: np.random.Generator, world: World, profiles: Profiles, campaign: Campaign, group: Group
) -> None:
    members = group.members.tolist()
    if campaign.created_within_days is not None:
        born = world.start_at - rng.uniform(20.0, 80.0) * DAY * 1000
        spread = rng.uniform(0.0, campaign.created_within_days * DAY * 1000, len(members))
        profiles.created_at[group.members] = np.minimum(born + spread, world.start_at).astype(np.int64)
    if campaign.template_handles:
        stem = f"{ADJECTIVES[rng.integers(0, len(ADJECTIVES))]}_voice"
        digits = rng.permutation(90_000)[: len(members)] + 10_000
        for member, digit in zip(members, digits.tolist(), strict=True):
            profiles.handle[member] = profiles.display_name[member] = f"{stem}_{digit}"
    for i, member in enumerate(members[: campaign.hostile_names]):
        profiles.display_name[member] = HOSTILE[i % len(HOSTILE)]


def _state(profiles: Profiles, group: Group) -> None:
    """Ministries and state media of the Republic of Vestmark, which exists nowhere."""
    for i, member in enumerate(group.members.tolist()):
        is_media = i % 3 == 2
        pool = STATE_MEDIA if is_media else STATE_BODIES
        place = i // 3 if is_media else i - i // 3
        again = f" {place // len(pool) + 1}" if place >= len(pool) else ""
        name = f"{pool[place % len(pool)]}{again}"
        profiles.display_name[member] = name if is_media else f"{name}, Vestmark"
        profiles.handle[member] = f"{name.lower().replace(' ', '_')}_official"
        profiles.bio[member] = f"Official account of the {name.removeprefix('The ')}, Republic of Vestmark."
        profiles.verified[member] = True
        profiles.verified_kind[member] = "state-controlled media" if is_media else "government"
        profiles.followers[member] = 20_000 + 1000 * i


def _outlets(rng: np.random.Generator, profiles: Profiles, group: Group) -> None:
    words = [word for c in range(20) for word in topic_of(c)[1]]
    place = rng.permutation(len(words))[: len(group.members)].tolist()
    for i, member in enumerate(group.members.tolist()):
        name = f"{words[place[i % len(place)]].title()} {OPENINGS[i % len(OPENINGS)]}"
        profiles.display_name[member] = name
        profiles.handle[member] = f"{name.lower().replace(' ', '_')}_{i}"
        profiles.bio[member] = "Local news from a shared wire. Contact the desk by letter."


def _hostile(world: World, population: Population, profiles: Profiles) -> None:
    grouped = np.concatenate([np.empty(0, np.int64), *(group.members for group in population.groups)])
    free = np.setdiff1d(np.arange(world.n_accounts), grouped)
    chosen = stream(world.seed, "hostile").permutation(free)[: world.hostile_accounts]
    profiles.hostile[chosen] = True
    for i, account in enumerate(chosen.tolist()):
        profiles.display_name[account] = HOSTILE[i % len(HOSTILE)]
