export { type DrivePublicationInput, drivePublication } from './drive-publication.ts'
export { collectMetrics, feedPublications, renewConnections, sweepPublications } from './tend.ts'
