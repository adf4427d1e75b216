export type { StandInUsage } from './generation.ts'
export type { StandInAnswer, StandInPrompt } from './stand-in-answer.ts'
export type { StandInFault } from './stand-in-fault.ts'
export {
  type ModelStandIn,
  type ModelStandInOptions,
  type StandInCall,
  startModelStandIn,
} from './start-model-stand-in.ts'
