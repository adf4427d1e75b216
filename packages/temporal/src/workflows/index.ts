export { type DrivePublicationInput, drivePublication } from './drive-publication.ts'
