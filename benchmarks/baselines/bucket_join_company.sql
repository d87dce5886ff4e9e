-- what: the actions that have another one on their object within $window seconds, their own account's too
-- in:   actions(account, object_, t)
-- out:  cut(account, object_, t, bucket); no pair is lost
CREATE TABLE cut AS
SELECT account, object_, t, t // ($window + 1) AS bucket
FROM actions
WINDOW same AS (PARTITION BY object_ ORDER BY t)
QUALIFY t - lag(t) OVER same <= $window OR lead(t) OVER same - t <= $window
