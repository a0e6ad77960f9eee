import type { EventType } from './event.ts'
import { functionHttpApi } from './http-api.ts'
import { pullEvents } from './pull.ts'
import { pushEvents } from './push.ts'
import { functionRestApi, stateMachineRestApi } from './rest-api.ts'
import { functionRules, functionSchedule, stateMachineRules, stateMachineSchedule } from './rules.ts'

/** Every type of event that invokes a function. */
export const functionEvents: Record<string, EventType> = {
  ...functionRules, ...pushEvents, ...pullEvents, ScheduleV2: functionSchedule, Api: functionRestApi, HttpApi: functionHttpApi,
}

/** Every type of event that starts a state machine. */
export const stateMachineEvents: Record<string, EventType> = { ...stateMachineRules, ScheduleV2: stateMachineSchedule, Api: stateMachineRestApi }
