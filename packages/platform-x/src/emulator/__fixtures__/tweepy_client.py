"""Runs tweepy, as published, against an emulator; prints what it got as one line of JSON.

Arguments: the emulator's URL, and the credentials as JSON. Only the transport is told where to go.
"""

import json
import sys

import requests
import tweepy


class ToEmulator(requests.adapters.HTTPAdapter):
    def __init__(self, url):
        super().__init__()
        self.url = url

    def send(self, request, **options):
        request.url = request.url.replace("https://api.twitter.com", self.url, 1)
        return super().send(request, **options)


def dial(url):
    """Also sessions that tweepy opens later go to the emulator."""
    adapter, usual = ToEmulator(url), requests.Session.get_adapter

    def get_adapter(session, url):
        return adapter if url.startswith("https://api.twitter.com") else usual(session, url)

    requests.Session.get_adapter = get_adapter


def log_in(url, keys):
    """Three legs, and the person in the middle."""
    handler = tweepy.OAuth1UserHandler(keys["apiKey"], keys["apiSecret"], callback=keys["callback"])
    page = handler.get_authorization_url()
    token = page.split("oauth_token=")[1]
    chosen = {"oauth_token": token, "account": keys["accountId"]}
    back = requests.post(f"{url}/oauth/authorize", data=chosen, allow_redirects=False).headers["location"]
    verifier = back.split("oauth_verifier=")[1]
    try:
        handler.get_access_token("wrong")
    except tweepy.TweepyException as error:
        refusal = str(error)
    access, secret = handler.get_access_token(verifier)
    keys = {"consumer_key": keys["apiKey"], "consumer_secret": keys["apiSecret"]}
    client = tweepy.Client(**keys, access_token=access, access_token_secret=secret)
    return {"page": page.split("?")[0], "refusal": refusal, "username": client.get_me().data.username}


def catch(call):
    try:
        call()
    except tweepy.errors.HTTPException as error:
        return {
            "class": type(error).__name__,
            "messages": error.api_messages,
            "codes": error.api_codes,
            "resetTime": getattr(error, "reset_time", None),
        }
    return None


def main():
    url, keys = sys.argv[1], json.loads(sys.argv[2])
    dial(url)
    user = tweepy.Client(
        consumer_key=keys["apiKey"],
        consumer_secret=keys["apiSecret"],
        access_token=keys["accessToken"],
        access_token_secret=keys["accessSecret"],
    )
    app = tweepy.Client(bearer_token=keys["bearerToken"])

    me = user.get_me(user_fields=["subscription_type", "public_metrics"])
    first = user.create_tweet(text="Which one first?", poll_options=["Red", "Blue"], poll_duration_minutes=60)
    second = user.create_tweet(text="In a thread", in_reply_to_tweet_id=first.data["id"])
    read = app.get_tweet(
        first.data["id"],
        tweet_fields=["created_at", "public_metrics", "author_id"],
        expansions=["attachments.poll_ids", "author_id"],
        poll_fields=["duration_minutes", "voting_status"],
    )
    for number in range(6):
        user.create_tweet(text=f"Number {number}")
    pages = tweepy.Paginator(app.get_users_tweets, me.data.id, max_results=5)
    listed = [tweet.text for tweet in pages.flatten(limit=20)]
    private = app.get_tweets([first.data["id"]], tweet_fields=["non_public_metrics"])
    answer = {
        "login": log_in(url, keys),
        "me": me.data.data,
        "poll": [option["label"] for option in read.includes["polls"][0].options],
        "author": read.includes["users"][0].username,
        "likes": read.data.public_metrics["like_count"],
        "createdAt": read.data.created_at.isoformat(),
        "listed": listed,
        "privateErrors": [error["field"] for error in private.errors],
        "duplicate": catch(lambda: user.create_tweet(text="In a thread")),
        "missing": catch(lambda: user.delete_tweet("1")),
        "invalid": catch(lambda: app.get_tweets(["x"])),
        "appOnly": catch(lambda: tweepy.Client(bearer_token="wrong").get_tweet("1")),
        "deleted": user.delete_tweet(second.data["id"]).data,
    }
    for form in ("coded", "coded_list", "untyped", "html", "empty"):
        requests.post(f"{url}/_emulator/switches", json={"errorBodies": form}).raise_for_status()
        answer[form] = catch(lambda: user.create_tweet(text="In a thread"))
    requests.post(f"{url}/_emulator/switches", json={"errorBodies": "recorded"}).raise_for_status()
    unavailable = {"kind": "refuse", "status": 503, "body": {"title": "Service Unavailable", "status": 503}}
    requests.post(f"{url}/_emulator/faults", json={"match": {}, "fault": unavailable}).raise_for_status()
    answer["unavailable"] = catch(lambda: user.create_tweet(text="Never"))
    limited = [catch(lambda: user.create_tweet(text=f"More {number}")) for number in range(3)]
    answer["limited"] = limited[-1]
    print(json.dumps(answer))


main()
