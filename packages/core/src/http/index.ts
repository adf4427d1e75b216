export type { FormField, HttpFailure, HttpRequest, JsonClient, JsonClientOptions } from './json-client.ts'
