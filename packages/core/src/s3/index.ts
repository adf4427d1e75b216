export { createS3Files, type S3Files, type S3FilesOptions, type S3Upload } from './s3-files.ts'
