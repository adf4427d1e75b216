/** The agency that a `social` acts for. */
export interface Agency {
  /** The app's own id of it; `default` where the app has one agency and never names it. */
  readonly externalId: string
  /** Whether its posts wait for an approval unless `posts.create` says otherwise. */
  readonly approval: 'none' | 'required'
  readonly createdAt: Date
}

/** Settings of the agency that a `social` acts for. */
export interface AgencySettings {
  get(): Promise<Agency>
  /** `approval` counts for posts that are created from now on; what is under way stays as it is. */
  update(changes: { readonly approval?: 'none' | 'required' }): Promise<Agency>
}
