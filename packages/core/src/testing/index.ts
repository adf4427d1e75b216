export type {
  EmulatedCredentials,
  EmulatedMetrics,
  EmulatedPost,
  EmulatorAnswer,
  EmulatorContext,
  EmulatorDefinition,
  EmulatorRequest,
  EmulatorRoute,
} from './emulator/emulator-definition.ts'
export type { EmulatorFault, FaultRule } from './emulator/emulator-fault.ts'
export type { Emulator, RecordedRequest, StartEmulator, StartEmulatorOptions } from './emulator/start-emulator.ts'
export type { ContractCase, PlatformContract, PlatformContractOptions } from './platform-contract.ts'
