import type { ProbeNeed } from '../probe-definition.ts'

export const image: ProbeNeed = { key: 'image', what: 'a public URL of a JPEG at 4:5' }
export const png: ProbeNeed = { key: 'png', what: 'a public URL of a PNG at 4:5' }
export const tallImage: ProbeNeed = { key: 'tall-image', what: 'a public URL of a JPEG at 3:4' }
export const tallVideo: ProbeNeed = { key: 'tall-video', what: 'a public URL of an MP4 at 9:16, 3 to 60 seconds' }
export const redirect: ProbeNeed = { key: 'redirect', what: 'a public URL that redirects to a JPEG at 4:5' }
export const location: ProbeNeed = { key: 'location', what: 'the id of a Page with a location' }
export const youngToken: ProbeNeed = {
  key: 'young-token',
  what: 'a long-lived token of Instagram Login, younger than a day',
  variable: 'OFM_PROBE_INSTAGRAM_YOUNG_TOKEN',
}
export const spareToken: ProbeNeed = {
  key: 'spare-token',
  what: 'a long-lived token of Instagram Login, older than a day, that may end',
  variable: 'OFM_PROBE_INSTAGRAM_SPARE_TOKEN',
}
