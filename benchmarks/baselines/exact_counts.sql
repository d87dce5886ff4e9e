-- what: which of some pairs shared at least $least different objects within $window seconds
-- in:   candidates(a, b); the Parquet file $posts: account_id, object_id, posted_at in seconds
-- out:  a, b
SELECT c.a, c.b
FROM candidates c
JOIN read_parquet($posts) x ON x.account_id = c.a
JOIN read_parquet($posts) y ON y.account_id = c.b AND y.object_id = x.object_id
WHERE abs(x.posted_at - y.posted_at) <= $window
GROUP BY c.a, c.b
HAVING count(DISTINCT x.object_id) >= $least
