export type { XState } from './state.ts'
export type { XEmulatorSwitches, XMediaLimits, XProcessingFailure, XProcessingPlan, XRateLimits } from './switches.ts'
export { createXEmulator, startXEmulator } from './x-emulator.ts'
