export { type RunWorkersOptions, runWorkers, type WorkerPart } from './run-workers.ts'
export { workerDefaults } from './worker-defaults.ts'
export { buildWorkflowBundle, workflowsPath } from './workflow-bundle.ts'
