import { createBoardAdapter } from './__fixtures__/board-adapter.ts'
import { testThatEachFails } from './wrong-adapters.test-support.ts'

testThatEachFails(createBoardAdapter, [
  [
    'saves the token in a checkpoint',
    'prepares images twice from the start, and nothing becomes public',
    (right) => ({
      async prepare(part, context) {
        await context.save({ ids: [], token: (await context.accessToken()).reveal() } as { ids: string[] })
        return right.prepare(part, context)
      },
    }),
  ],
  [
    'publishes while it prepares',
    'prepares text twice from the start, and nothing becomes public',
    (right) => ({
      async prepare(part, context) {
        await right.publish({ ...part, uploads: { ids: [] } }, context)
        return right.prepare(part, context)
      },
    }),
  ],
  [
    'keeps its checkpoint to itself',
    'resumes preparing images without uploading again what is uploaded',
    (right) => {
      let kept: { readonly ids: readonly string[] } | undefined
      return {
        prepare: (part, context) =>
          right.prepare(part, {
            ...context,
            checkpoint: kept,
            save: async (checkpoint) => {
              kept = checkpoint
            },
          }),
      }
    },
  ],
  [
    'starts again from nothing',
    'resumes preparing images without uploading again what is uploaded',
    (right) => ({
      async prepare(part, context) {
        if (context.attempt.number === 0 && context.checkpoint?.ids.length !== part.assets.length) {
          return right.prepare(part, { ...context, checkpoint: undefined })
        }
        return right.prepare(part, context)
      },
    }),
  ],
  [
    'goes on preparing when it is aborted',
    'prepares nothing of images when it is aborted before',
    (right) => ({
      prepare: (part, context) => right.prepare(part, { ...context, signal: new AbortController().signal }),
    }),
  ],
  [
    'goes on preparing after an abort',
    'stops preparing images when it is aborted',
    (right) => ({
      prepare: (part, context) =>
        right.prepare(part, context).catch(async (error) => {
          await right.prepare(part, { ...context, signal: new AbortController().signal })
          throw error
        }),
    }),
  ],
  [
    'publishes again while the platform processes',
    'publishes slow once when the platform processes slowly',
    (right) => ({
      async publish(...call) {
        const outcome = await right.publish(...call)
        return outcome.status === 'processing' ? right.publish(...call) : outcome
      },
    }),
  ],
  [
    'keeps of its uploads what cannot be stored',
    'prepares text twice from the start, and nothing becomes public',
    () => ({ prepare: async () => ({ status: 'prepared', uploads: { ids: [], at: new Date(0) } }) }),
  ],
  [
    'notices an abort when it has uploaded',
    'prepares nothing of images when it is aborted before',
    (right) => ({
      async prepare(part, context) {
        const preparation = await right.prepare(part, { ...context, signal: new AbortController().signal })
        context.signal.throwIfAborted()
        return preparation
      },
    }),
  ],
])
