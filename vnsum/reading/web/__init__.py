"""Web pages from the network, within limits of size, time, redirects and addresses.

`fetching.fetch` gets one page that a user names: no cookies, no scripts, no proxies, no cache.
`extraction.extract` finds the article in it. What its bytes spell is `vnsum.reading.charsets`, what
the text of an article says `vnsum.reading.article`.
"""
