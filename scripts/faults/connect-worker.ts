import { setTimeout } from 'node:timers/promises'
import { NativeConnection } from '@temporalio/worker'
import { PATIENT_CALL_MS } from './patient-social.ts'

const PAUSE_MS = 500

/** A Temporal that is busy, or just coming back, answers later. */
export async function connectWorker(address: string): Promise<NativeConnection> {
  const endsAt = performance.now() + PATIENT_CALL_MS
  for (;;) {
    try {
      return await NativeConnection.connect({ address })
    } catch (error) {
      if (performance.now() > endsAt) throw error
      await setTimeout(PAUSE_MS)
    }
  }
}
