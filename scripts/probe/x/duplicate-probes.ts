import { sampleAsset } from '@ofm-social/core/testing'
import type { Probe } from '../probe-definition.ts'
import { readSample, uploadImage } from './media-calls.ts'
import { conclude, hasId, isDuplicate, withId, withStatus } from './observe.ts'
import { post, remove, uploadMedia } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'

const duplicate: Probe<XProbeApi> = {
  name: 'duplicate',
  question: 'Is a text refused as a duplicate while the first post is there?',
  knob: 'duplicateWindowMs',
  assumed: 'refused',
  requests: [post, post, remove, remove],
  async run(api) {
    const text = api.uniqueText()
    await withId(api.post(text))
    return conclude(api.post(text), { accepted: hasId, refused: isDuplicate })
  },
}

const duplicateSurvivesDelete: Probe<XProbeApi> = {
  name: 'duplicate-after-delete',
  question: 'Is a text refused as a duplicate when the first post was deleted?',
  knob: 'duplicateSurvivesDelete',
  assumed: 'true',
  requests: [post, remove, post, remove],
  async run(api) {
    const text = api.uniqueText()
    const { id } = await withId(api.post(text))
    await withStatus(200, api.remove(id))
    return conclude(api.post(text), { false: hasId, true: isDuplicate })
  },
}

const duplicateComparesMedia: Probe<XProbeApi> = {
  name: 'duplicate-other-media',
  question: 'Is a text refused as a duplicate when it stands beside another picture?',
  knob: 'duplicateComparesMedia',
  assumed: 'refused',
  requests: [uploadMedia, post, uploadMedia, post, remove, remove],
  async run(api) {
    const text = api.uniqueText()
    const first = await withId(uploadImage(api, sampleAsset('jpeg').bytes))
    const second = await withId(uploadImage(api, await readSample('photo.jpg')))
    await withId(api.post(text, { media: { media_ids: [first.id] } }))
    const again = api.post(text, { media: { media_ids: [second.id] } })
    return conclude(again, { accepted: hasId, refused: isDuplicate })
  },
}

export const duplicateProbes: readonly Probe<XProbeApi>[] = [duplicate, duplicateSurvivesDelete, duplicateComparesMedia]
