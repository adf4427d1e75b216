/** What a process that publishes is told. */
export interface PublishTask {
  readonly databaseUrl: string
  readonly secretKey: string
  /** Null: the in-process runner. */
  readonly temporal: { readonly address: string; readonly queuePrefix: string; readonly codePath: string } | null
}

/** What it answers when it is asked. */
export interface PublishReport {
  /** When the platform was called, by text, since the last report. */
  readonly calls: readonly (readonly [text: string, at: number])[]
  readonly rssBytes: number
  /** Of both user and system. */
  readonly cpuMs: number
}
