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
export async function autoDeploymentOf(
  cfn: CloudFormation, given: AutoDeployment | undefined, { id, permissionModel }: Pick<StackSetRow, 'permissionModel'> & { id?: string },
): Promise<StackSetRow['autoDeployment']> {
  const { Enabled = false, RetainStacksOnAccountRemoval: retain, DependsOn = [] } = given ?? {}
  if (Enabled && permissionModel !== 'SERVICE_MANAGED') throw new ValidationError('AutoDeployment can be enabled only for a service managed stack set')
  if (!Enabled && retain !== undefined) throw new ValidationError('RetainStacksOnAccountRemoval can be specified only if AutoDeployment is enabled')
  if (!Enabled && DependsOn.length > 0) throw new ValidationError('DependsOn can be specified only if AutoDeployment is enabled')
  if (DependsOn.length > dependenciesMax) throw new ValidationError(`A stack set can depend on at most ${dependenciesMax} stack sets`)
  for (const one of DependsOn) {
    if (!await cfn.tables.stackSets.get(idOf(one))) throw new ValidationError(`StackSet ${one}, which DependsOn names, was not found`)
    if (id !== undefined && await reaches(cfn, idOf(one), id)) throw new ValidationError(`DependsOn of ${one} makes the stack set depend on itself`)
  }
  return Enabled ? { retain: retain ?? false, ...DependsOn.length > 0 && { dependsOn: DependsOn } } : undefined
}

const dependenciesMax = 10
const idOf = (setArn: string): string => setArn.slice(setArn.indexOf('/') + 1)

/** Whether a set is, or depends on, another one. */
async function reaches(cfn: CloudFormation, from: string, to: string): Promise<boolean> {
  if (from === to) return true
  const set = await cfn.tables.stackSets.get(from)
  for (const one of set?.autoDeployment?.dependsOn ?? []) if (await reaches(cfn, idOf(one), to)) return true
  return false
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
  const done = new Set<string>()
  const visit = async (at: CloudFormation, setId: string): Promise<void> => {
    if (done.has(setId)) return
    done.add(setId)
    // What a set depends on comes first, so that there is something to wait for.
    for (const one of (await at.tables.stackSets.get(setId))?.autoDeployment?.dependsOn ?? []) await visit(at, idOf(one))
    await at.transact(tx => follow(tx, { setId, account: data.accountId, chain, eventId: id }))
  }
  for (const { region, setId } of sets) await visit(home.in({ region }) as CloudFormation, setId)
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
    const operationId = operationOf(eventId, setId, action)
    if (places.length === 0 || await tx.tables.stackSetOperations.get(setId, operationId)) return
    const targets = places.map(region => ({ account, region, organizationalUnitId: chain[0] }))
    await beginOperation(tx, set, { action, targets, operationId, queues: true, ...more })
  }
  await begin('DELETE', standing.filter(row => !regions.has(row.region)).map(row => row.region), { retain: set.autoDeployment.retain })
  const unit = chain[0]
  for (const row of standing) if (regions.has(row.region) && unit !== undefined) await tx.tables.stackInstances.put({ ...row, organizationalUnitId: unit })
  await begin('CREATE', [...regions].filter(region => !standing.some(row => row.region === region)), {
    told: { units: chain.filter(one => set.unitRegions?.[one]), accounts: [account] }, prepare: (target, instance) => instance ?? newInstance(tx, set, target),
    waitsFor: await creationsOf(tx, set.autoDeployment.dependsOn ?? [], eventId),
  })
}

/** The creations that the same move has begun of other sets. */
async function creationsOf(tx: CloudFormation, dependsOn: readonly string[], eventId: string): Promise<{ setId: string, operationId: string }[]> {
  const all = dependsOn.map(one => ({ setId: idOf(one), operationId: operationOf(eventId, idOf(one), 'CREATE') }))
  const begun = await Promise.all(all.map(({ setId, operationId }) => tx.tables.stackSetOperations.get(setId, operationId)))
  return all.filter((_, at) => begun[at])
}

/** Whether an operation that has not ended is to delete the instance. */
async function isLeaving(tx: CloudFormation, row: StackInstanceRow): Promise<boolean> {
  const operation = await tx.tables.stackSetOperations.get(row.setId, row.lastOperationId)
  return operation?.action === 'DELETE' && ['QUEUED', 'RUNNING', 'STOPPING'].includes(operation.status)
}

/** The id of an operation that a move begins: the same one, however often the move is told. */
const operationOf = (eventId: string, setId: string, action: string): string => createHash('sha256').update(`${eventId} ${setId} ${action}`)
  .digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
