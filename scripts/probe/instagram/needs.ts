import { told, toSecretNeed } from '../probe-need.ts'

const secret = (key: string, what: string) => toSecretNeed('instagram', key, what)

export const image = told('image', 'a public URL of a JPEG at 4:5')
export const png = told('png', 'a public URL of a PNG at 4:5')
export const tallImage = told('tall-image', 'a public URL of a JPEG at 3:4')
export const tallVideo = told('tall-video', 'a public URL of an MP4 at 9:16, 3 to 60 seconds')
export const redirect = told('redirect', 'a public URL that redirects to a JPEG at 4:5')
export const location = told('location', 'the id of a Page with a location')
export const youngToken = secret('young-token', 'a long-lived token of Instagram Login, younger than a day')
export const spareToken = secret('spare-token', 'a long-lived token of Instagram Login, older than a day, that may end')
