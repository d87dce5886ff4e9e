-- what: the answer as lines, in byte order, the two ids of a pair in byte order too
-- in:   pairs(a, b, objects, coactions), accounts(account_id, account): numbers are in byte order of ids
-- out:  line
SELECT concat_ws(',', x.account_id, y.account_id, objects, coactions) AS line
FROM pairs JOIN accounts x ON x.account = a JOIN accounts y ON y.account = b
ORDER BY line
