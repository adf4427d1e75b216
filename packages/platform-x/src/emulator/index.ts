export type { XState } from './state.ts'
export type {
  XEmulatorSwitches,
  XMediaLimits,
  XPlanRules,
  XProcessingFailure,
  XProcessingPlan,
  XRateLimits,
} from './switches.ts'
export { createXEmulator, startXEmulator } from './x-emulator.ts'
