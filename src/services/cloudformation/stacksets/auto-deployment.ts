import { createHash } from 'node:crypto'
import type { AutoDeployment } from '@aws-sdk/client-cloudformation'
import type { DomainEvent } from '../../../contracts/events.ts'
import { rootOf } from '../../../platform/root.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { beginOperation, newInstance, type NewOperation } from './operation.ts'
import type { StackInstanceRow, StackSetRow } from './rows.ts'
import { checkOrganization } from './service-managed.ts'

// Service-managed sets that follow the accounts of their units: docs.aws.amazon.com, "Enable or disable automatic deployments for StackSets in AWS
// Organizations". It is a matter of the whole set, knows no filters of accounts, and gives no account other parameters than the set's.

/** What a call says of automatic deployment, checked; undefined where it is off. */
export function autoDeploymentOf(given: AutoDeployment | undefined, permissionModel: StackSetRow['permissionModel']): StackSetRow['autoDeployment'] {
  const { Enabled = false, RetainStacksOnAccountRemoval: retain, DependsOn = [] } = given ?? {}
  if (Enabled && permissionModel !== 'SERVICE_MANAGED') throw new ValidationError('AutoDeployment can be enabled only for a service managed stack set')
  if (!Enabled && retain !== undefined) throw new ValidationError('RetainStacksOnAccountRemoval can be specified only if AutoDeployment is enabled')
  if (DependsOn.length > 0) throw new ValidationError('AutoDeployment.DependsOn is not implemented by Fogbank.')
  return Enabled ? { retain: retain ?? false } : undefined
}

/** Notes, in the caller's transaction, whether the set is one that follows accounts. */
export const noteAutoDeployment = (tx: CloudFormation, set: StackSetRow): Promise<void> =>
  set.autoDeployment ? tx.tables.autoDeployingSets.put({ region: tx.region, setId: set.id }) : tx.tables.autoDeployingSets.delete(tx.region, set.id)

/** The set is deployed to these regions of units from now on. */
export const deployTo = (tx: CloudFormation, set: StackSetRow, units: readonly string[], regions: readonly string[]): Promise<void> =>
  changeRegions(tx, set, units, earlier => [...new Set([...earlier, ...regions])])

export const withdrawFrom = (tx: CloudFormation, set: StackSetRow, units: readonly string[], regions: readonly string[]): Promise<void> =>
  changeRegions(tx, set, units, earlier => earlier.filter(region => !regions.includes(region)))

async function changeRegions(tx: CloudFormation, { id }: StackSetRow, units: readonly string[], change: (earlier: string[]) => string[]): Promise<void> {
  const set = await tx.tables.stackSets.get(id)
  if (!set || units.length === 0) return
  const changed = { ...set.unitRegions, ...Object.fromEntries(units.map(unit => [unit, change(set.unitRegions?.[unit] ?? [])])) }
  await tx.tables.stackSets.put({ ...set, unitRegions: Object.fromEntries(Object.entries(changed).filter(([, regions]) => regions.length > 0)) })
}

/** An account has moved: each set that follows accounts makes its stacks there, or takes them away. */
export async function accountMoved(cfn: CloudFormation, { id, data }: DomainEvent<'organizations.account.moved'>): Promise<void> {
  const home = cfn.in({ account: data.managementAccount }) as CloudFormation
  const sets = data.accountId === data.managementAccount ? [] : await home.tables.autoDeployingSets.list()
  // What an organization that takes its trust back has, stays as it is.
  if (sets.length === 0 || !await checkOrganization(home).then(() => true, () => false)) return
  const chain = await unitsAround(home, data.accountId)
  for (const { region, setId } of sets) {
    await (home.in({ region }) as CloudFormation).transact(tx => follow(tx, { setId, account: data.accountId, chain, eventId: id }))
  }
}

/** The units that hold an account, from the innermost to the root; none where it is not in the organization. */
async function unitsAround(cfn: CloudFormation, account: string): Promise<string[]> {
  const { organizations } = cfn.as({ principal: rootOf(cfn.account, cfn.partition) })
  const chain: string[] = []
  for (let ChildId = account; ;) {
    const parent = (await organizations.ListParents({ ChildId }).catch((error: Error) => {
      if (error.name !== 'ChildNotFoundException') throw error
    }))?.Parents?.[0]
    if (!parent) return chain
    chain.push(parent.Id!)
    if (parent.Type === 'ROOT') return chain
    ChildId = parent.Id!
  }
}

interface Moved { setId: string, account: string, chain: readonly string[], eventId: string }

/** Begins the operations of one set, the deletion before the creation. Done again, it finds that they have begun. */
async function follow(tx: CloudFormation, { setId, account, chain, eventId }: Moved): Promise<void> {
  const set = await tx.tables.stackSets.get(setId)
  if (!set?.autoDeployment || set.status === 'DELETED') return
  const regions = new Set(chain.flatMap(unit => set.unitRegions?.[unit] ?? []))
  const standing: StackInstanceRow[] = []
  for (const row of await tx.tables.stackInstances.list({ prefix: [setId, account] })) if (!await isLeaving(tx, row)) standing.push(row)
  const begin = async (action: 'CREATE' | 'DELETE', places: readonly string[], more: Partial<NewOperation>) => {
    const operationId = uuidOf(`${eventId} ${setId} ${action}`)
    if (places.length === 0 || await tx.tables.stackSetOperations.get(setId, operationId)) return
    const targets = places.map(region => ({ account, region, organizationalUnitId: chain[0] }))
    await beginOperation(tx, set, { action, targets, operationId, queues: true, ...more })
  }
  await begin('DELETE', standing.filter(row => !regions.has(row.region)).map(row => row.region), { retain: set.autoDeployment.retain })
  const unit = chain[0]
  for (const row of standing) if (regions.has(row.region) && unit !== undefined) await tx.tables.stackInstances.put({ ...row, organizationalUnitId: unit })
  await begin('CREATE', [...regions].filter(region => !standing.some(row => row.region === region)), {
    told: { units: chain.filter(one => set.unitRegions?.[one]), accounts: [account] }, prepare: (target, instance) => instance ?? newInstance(tx, set, target),
  })
}

/** Whether an operation that has not ended is to delete the instance. */
async function isLeaving(tx: CloudFormation, row: StackInstanceRow): Promise<boolean> {
  const operation = await tx.tables.stackSetOperations.get(row.setId, row.lastOperationId)
  return operation?.action === 'DELETE' && ['QUEUED', 'RUNNING', 'STOPPING'].includes(operation.status)
}

const uuidOf = (text: string): string => createHash('sha256').update(text).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
