// #region listing
import { runWorkers } from '@ofm-social/temporal/worker'
import { NativeConnection } from '@temporalio/worker'
import { address } from './host-app.ts'
import { social } from './social.ts'

await runWorkers({ social, connection: await NativeConnection.connect({ address }) }) // a queue per platform; SIGTERM drains
// #endregion
