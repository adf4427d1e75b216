import { sampleAsset } from '@ofm-social/core/testing'
import type { Probe } from '../probe-definition.ts'
import { readSample, uploadImage } from './media-calls.ts'
import { isDuplicate, observe, unclear } from './observe.ts'
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
    const made = await api.post(text)
    if (!made.id) return unclear(made)
    const again = await api.post(text)
    if (again.id) return observe('accepted', again)
    return isDuplicate(again) ? observe('refused', again) : unclear(again)
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
    const made = await api.post(text)
    if (!made.id) return unclear(made)
    const gone = await api.remove(made.id)
    if (gone.status !== 200) return unclear(gone)
    const again = await api.post(text)
    if (again.id) return observe('false', again)
    return isDuplicate(again) ? observe('true', again) : unclear(again)
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
    const first = await uploadImage(api, sampleAsset('jpeg').bytes)
    const second = await uploadImage(api, await readSample('photo.jpg'))
    if (!first.id || !second.id) return unclear(first.id ? second : first)
    const made = await api.post(text, { media: { media_ids: [first.id] } })
    if (!made.id) return unclear(made)
    const again = await api.post(text, { media: { media_ids: [second.id] } })
    if (again.id) return observe('accepted', again)
    return isDuplicate(again) ? observe('refused', again) : unclear(again)
  },
}

export const duplicateProbes: readonly Probe<XProbeApi>[] = [duplicate, duplicateSurvivesDelete, duplicateComparesMedia]
