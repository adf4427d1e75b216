export type { XState } from './state.ts'
export type { XEmulatorSwitches, XRateLimits } from './switches.ts'
export { createXEmulator, startXEmulator } from './x-emulator.ts'
