import { invalidEvent } from '../errors.ts'
import { checkProperties, checkShape } from '../properties.ts'
import type { PropertyTypes } from '../properties.ts'
import { isDict, pyStr, pyTypeName } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { generated } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam, Target } from '../scope.ts'

/** An event of a function or state machine, its properties checked. */
export interface Event {
  /** The owner's logical id with the event's own name after it. */
  id: string
  /** The event's own name. */
  name: string
  type: string
  properties: Dict
}

export interface EventContext {
  sam: Sam
  target: Target
  /** The execution role made for the owner, to which an event may add policies. */
  role: Generated | undefined
  permissionsBoundary?: Value
}

/** One type of event: its properties, and the resources that it becomes. */
export interface EventType {
  properties: PropertyTypes
  /** Checks what the event refers to, before any resource of its owner is made. */
  link?(sam: Sam, event: Event): void
  resources(context: EventContext, event: Event): Generated[]
}

/** Reads an event; throws where its type is unknown or its properties are wrong. */
export function readEvent(types: Record<string, EventType>, ownerId: string, name: string, event: Value): Event {
  if (!isDict(event)) throw invalidEvent(name, `'${pyTypeName(event)}' object has no attribute 'get'`)
  const type = event.Type
  if (typeof type !== 'string' || !Object.hasOwn(types, type)) {
    throw invalidEvent(name, `Resource dict has missing or invalid value for key Type. Event Type is: ${pyStr(type)}.`)
  }
  const properties = checkShape(ownerId + name, event)
  checkProperties(ownerId + name, type, types[type]!.properties, properties ?? {})
  return { id: ownerId + name, name, type, properties: properties ?? {} }
}

/** The logical id of something made for an event: the suffix as it is, or hashed where it is not alphanumeric. */
export function permission(target: Target, id: string, principal: string, properties: Dict): Generated {
  return generated(
    'AWS::Lambda::Permission', id, { Action: 'lambda:InvokeFunction', FunctionName: target.name, Principal: principal, ...properties }, target.inherited
  )
}

/** The State of a rule, from its two spellings. */
export function ruleState(event: Event): Value {
  const { State, Enabled } = event.properties
  if (State && Enabled !== undefined && Enabled !== null) throw invalidEvent(event.name, 'State and Enabled Properties cannot both be specified.')
  if (Enabled !== undefined && Enabled !== null) return isTrue(Enabled) ? 'ENABLED' : 'DISABLED'
  return State || undefined
}

const isTrue = (value: Value): boolean => isDict(value) ? Object.keys(value).length > 0 : Boolean(value)

/** EventBridge allows 64 characters for a target's id. */
export function targetId(id: string, suffix: string): string {
  const length = 64
  return id.length + suffix.length <= length ? id + suffix : id.slice(0, length - suffix.length) + suffix
}
