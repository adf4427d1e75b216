export { createPostgresStore, type PostgresStoreOptions } from './create-postgres-store.ts'
