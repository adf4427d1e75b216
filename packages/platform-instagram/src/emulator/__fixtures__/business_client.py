"""Meta's business SDK for Python, as published, against the emulator: only its host is replaced."""
import json
import sys

from facebook_business.adobjects.iguser import IGUser
from facebook_business.adobjects.igmedia import IGMedia
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

url, token, image_url = sys.argv[1:4]
FacebookSession.GRAPH = url + '/graph.facebook.com'
FacebookAdsApi.init(access_token=token, crash_log=False)

pages = list(User('me').get_accounts(fields=['name', 'instagram_business_account']))
account = IGUser(next(page for page in pages if 'instagram_business_account' in page)['instagram_business_account']['id'])


def publish(**params):
    container = account.create_media(params=params)
    return account.create_media_publish(params={'creation_id': container['id']})['id'], container['id']


media_id, container_id = publish(image_url=image_url, caption='Schön')
children = [account.create_media(params={'image_url': image_url, 'is_carousel_item': True})['id'] for _ in range(2)]
carousel_id, _ = publish(media_type='CAROUSEL', children=children, caption='Two at once')
comment = IGMedia(carousel_id).create_comment(params={'message': 'First comment'})

errors = []
for call in (
    lambda: account.create_media_publish(params={'creation_id': container_id}),
    lambda: account.create_media(params={'image_url': url + '/nothing.jpg'}),
    lambda: IGMedia('17900000000099999').api_get(fields=['id']),
):
    try:
        call()
    except FacebookRequestError as error:
        errors.append([error.http_status(), error.api_error_code(), error.api_error_subcode()])

media = IGMedia(media_id).api_get(fields=['caption', 'media_type', 'username'])
quota = account.get_content_publishing_limit(fields=['quota_usage', 'config'])[0]
listed = [one['caption'] for one in account.get_media(fields=['caption'], params={'limit': 1})]
IGMedia(media_id).api_delete()
print(json.dumps({
    'pages': [page['name'] for page in pages],
    'media': media.export_all_data(),
    'usage': quota['quota_usage'],
    'listed': listed,
    'comment': comment['id'],
    'errors': errors,
}))
