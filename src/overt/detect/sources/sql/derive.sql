-- what: hashtags, mentions and links of the texts of posts whose source does not list them
-- in:  batch(place, text, hashtags, mentions, links); null lists are the ones to fill
-- out: hashtags, mentions, links in the order of place; at most 1,000 each; null where there is no text.
--      A hashtag has a letter, and is no part of a link or of an HTML entity; a mention follows no word
--      character (which would make it an e-mail address); a link cut off by an ellipsis is no link.
WITH marked AS (
  SELECT *, contains(text, '#') OR contains(text, '＃') AS has_tag, contains(text, '@') AS has_mention FROM batch
), bare AS (
  SELECT
    *,
    CASE WHEN has_tag OR has_mention THEN CASE
      WHEN contains(text, '://') OR contains(text, '&') THEN regexp_replace(text, '[Hh]ttps?://\S+|&#?\w{1,8};', ' ', 'g')
      ELSE text
    END END AS words
  FROM marked
)
SELECT
  coalesce(hashtags, list_slice(CASE
    WHEN has_tag
      THEN regexp_extract_all(words, '[#＃]([\p{N}_]*[\p{L}\p{M}][\p{L}\p{M}\p{N}_\x{200c}]*)', 1)
    WHEN text IS NOT NULL THEN []::VARCHAR[]
  END, 1, 1000)) AS hashtags,
  coalesce(mentions, list_slice(CASE
    WHEN has_mention
      THEN regexp_extract_all(
        words, '(?:^|[^\p{L}\p{N}_@])@((?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[A-Za-z0-9_](?:[A-Za-z0-9_.]*[A-Za-z0-9_])?)(?:@[A-Za-z0-9.-]+[A-Za-z0-9])?)', 1)
    WHEN text IS NOT NULL THEN []::VARCHAR[]
  END, 1, 1000)) AS mentions,
  coalesce(links, list_slice(CASE
    WHEN contains(text, '://')
      THEN list_filter(
        regexp_extract_all(
          text, '[Hh]ttps?://[^\s<>"\p{Han}\p{Hiragana}\p{Katakana}，。！？；：（）【】《》「」“”]*[^\s<>"\p{Han}\p{Hiragana}\p{Katakana}，。！？；：（）【】《》「」“”.,;:!?)\]}''’]'),
        lambda link: NOT contains(link, '…'))
    WHEN text IS NOT NULL THEN []::VARCHAR[]
  END, 1, 1000)) AS links
FROM bare
ORDER BY place
