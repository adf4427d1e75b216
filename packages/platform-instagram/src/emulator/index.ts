export { startInstagramEmulator } from './instagram-emulator.ts'
export type { InstagramEmulatorSwitches } from './switches.ts'
