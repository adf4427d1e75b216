import { type BlobStore, createFolderBlobs, createMemoryBlobs, createScratchBlobs } from './blob-store.ts'
import { createEmulatorClock, type EmulatorClock } from './emulator-clock.ts'
import type { EmulatorContext, EmulatorDefinition } from './emulator-definition.ts'
import type { EmulatorFault } from './emulator-fault.ts'
import { createFaultList, type FaultList } from './fault-list.ts'
import { createStateFile } from './state-file.ts'

/** A request in the record, completed when it was answered. */
export interface RequestEntry {
  readonly method: string
  readonly path: string
  status: number | null
  fault: string | null
}

/** All that an emulator holds while it runs. */
export interface EmulatorWorld<State> {
  readonly definition: EmulatorDefinition<State>
  readonly clock: EmulatorClock
  readonly faults: FaultList
  readonly baseUrl: string
  state(): State
  requests(): readonly RequestEntry[]
  record(entry: RequestEntry): void
  /** What a route works with. */
  context(fault: EmulatorFault | undefined): EmulatorContext<State>
  /** The same on a copy: what a route does there has not happened. */
  scratchContext(fault: EmulatorFault | undefined): EmulatorContext<State>
  /** Saves the state where a file was named. Before an answer goes out, so that what was answered survives a kill. */
  save(): void
  /** Back to the seed: state, media, clock, faults and the record of requests. Delayed answers are dropped. */
  reset(): void
}

export interface WorldOptions {
  readonly baseUrl: string
  readonly stateFile: string | undefined
  readonly now: () => number
  readonly random: (length: number) => Uint8Array
}

/** Starts from the state file where there is one, else from the seed. */
export function createEmulatorWorld<State>(
  definition: EmulatorDefinition<State>,
  { baseUrl, stateFile, now, random }: WorldOptions,
): EmulatorWorld<State> {
  const file = stateFile === undefined ? undefined : createStateFile(stateFile, definition.platform)
  const blobs = stateFile === undefined ? createMemoryBlobs() : createFolderBlobs(`${stateFile}.blobs`)
  const clock = createEmulatorClock(now)
  const faults = createFaultList()
  let requests: RequestEntry[] = []

  const saved = file?.load()
  clock.setAdvancedMs(saved?.advancedMs ?? 0)
  const seed = () => definition.seed({ now: clock.now(), baseUrl, random })
  let state = saved ? (saved.state as State) : seed()

  const save = () => file?.save({ platform: definition.platform, advancedMs: clock.advancedMs(), state })
  const contextOn = (state: State, blobs: BlobStore, fault: EmulatorFault | undefined): EmulatorContext<State> => ({
    state,
    get now() {
      return clock.now()
    },
    random,
    blobs,
    baseUrl,
    fault: toPlatformFault(fault),
  })
  save()
  return {
    definition,
    clock,
    faults,
    baseUrl,
    state: () => state,
    requests: () => requests,
    record: (entry) => requests.push(entry),
    context: (fault) => contextOn(state, blobs, fault),
    scratchContext: (fault) => contextOn(structuredClone(state), createScratchBlobs(blobs), fault),
    save,
    reset() {
      clock.dropWaits()
      clock.setAdvancedMs(0)
      faults.clear()
      requests = []
      blobs.clear()
      state = seed()
      save()
    },
  }
}

function toPlatformFault(fault: EmulatorFault | undefined): EmulatorContext<unknown>['fault'] {
  if (fault?.kind === 'slow_processing' || fault?.kind === 'fail_processing' || fault?.kind === 'revoke_token')
    return fault
  return undefined
}
