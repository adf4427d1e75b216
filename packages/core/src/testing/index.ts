export { type AssetFilesCase, assetFilesCases } from './asset-files-cases.ts'
export { createTestSocial, type TestSocial, type TestSocialOptions } from './create-test-social.ts'
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
export { escapeHtml, renderPage } from './emulator/html-page.ts'
export type { Emulator, RecordedRequest, StartEmulatorOptions } from './emulator/start-emulator.ts'
export { startEmulator } from './emulator/start-emulator.ts'
export { createSwitchBoard, listSwitchControls, type SwitchBoard, type SwitchTable } from './emulator/switch-board.ts'
export { type SwitchKind, switchKinds } from './emulator/switch-kinds.ts'
export { type SwitchTableCase, switchTableCases } from './emulator/switch-table-cases.ts'
export { createFixedClock, type FixedClock } from './fixed-clock.ts'
export { createMemoryFiles } from './memory-files.ts'
export { type ContractCase, type PlatformContractOptions, platformContract } from './platform-contract.ts'
export { type SampleAsset, type SampleKind, type SampleOverrides, sampleAsset } from './sample-asset.ts'
export {
  createScriptedPlatform,
  SCRIPTED_SHAPES,
  type ScriptedFault,
  type ScriptedPlatform,
  type ScriptedPost,
  type ScriptedShape,
} from './scripted/scripted-platform.ts'
export {
  type Script,
  type ScriptedAnswer,
  type ScriptedRequest,
  type ScriptedServer,
  startScriptedServer,
} from './start-scripted-server.ts'
export { createTestCall, type SentRequest, type TestCall, type TestCallOptions } from './test-call.ts'
