export { eachDatabase, type TestDatabase } from './each-database.ts'
export { createPostgresDatabase, type PostgresTestDatabase, postgresAdminUrl } from './postgres.ts'
export { recordServiceUse } from './service-use.ts'
export { createQueuePrefix, temporalAddress } from './temporal.ts'
