import type { AccountGateResult, StackSetOperationPreferences } from '@aws-sdk/client-cloudformation'
import type { Principal } from '../../../contracts/principal.ts'
import { table } from '../../../platform/tables.ts'

export interface StackSetRow {
  /** `NAME:UUID`. */
  id: string
  name: string
  status: 'ACTIVE' | 'DELETED'
  description?: string
  templateBody: string
  /** As text, with the template's defaults filled in. */
  parameters: Record<string, string>
  capabilities: string[]
  tags: Record<string, string>
  permissionModel: 'SELF_MANAGED' | 'SERVICE_MANAGED'
  administrationRoleArn: string
  executionRoleName: string
  /** Operations that come while another one runs wait for it, and are not refused. */
  managedExecution: boolean
  token?: string
  drift?: SetDrift
  /** There where the set follows the accounts of its units. `retain`: the stacks of an account that leaves them stay. `dependsOn`: ARNs of sets. */
  autoDeployment?: { retain: boolean, dependsOn?: string[] }
  /** The regions that a service-managed set was deployed to, by unit or root. */
  unitRegions?: Record<string, string[]>
}

/** What the last drift detection of a set found. */
export interface SetDrift {
  status: 'COMPLETED' | 'FAILED' | 'PARTIAL_SUCCESS' | 'IN_PROGRESS' | 'STOPPED', at: number, total: number, drifted: number, inSync: number, failed: number
}

/** The place of a stack of a set; the stack itself stands in that account and region. */
export interface StackInstanceRow {
  setId: string
  account: string
  region: string
  /** The name that its stack has, or will have. */
  stackName: string
  stackId?: string
  status: 'CURRENT' | 'OUTDATED' | 'INOPERABLE'
  detailed: ResultStatus
  reason?: string
  overrides: Record<string, string>
  organizationalUnitId?: string
  lastOperationId: string
  drift?: { status: 'DRIFTED' | 'IN_SYNC' | 'UNKNOWN', at: number }
}

export type ResultStatus = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED'

export interface SetOperationRow {
  setId: string
  id: string
  action: 'CREATE' | 'UPDATE' | 'DELETE' | 'DETECT_DRIFT'
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'STOPPING' | 'STOPPED' | 'QUEUED'
  preferences: StackSetOperationPreferences
  /** Deletion forgets the stacks and leaves them. */
  retain?: boolean
  regions: string[]
  createdAt: number
  endedAt?: number
  reason?: string
  administrationRoleArn: string
  executionRoleName: string
  principal: Principal
  targets?: { accounts?: string[], units?: string[] }
  drift?: SetDrift
  /** Operations of other sets that have to succeed before it begins. */
  waitsFor?: { setId: string, operationId: string }[]
}

/** What came of an operation at one place. */
export interface SetResultRow {
  setId: string, operationId: string, account: string, region: string, status: ResultStatus, reason?: string, organizationalUnitId?: string,
  gate?: AccountGateResult
}

export const stackSetTables = {
  stackSets: table<StackSetRow>()({ name: 'stackSets', key: row => [row.id] }),
  /** Names of sets that are not deleted. */
  stackSetNames: table<{ name: string, id: string }>()({ name: 'stackSetNames', key: row => [row.name] }),
  /** The sets that follow accounts, of all regions. */
  autoDeployingSets: table<{ region: string, setId: string }>()({ name: 'autoDeployingSets', scope: 'account', key: row => [row.region, row.setId] }),
  stackInstances: table<StackInstanceRow>()({ name: 'stackInstances', key: row => [row.setId, row.account, row.region] }),
  stackSetOperations: table<SetOperationRow>()({ name: 'stackSetOperations', key: row => [row.setId, row.id] }),
  stackSetResults: table<SetResultRow>()({ name: 'stackSetResults', key: row => [row.setId, row.operationId, row.account, row.region] }),
}
