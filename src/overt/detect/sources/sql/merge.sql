-- what: one row for each post id, of what was just read and of what the study had
-- in:  parts (schema normalise.PART), sources(file_no, source, file, resolution_ms),
--      existing (schema posts). Of several records of a post the latest collected wins, then what the study
--      had, then the first read: the order of reading is of no importance, and reading a file again changes nothing.
-- out: tables losers(seq), unions(post_id, objects), tallies(n_duplicates, n_conflicting, n_merged); views every_post
CREATE OR REPLACE TEMP VIEW every_post AS
SELECT
  seq, post_id, account_id, platform, posted_at, resolution_ms, text, transcript, language, region, hashtags, links,
  mentions, sound_id, media, repost_of, repost_of_at, reply_to, objects, n_likes, n_comments, n_shares, n_views,
  paid_label, client, source, file, line, collected_at
FROM parts JOIN sources USING (file_no)
UNION ALL
SELECT
  file_row_number - 4611686018427387904 AS seq, post_id, account_id, platform, posted_at, resolution_ms, text, transcript,
  language, region, hashtags, links, mentions, sound_id, media, repost_of, repost_of_at, reply_to, objects, n_likes,
  n_comments, n_shares, n_views, paid_label, client, source, file, line, collected_at
FROM existing;

CREATE OR REPLACE TEMP TABLE repeated AS
SELECT post_id FROM every_post GROUP BY post_id HAVING count(*) > 1;

CREATE OR REPLACE TEMP TABLE ranked AS
SELECT
  seq,
  post_id,
  hash(account_id, posted_at, text, hashtags, links, mentions, sound_id, media, repost_of, reply_to) AS content,
  list_sort(objects) AS objects,
  row_number() OVER (PARTITION BY post_id ORDER BY collected_at DESC NULLS LAST, seq) AS place
FROM every_post
WHERE post_id IN (SELECT post_id FROM repeated);

CREATE OR REPLACE TEMP TABLE losers AS
SELECT seq FROM ranked WHERE place > 1;

CREATE OR REPLACE TEMP TABLE unions AS
SELECT post_id, list_sort(list_distinct(flatten(list(objects)))) AS objects
FROM ranked
WHERE objects IS NOT NULL
GROUP BY post_id;

CREATE OR REPLACE TEMP TABLE tallies AS
SELECT
  count(*) FILTER (WHERE same AND NOT adds) AS n_duplicates,
  count(*) FILTER (WHERE NOT same) AS n_conflicting,
  count(*) FILTER (WHERE same AND adds) AS n_merged
FROM (
  SELECT
    loser.content = winner.content AS same,
    NOT list_has_all(coalesce(winner.objects, []), coalesce(loser.objects, [])) AS adds
  FROM ranked AS loser JOIN ranked AS winner USING (post_id)
  WHERE loser.place > 1 AND winner.place = 1
);
