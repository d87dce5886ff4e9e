"""What a simulated platform is made of: the parameters, with the values of the published experiments.

in: nothing; out: `World`, `Campaign`, `Benign`; why: one page says what can be asked of the generator,
and a bad value is refused with a message before anything is drawn.

The defaults are the generator behind the power and error figures in docs/method.md: activity Pareto
(1.6) between 3 and 150 objects, popularity Pareto (1.3), diffusion around four hours (lognormal, sigma
1.2), latency lognormal(0, 1) times the account's own speed lognormal(0, 0.7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from overt.errors import SettingError

__all__ = ["BENIGN_KINDS", "CARRIES", "KINDS", "PLACEMENTS", "Benign", "Campaign", "World"]

CARRIES: Mapping[str, frozenset[str]] = {
    "sound": frozenset({"sound"}),
    "hashtag_sequence": frozenset({"tags"}),
    "text": frozenset({"text"}),
    "link": frozenset({"link"}),
    "repost": frozenset({"repost"}),
    "reply": frozenset({"reply"}),
    "challenge": frozenset({"text", "tags", "sound"}),
    "notice": frozenset({"text", "link"}),
}
"""What everyone who shares an object of a kind has in common; the rest of the post is the account's own.

`repost` is a duet or stitch of one video, `reply` a comment under one video, `challenge` a caption to be
copied with its hashtags and sound, `notice` a caption to be copied with its link.
"""

KINDS: tuple[str, ...] = tuple(CARRIES)
PLACEMENTS: tuple[str, ...] = ("inside", "first", "exclusive")
BENIGN_KINDS: tuple[str, ...] = ("syndication", "fan_club", "giveaway", "scheduler", "event_fans")


@dataclass(frozen=True, slots=True)
class Campaign:
    """Accounts that act on the same objects together, and hide it among ordinary posts.

    Attributes
    ----------
    name: for the truth file only; nothing of it is in the export.
    n_accounts, n_objects: members, and objects that they act on.
    jitter_s: each member acts |N(0, jitter_s)| seconds after the campaign's moment.
    participation: chance that a member acts on an object. Two members share
        participation**2 * n_objects objects on average: 4.3 of 12 at 0.6, 12.8 of 20 at 0.8.
    camouflage: share of a member's posts that are ordinary, 0 to below 1.
    placement: `inside` the ordinary diffusion of objects that others share too, at a random point
        of it; `first`, others follow; `exclusive`, nobody else shares them.
    kinds: kinds of the objects, in turn. The timing test works within a trace: twelve objects of four
        kinds are three a trace, which no test can find.
    template_handles: handles of one pattern. created_within_days: accounts made in one burst.
    hostile_names: that many members carry names with HTML, formulas or direction marks.
    """

    name: str
    n_accounts: int = 25
    n_objects: int = 12
    jitter_s: float = 20.0
    participation: float = 0.6
    camouflage: float = 0.8
    placement: str = "inside"
    kinds: tuple[str, ...] = ("text",)
    template_handles: bool = False
    created_within_days: float | None = None
    hostile_names: int = 0

    def __post_init__(self) -> None:
        _number(f"{self.name}: n_accounts", self.n_accounts, 2, 1e7)
        _number(f"{self.name}: n_objects", self.n_objects, 1, 1e7)
        _number(f"{self.name}: jitter_s", self.jitter_s, 0, 1e9)
        _number(f"{self.name}: participation", self.participation, 0, 1)
        _number(f"{self.name}: camouflage", self.camouflage, 0, 0.99)
        _word(f"{self.name}: placement", self.placement, PLACEMENTS)
        for kind in self.kinds or ("",):
            _word(f"{self.name}: kind of object", kind, KINDS)


@dataclass(frozen=True, slots=True)
class Benign:
    """Accounts that act together for an innocent reason.

    `kind` is one of `BENIGN_KINDS`: `syndication` (outlets repeat one feed, each with a lag of its own),
    `fan_club` (answers a star's posts fast, in own words, with the club's hashtag), `giveaway` (pastes the
    text and link that a host asks for, over days), `scheduler` (posts on the quarter of an hour),
    `event_fans` (react to outside events within two minutes, before a wide public).
    """

    name: str
    kind: str
    n_accounts: int = 20
    n_objects: int = 30

    def __post_init__(self) -> None:
        _word(f"{self.name}: kind", self.kind, BENIGN_KINDS)
        _number(f"{self.name}: n_accounts", self.n_accounts, 2, 1e7)
        _number(f"{self.name}: n_objects", self.n_objects, 0 if self.kind == "scheduler" else 1, 1e7)


def _kind_shares() -> tuple[tuple[str, float], ...]:
    return (
        ("text", 0.22), ("link", 0.22), ("hashtag_sequence", 0.14), ("sound", 0.16),
        ("repost", 0.10), ("reply", 0.10), ("challenge", 0.06),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """A platform. Campaign, benign and state accounts are among the `n_accounts`; times are seconds.

    Attributes
    ----------
    homophily: share of an account's shares that stay in its community.
    plain_ratio: posts without a shared object, per post with one.
    rhythm: depth of the daily rhythm, 0 to 0.95 (rate 1 + rhythm*cos, peak at 20:00 local time).
    viral_share: share of objects that are 30 times as popular and 20 times as fast.
    flash_share, flash_sharers, flash_s: share of objects with an outside trigger, the share of their
        sharers that react to it, and the time within which 95 % of these do.
    fast_bots: share of ordinary accounts whose speed is 0.02. scheduler_share: share on the grid `grid_s`.
    sessions: accounts release what they share in one to five short sessions a day.
    resolution_s: times are floored to it. keep: chance that a post is in the export.
    bundle: links (or hashtags of a sequence, at least three) that one shared object carries.
    hostile_accounts: ordinary accounts with hostile names and captions.
    start_at: ms UTC of the first midnight.
    """

    seed: int = 0
    n_accounts: int = 1500
    n_objects: int = 800
    days: float = 30.0
    n_communities: int = 15
    homophily: float = 0.85
    activity_min: float = 3.0
    activity_max: float = 150.0
    activity_exponent: float = 1.6
    popularity_exponent: float = 1.3
    diffusion_s: float = 4 * 3600.0
    diffusion_sigma: float = 1.2
    latency_sigma: float = 1.0
    speed_sigma: float = 0.7
    plain_ratio: float = 0.3
    rhythm: float = 0.5
    n_zones: int = 6
    viral_share: float = 0.0
    flash_share: float = 0.0
    flash_sharers: float = 0.3
    flash_s: float = 120.0
    fast_bots: float = 0.02
    scheduler_share: float = 0.0
    grid_s: float = 900.0
    sessions: bool = False
    resolution_s: float = 1.0
    keep: float = 1.0
    bundle: int = 1
    kind_shares: tuple[tuple[str, float], ...] = field(default_factory=_kind_shares)
    state_accounts: int = 0
    hostile_accounts: int = 0
    benign: tuple[Benign, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    start_at: int = 1_772_409_600_000

    def __post_init__(self) -> None:
        for name, low, high in _BOUNDS:
            _number(name, getattr(self, name), low, high)
        for kind, _ in self.kind_shares:
            _word("kind of object", kind, KINDS)
        if self.n_objects < self.n_communities:
            raise SettingError(
                f"n_objects is {self.n_objects}; each of the {self.n_communities} communities needs one.",
                hint="Raise n_objects or lower n_communities.",
            )
        planned = self.state_accounts + sum(campaign.n_accounts for campaign in self.campaigns)
        planned += sum(benign.n_accounts for benign in self.benign)
        if planned > 0.8 * self.n_accounts:
            raise SettingError(
                f"{planned} of {self.n_accounts} accounts are in groups; at most 80 % may be.",
                hint="Raise n_accounts.",
            )


_BOUNDS: tuple[tuple[str, float, float], ...] = (
    ("seed", 0, 2**63 - 1), ("n_accounts", 10, 1e7), ("n_objects", 1, 1e7), ("days", 0.1, 3650),
    ("n_communities", 1, 1e5), ("homophily", 0, 1), ("activity_min", 1, 1e6), ("activity_max", 1, 1e6),
    ("activity_exponent", 0.1, 100), ("popularity_exponent", 0.1, 100), ("diffusion_s", 1e-3, 1e9),
    ("diffusion_sigma", 0, 10), ("latency_sigma", 0, 10), ("speed_sigma", 0, 10), ("plain_ratio", 0, 1000),
    ("rhythm", 0, 0.95), ("n_zones", 1, 24), ("viral_share", 0, 1), ("flash_share", 0, 1),
    ("flash_sharers", 0, 1), ("flash_s", 0, 1e9), ("fast_bots", 0, 1), ("scheduler_share", 0, 1),
    ("grid_s", 1, 86400), ("resolution_s", 1e-3, 86400), ("keep", 0, 1), ("bundle", 1, 20),
    ("state_accounts", 0, 1e6), ("hostile_accounts", 0, 1e6), ("start_at", 0, 4e12),
)  # fmt: skip


def _number(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise SettingError(f"{name} is {value}; expected {low:g} to {high:g}.")


def _word(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SettingError(f"{name} is {value!r}; expected one of {', '.join(allowed)}.")
