import { type GraphProblem, GraphRefusal } from './graph-error.ts'

/** Refusals of media by subcode: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes */
const mediaProblems: Readonly<Record<number, GraphProblem>> = {
  2207003: {
    message: 'Timeout',
    code: -2,
    title: 'Media download timeout',
    userMessage: 'It takes too long to download the media.',
  },
  2207004: {
    message: 'The image size is too large.',
    code: 36000,
    title: 'Image size too large',
    userMessage: 'The image is too large to download. It should be less than 8 MiB.',
  },
  2207005: {
    message: 'The image format is not supported',
    code: 36001,
    title: 'Image format not supported',
    userMessage: 'The image format is not supported. Please use JPEG.',
  },
  2207009: {
    message: 'The submitted image with aspect ratio cannot be published.',
    code: 36003,
    title: 'Image aspect ratio not supported',
    userMessage: 'The aspect ratio must be between 4:5 and 1.91:1.',
  },
  2207010: {
    message: 'The caption is too long.',
    code: 36004,
    title: 'Caption too long',
    userMessage: 'The caption may have 2200 characters, 30 hashtags and 20 mentions.',
  },
  2207023: { message: 'Unknown media type', code: 100, title: 'Unknown media type' },
  2207026: { message: 'The video format is not supported.', code: 352, title: 'Video format not supported' },
  2207028: {
    message: 'A carousel needs at least 2 and at most 10 items.',
    code: 100,
    title: 'Carousel validation failed',
  },
  2207032: { message: 'Create media fail, please try to re-create media', code: -1, title: 'Create media failed' },
  2207040: { message: 'Cannot use more than 20 tags', code: 100, title: 'Too many tags' },
  2207052: {
    message: 'Only photo or video can be accepted as media type.',
    code: 9004,
    title: "Media download has failed. The media URI doesn't meet our requirements.",
    userMessage: 'The media could not be fetched from this URI',
  },
  2207057: { message: 'The thumbnail offset is outside of the video.', code: 1, title: 'Invalid thumbnail offset' },
  2207081: { message: 'The account does not support trial reels.', code: 100, title: 'Trial reels not supported' },
}

/** @param uri Named in the message for people when media could not be fetched. */
export function mediaRefusal(subcode: number, uri?: string): GraphRefusal {
  const problem = mediaProblems[subcode] ?? { message: 'Fatal', code: -1 }
  const named =
    uri === undefined ? {} : { userMessage: `${problem.userMessage ?? ''}: ${uri}. Please check our requirements.` }
  return new GraphRefusal({ ...problem, ...named, subcode })
}
