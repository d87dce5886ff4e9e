-- what: the table posts
-- in:  every_post, losers, unions (merge.sql)
-- out: the rows of schema.posts, by time and id
SELECT
  p.post_id, account_id, platform, posted_at, resolution_ms, text, transcript, language, region, hashtags, links, mentions,
  sound_id, media, repost_of, repost_of_at, reply_to, coalesce(u.objects, p.objects) AS objects, n_likes, n_comments,
  n_shares, n_views, paid_label, client, collected_at, source, file, line
FROM every_post AS p
  ANTI JOIN losers USING (seq)
  LEFT JOIN unions AS u ON u.post_id = p.post_id
ORDER BY posted_at, p.post_id
