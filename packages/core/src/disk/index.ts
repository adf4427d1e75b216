export { createDiskFiles, type DiskFilesOptions } from './disk-files.ts'
