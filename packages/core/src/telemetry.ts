/** Every name of a span, attribute and instrument that core emits. Dashboards and alerts are checked against this file. */

/** The scope of our tracer and meter. */
export const telemetryScope = '@ofm-social/core'

export const spanNames = {
  createPost: 'ofm.posts.create',
  /** One step of a publication; child of the span that created the post. */
  advance: 'ofm.publication.advance',
  prepare: 'ofm.part.prepare',
  publish: 'ofm.part.publish',
  /** `readOutcome` of a part in processing. */
  readOutcome: 'ofm.part.read_outcome',
  /** `findPublished` after an unknown outcome. */
  look: 'ofm.part.look',
  remove: 'ofm.part.remove',
  /** One HTTP request to a platform, such as `POST /2/tweets`. Its route never has a query, ids are replaced. */
  httpRequest: (method: string, route: string) => `${method} ${route}`,
} as const

export const attributeNames = {
  agencyId: 'ofm.agency.id',
  publicationId: 'ofm.publication.id',
  platform: 'ofm.platform',
  partIndex: 'ofm.part.index',
  attemptId: 'ofm.attempt.id',
  attemptNumber: 'ofm.attempt.number',
  /** The step that `nextStep` chose. */
  step: 'ofm.step',
  outcome: 'ofm.outcome',
  /** Whether the first byte of a request left: false means that nothing was sent. */
  sent: 'ofm.http.sent',
  // From here on OpenTelemetry's own names.
  method: 'http.request.method',
  status: 'http.response.status_code',
  route: 'url.template',
  host: 'server.address',
  port: 'server.port',
  /** A `PlatformErrorCode`, or the class of what was thrown. */
  errorType: 'error.type',
} as const

/** Events on a span. */
export const eventNames = {
  /** An adapter's `readRateWindows` threw; the answer itself was used. */
  rateWindowsUnreadable: 'ofm.http.rate_windows_unreadable',
} as const

/** Upper bounds for durations in seconds: the defaults of OpenTelemetry are meant for milliseconds. */
const secondsBounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

/** Instruments with their units in the name, so that scraping and OTLP agree. Attributes stay few: platform, step, outcome, method, host, status. */
export const instruments = {
  /** From the time that a publication was due to the first call of its platform. */
  publishStartDelay: { name: 'ofm.publish.start_delay_seconds', unit: 's', bounds: secondsBounds },
  /** Of one step, by its kind: preparing, publishing, looking and removing apart. */
  advanceDuration: { name: 'ofm.advance.duration_seconds', unit: 's', bounds: secondsBounds },
  publishOutcomes: { name: 'ofm.publish.outcome_total', unit: '{part}' },
  httpDuration: { name: 'ofm.http.request.duration_seconds', unit: 's', bounds: secondsBounds },
} as const
