"""Every platform export that overt reads, one file per format.

in: nothing; out: nothing; why: a room for them. `registry.BUILT_IN` names the modules; a module gives
`FORMAT`, or `FORMATS` when its platform has several kinds of export.

Each format has two functions: `recognise` looks at the beginning of a file, `posts` makes rows of a record.
Files without a `FORMAT` are parts that several formats share: `values` (cells and JSON values), `marks`
(hashtags, mentions, links in a text), `html_text`, `id_times`, `likeness`, `bluesky_post`,
`twitter_entities`, `tiktok_text`, `weibo_text`, `fourcat_layouts`, and the items that Zeeschuimer wraps
(`douyin`, `instagram`, `rednote`, `tiktok_comments`, `x_graphql`, and `tiktok_web`, which is a format too).
"""
