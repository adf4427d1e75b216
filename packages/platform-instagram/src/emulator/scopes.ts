import type { InstagramLogin } from './state.ts'

/** What a call may need, with the name that each login gives it. Null: that login has no such permission. */
export const permissions = {
  basic: { instagram: 'instagram_business_basic', facebook: 'instagram_basic' },
  publish: { instagram: 'instagram_business_content_publish', facebook: 'instagram_content_publish' },
  comments: { instagram: 'instagram_business_manage_comments', facebook: 'instagram_manage_comments' },
  insights: { instagram: 'instagram_business_manage_insights', facebook: 'instagram_manage_insights' },
  pages: { instagram: null, facebook: 'pages_manage_metadata' },
  contents: { instagram: null, facebook: 'instagram_manage_contents' },
} as const satisfies Record<string, Record<InstagramLogin, string | null>>

export type Permission = keyof typeof permissions

/** All that an app can ask for at each login. */
export const scopes: Readonly<Record<InstagramLogin, readonly string[]>> = {
  instagram: [
    'instagram_business_basic',
    'instagram_business_content_publish',
    'instagram_business_manage_comments',
    'instagram_business_manage_messages',
    'instagram_business_manage_insights',
  ],
  facebook: [
    'instagram_basic',
    'instagram_content_publish',
    'instagram_manage_comments',
    'instagram_manage_insights',
    'instagram_manage_contents',
    'instagram_manage_engagement',
    'instagram_branded_content_creator',
    'pages_show_list',
    'pages_read_engagement',
    'pages_manage_metadata',
    'business_management',
    'ads_management',
    'ads_read',
    'catalog_management',
    'instagram_shopping_tag_products',
    'public_profile',
    'email',
  ],
}
