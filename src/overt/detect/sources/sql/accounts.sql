-- what: the table accounts: every attribute as last seen, with counts of posts
-- in:  parts (schema normalise.PART), posts (schema posts, the new table), existing and existing_accounts (schemas
--      posts and accounts, what the study had). Seen later is: with a later post; of one post, collected later.
-- out: the rows of schema.accounts, by id
WITH had AS (
  SELECT account_id, max(collected_at) AS collected_at FROM existing GROUP BY account_id
), seen AS (
  SELECT
    account_id, platform, handle, display_name, bio, created_at, followers, following, verified, verified_kind, country,
    profile_links AS links, posted_at AS seen_at, coalesce(collected_at, 0) AS taken_at, seq
  FROM parts
  WHERE coalesce(platform, handle, display_name, bio, verified_kind, country) IS NOT NULL
    OR coalesce(created_at, followers, following) IS NOT NULL OR verified IS NOT NULL OR profile_links IS NOT NULL
  UNION ALL
  SELECT
    account_id, platform, handle, display_name, bio, created_at, followers, following, verified, verified_kind, country,
    links, coalesce(last_post_at, 0) AS seen_at, coalesce(collected_at, 0) AS taken_at, -1 AS seq
  FROM existing_accounts LEFT JOIN had USING (account_id)
), last_seen AS (
  SELECT
    account_id,
    arg_max(platform, (seen_at, taken_at, seq)) FILTER (WHERE platform IS NOT NULL) AS platform,
    arg_max(handle, (seen_at, taken_at, seq)) FILTER (WHERE handle IS NOT NULL) AS handle,
    arg_max(display_name, (seen_at, taken_at, seq)) FILTER (WHERE display_name IS NOT NULL) AS display_name,
    arg_max(bio, (seen_at, taken_at, seq)) FILTER (WHERE bio IS NOT NULL) AS bio,
    arg_max(created_at, (seen_at, taken_at, seq)) FILTER (WHERE created_at IS NOT NULL) AS created_at,
    arg_max(followers, (seen_at, taken_at, seq)) FILTER (WHERE followers IS NOT NULL) AS followers,
    arg_max(following, (seen_at, taken_at, seq)) FILTER (WHERE following IS NOT NULL) AS following,
    arg_max(verified, (seen_at, taken_at, seq)) FILTER (WHERE verified IS NOT NULL) AS verified,
    arg_max(verified_kind, (seen_at, taken_at, seq)) FILTER (WHERE verified_kind IS NOT NULL) AS verified_kind,
    arg_max(country, (seen_at, taken_at, seq)) FILTER (WHERE country IS NOT NULL) AS country,
    arg_max(links, (seen_at, taken_at, seq)) FILTER (WHERE links IS NOT NULL) AS links
  FROM seen
  GROUP BY account_id
), active AS (
  SELECT account_id, count(*) AS n_posts, min(posted_at) AS first_post_at, max(posted_at) AS last_post_at
  FROM posts
  GROUP BY account_id
)
SELECT
  account_id, platform, handle, display_name, bio, created_at, followers, following, verified, verified_kind, country,
  links, n_posts, first_post_at, last_post_at
FROM active LEFT JOIN last_seen USING (account_id)
ORDER BY account_id
