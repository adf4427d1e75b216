import type { Probe } from '../probe-definition.ts'
import { containerProbes } from './container-probes.ts'
import * as needs from './needs.ts'
import { postProbes } from './post-probes.ts'
import type { InstagramProbeApi } from './probe-api.ts'
import { tokenProbes } from './token-probes.ts'

export const instagramProbes: readonly Probe<InstagramProbeApi>[] = [...containerProbes, ...postProbes, ...tokenProbes]
export const instagramNeeds = Object.values(needs)
