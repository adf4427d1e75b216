/** Ids and names only: a workflow's input can be read by whoever reads Temporal. */
export interface DrivePublicationInput {
  readonly publicationId: string
  readonly platform: string
}

/** Waits as long as `advance` answers, calls it again, and ends with the publication. Decides nothing. */
export declare function drivePublication(input: DrivePublicationInput): Promise<void>
