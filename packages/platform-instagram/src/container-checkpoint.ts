/** One container on its way to be published. */
export interface ContainerRecord {
  readonly id: string
  /** Epoch milliseconds when the call that made it began. */
  readonly createdAt: number
  /** `made`: bytes have to be sent. `processing`: Instagram works. `finished`: may be published. */
  readonly state: 'made' | 'processing' | 'finished'
  /** Where Instagram wants its bytes, on the upload host; absent where it does not say. */
  readonly uploadPath?: string
  /** The last upload that Instagram did not take whole: from which byte on, and how many in a row began there. */
  readonly refused?: { readonly offset: number; readonly times: number }
  /** Epoch milliseconds when the call began that sent the last of its bytes. */
  readonly sentAt?: number
}

/** How far a file, or the whole of a carousel, has come. */
export interface ContainerWork {
  readonly container?: ContainerRecord
  /** How often Instagram could not take it. */
  readonly failures: number
}

/** How far the preparation of a part has come. */
export interface InstagramCheckpoint {
  readonly accountId: string
  /** One of each shown file. */
  readonly items: readonly ContainerWork[]
  /** The carousel itself. */
  readonly parent: ContainerWork
}

/** A part that is ready: the container that is published. Absent for comments, which need none. */
export interface InstagramUploads {
  readonly accountId?: string
  readonly containerId?: string
  /** Epoch milliseconds. */
  readonly createdAt?: number
}

/** Containers end 24 hours after they were made; half an hour less, for the clocks. */
export const containerLifeMs = 86_400_000 - 1_800_000
