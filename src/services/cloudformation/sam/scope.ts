import type { SamFault } from './errors.ts'
import type { Dict, Value } from './python.ts'
import type { Generated } from './resource.ts'

/** What one run of the transform works on. */
export interface Sam {
  region: string
  partition: string
  /** The template as the user wrote it, with Globals merged and implicit APIs added. */
  source: Dict
  /** The template that comes out. */
  output: Dict
  parameters: Dict
  managedPolicies: Record<string, string>
  toggles: (name: string) => boolean
  faults: SamFault[]
  /** `Function.Alias` to the logical id of the generated alias. */
  references: Map<string, string>
  changedIds: Map<string, string>
  preferences: Map<string, Preference>
  usagePlan: SharedUsagePlan
  recordSetGroups: Map<string, Generated>
  /** Names of the functions behind each API: an API is deployed anew when one changes. */
  functionNames: Map<string, string[]>
  /** Template URLs of applications, or the fault of one, by application id and version. */
  applications: Map<string, string | SamFault>
  /** Milliseconds since 1970, for deployments that must always happen. */
  now: () => number
}

/** A function's DeploymentPreference, read. */
export interface Preference {
  enabled: boolean
  type?: Value
  hooks?: Dict
  alarms?: Value
  role?: Value
  triggers?: Value
  condition?: Value
  tags?: Value
}

export interface SharedUsagePlan {
  stageKeys: Dict[]
  apiStages: Dict[]
  dependsOn: string[]
  conditions: Set<string>
  anyWithoutCondition: boolean
  deletionPolicy: Value
  updateReplacePolicy: Value
}

/** How a generated function, alias or state machine is named from outside. */
export interface Target {
  id: string
  /** What FunctionName of a permission or mapping is. */
  name: Value
  arn: Value
  attributes: Dict
  inherited: Dict
}

export function partitionOf(region: string): string {
  const partitions: [string, string][] = [
    ['cn-', 'aws-cn'], ['us-iso-', 'aws-iso'], ['us-isob', 'aws-iso-b'], ['us-gov', 'aws-us-gov'], ['eu-isoe', 'aws-iso-e'], ['us-isof', 'aws-iso-f'],
    ['eusc-', 'aws-eusc'],
  ]
  return partitions.find(([prefix]) => region.toLowerCase().startsWith(prefix))?.[1] ?? 'aws'
}

export const managedPolicyArn = (sam: Sam, name: string): string => `arn:${sam.partition}:iam::aws:policy/${name}`
export const xrayPolicyName = (sam: Sam): string => sam.partition === 'aws' ? 'AWSXrayWriteOnlyAccess' : 'AWSXRayDaemonWriteAccess'
