import type { Probe, ProbeNeed } from '../probe-definition.ts'
import { analyticsProbes } from './analytics-probes.ts'
import { billingProbes } from './billing-probes.ts'
import { duplicateProbes } from './duplicate-probes.ts'
import { duplicateWindow } from './duplicate-window.ts'
import { grantProbes } from './grant-probes.ts'
import { lengthProbes } from './length-probes.ts'
import { mediaProbes } from './media-probes.ts'
import * as needs from './needs.ts'
import { orderProbes } from './order-probes.ts'
import { planProbes } from './plan-probes.ts'
import { postProbes } from './post-probes.ts'
import type { XProbeApi } from './probe-api.ts'
import { readProbes } from './read-probes.ts'
import { uploadProbes } from './upload-probes.ts'
import { webhookProbes } from './webhook-probes.ts'

/** In the order in which they are asked. */
export const xProbes: readonly Probe<XProbeApi>[] = [
  ...postProbes,
  ...duplicateProbes,
  ...lengthProbes,
  ...mediaProbes,
  ...uploadProbes,
  ...readProbes,
  ...analyticsProbes,
  ...planProbes,
  ...orderProbes,
  ...webhookProbes,
  ...grantProbes,
  ...billingProbes,
  duplicateWindow,
]

/** Everything that an operator can give. */
export const xNeeds: readonly ProbeNeed[] = Object.values(needs)
