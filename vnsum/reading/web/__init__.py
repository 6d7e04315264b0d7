"""Fetching web pages, with limits on size, time, redirects and addresses, and extracting articles.

Cookies, scripts, proxies and caches are not supported.
"""
