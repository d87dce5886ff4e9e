-- what: pairs of accounts that acted on at least $least objects within $w of each other (the bucket join)
-- in:   actions(account, object_, t): integers
-- out:  a, b, n_objects, n_actions, gap_min
WITH cut AS (
    SELECT account, object_, t, t // ($w + 1) AS bucket FROM actions
),
-- two actions of one bucket are always within the window
same AS (
    SELECT x.account AS a, y.account AS b, x.object_, abs(x.t - y.t) AS gap
    FROM cut x JOIN cut y ON x.object_ = y.object_ AND x.bucket = y.bucket AND x.account < y.account
),
-- of neighbouring buckets only some are; every pair of actions is in exactly one of the two joins
next AS (
    SELECT least(x.account, y.account) AS a, greatest(x.account, y.account) AS b, x.object_, y.t - x.t AS gap
    FROM cut x JOIN cut y ON x.object_ = y.object_ AND x.bucket = y.bucket - 1
    WHERE x.account <> y.account AND y.t - x.t <= $w
),
per_object AS (
    SELECT a, b, object_, count(*) AS n, min(gap) AS gap FROM (FROM same UNION ALL FROM next)
    GROUP BY a, b, object_
)
SELECT a, b, count(*) AS n_objects, sum(n) AS n_actions, min(gap) AS gap_min
FROM per_object GROUP BY a, b HAVING count(*) >= $least ORDER BY a, b
