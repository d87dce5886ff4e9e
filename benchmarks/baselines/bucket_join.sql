-- what: pairs that shared objects within $window seconds, of the slice of accounts whose number is $slice
--       modulo $slices: the pair belongs to the slice of its lower account
-- in:   cut(account, object_, t, bucket): integers, bucket = t // ($window + 1)
-- out:  a, b, objects, coactions: pairs of accounts, a < b, with at least $least objects
WITH
-- two actions of one bucket are always within the window; of neighbouring buckets only some are. Each pair of
-- actions is in one of the three joins, and the slice is always on the side of the lower account
lower AS (SELECT * FROM cut WHERE account % $slices = $slice),
near AS (
    SELECT x.account AS a, y.account AS b, x.object_
    FROM lower x JOIN cut y ON x.object_ = y.object_ AND x.bucket = y.bucket
    WHERE x.account < y.account
    UNION ALL
    SELECT x.account, y.account, x.object_
    FROM lower x JOIN cut y ON x.object_ = y.object_ AND x.bucket + 1 = y.bucket
    WHERE x.account < y.account AND y.t - x.t <= $window
    UNION ALL
    SELECT x.account, y.account, x.object_
    FROM lower x JOIN cut y ON x.object_ = y.object_ AND x.bucket - 1 = y.bucket
    WHERE x.account < y.account AND x.t - y.t <= $window
),
-- grouping twice costs half of count(DISTINCT object_)
per_object AS (SELECT a, b, object_, count(*) AS n FROM near GROUP BY a, b, object_)
SELECT a, b, count(*) AS objects, sum(n)::BIGINT AS coactions
FROM per_object GROUP BY a, b HAVING count(*) >= $least
