-- what: accounts and objects as numbers, those of accounts in byte order of their ids
-- in:   the Parquet file $posts: account_id, object_id, posted_at in seconds
-- out:  accounts(account_id, account), actions(account, object_, t)
CREATE TABLE accounts AS
SELECT account_id, (row_number() OVER (ORDER BY account_id) - 1)::INTEGER AS account
FROM (SELECT DISTINCT account_id FROM read_parquet($posts));

CREATE TABLE actions AS
WITH objects AS (
    SELECT object_id, (row_number() OVER () - 1)::INTEGER AS object_
    FROM (SELECT DISTINCT object_id FROM read_parquet($posts))
)
SELECT account, object_, posted_at::INTEGER AS t
FROM read_parquet($posts) JOIN accounts USING (account_id) JOIN objects USING (object_id);
