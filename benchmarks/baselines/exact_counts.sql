-- what: which of some pairs shared at least $least different objects within $window seconds
-- in:   candidates(a, b); the Parquet file $posts: account_id, object_id, posted_at in seconds
-- out:  a, b
-- the posts of the one come first and apart: all posts of an object with all others of it would be too many
WITH mine AS MATERIALIZED (
    SELECT c.a, c.b, x.object_id, x.posted_at
    FROM candidates c JOIN read_parquet($posts) x ON x.account_id = c.a
)
SELECT m.a, m.b
FROM mine m
JOIN read_parquet($posts) y ON y.account_id = m.b AND y.object_id = m.object_id
WHERE abs(m.posted_at - y.posted_at) <= $window
GROUP BY m.a, m.b
HAVING count(DISTINCT m.object_id) >= $least
