-- what: how many records repeated a post
-- in:  tallies (merge.sql)
-- out: n_duplicates, n_conflicting, n_merged: one row
SELECT n_duplicates, n_conflicting, n_merged FROM tallies
