import type { Change, CreateChangeSetInput, CreateChangeSetOutput } from '@aws-sdk/client-cloudformation'
import { arn } from '../../../platform/arns.ts'
import { AwsError } from '../../../platform/errors.ts'
import { longRunning } from '../../../platform/service.ts'
import { tagsFromList } from '../../../platform/tags.ts'
import { tellEnded, whenEnded } from '../engine/ends.ts'
import { setStackStatus } from '../engine/record.ts'
import { AlreadyExistsException, type ChangeSetRow, type CloudFormation, type Model, type NestedSet, type StackRow, type TemplateRow } from '../state.ts'
import { parsed, planOf, templateText, TransformFailed } from '../stacks/plan.ts'
import { checkRole, checkStackName, checkState, checkTags, deploymentOf, stackArn, stackAt, updatable } from '../stacks/stack.ts'
import { transformsOf } from '../template/capabilities.ts'
import { chooseParameters } from '../template/parameters.ts'
import { hasSnippets } from '../template/snippets.ts'
import { ValidationError } from '../template/template.ts'
import { checkImports, existingImports, importChanges, importsOf } from './imports.ts'
import { nestedSets, type Nesting } from './nested.ts'
import { changesOf } from './changes.ts'
import { deleteSet } from './deletion.ts'

const patienceMs = 10_000

/** Works out what a template would change; a set without changes is FAILED, with the reason that stock tools look for. */
export const CreateChangeSet = longRunning(async (cfn: CloudFormation, input: CreateChangeSetInput): Promise<CreateChangeSetOutput> => {
  const { id, stackId } = await createSet(cfn, input)
  return { Id: id, StackId: stackId }
})

/** The same; `nesting` for the set of a nested stack, which is made with its parent's. */
export async function createSet(cfn: CloudFormation, input: CreateChangeSetInput, nesting?: Nesting): Promise<ChangeSetRow> {
  const name = input.ChangeSetName ?? ''
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
    throw new ValidationError(
      `1 validation error detected: Value '${name}' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: ` +
      `[a-zA-Z][-a-zA-Z0-9]*`
    )
  }
  if (input.DeploymentMode !== undefined) {
    throw new ValidationError(`DeploymentMode ${input.DeploymentMode} is not implemented by Fogbank: detect drift, and update the stack.`)
  }
  const { disableRollback: _, ...deployment } = deploymentOf(input)
  const type = input.ChangeSetType ?? 'UPDATE'
  const imports = await importsOf(cfn, type, input.ResourcesToImport)
  const { stack: found, isNew } = await stackFor(cfn, input, type)
  const stack = isNew && nesting ? { ...found, parentId: nesting.parentStackId, rootId: nesting.rootStackId } : found
  if (nesting) await cfn.authorize({ action: 'cloudformation:CreateChangeSet', resource: stack.id })
  const existing = await cfn.tables.changeSets.get(stack.id, name)
  if (existing && input.ClientToken !== undefined && existing.token === input.ClientToken) return existing
  if (existing) {
    throw new AlreadyExistsException(`ChangeSet ${name} cannot be created due to a mismatch with existing attributes or an existing change set of that name`)
  }
  await checkRole(cfn, input.RoleARN)
  const id = arn(cfn, 'cloudformation', `changeSet/${name}/${cfn.newId()}`)
  const begun: ChangeSetRow = {
    stackId: stack.id, id, name, stackName: stack.name, type, status: 'CREATE_IN_PROGRESS', executionStatus: 'UNAVAILABLE', createdAt: cfn.now(),
    principal: cfn.principal, changes: [], deployment, ...input.IncludeNestedStacks && { includesNested: true },
    ...input.ImportExistingResources && { importsExisting: true }, ...nesting && { parentId: nesting.parentSetId, rootId: nesting.rootSetId },
    ...input.DeploymentConfig?.DisableRollback && { onStackFailure: 'DO_NOTHING' }, ...input.ClientToken !== undefined && { token: input.ClientToken },
    ...input.Description !== undefined && { description: input.Description }, ...input.OnStackFailure !== undefined && { onStackFailure: input.OnStackFailure },
  }
  const draft = nesting ? undefined : await draftOf(cfn, stack, input)
  const { template, ...row } = draft ? { ...begun, ...draft } : finished(begun, await proposal(cfn, stack, input, { type, imports, id, nesting }))
  await cfn.transact(async tx => {
    if (isNew) {
      if (await tx.tables.names.get(stack.name)) throw new AlreadyExistsException(`Stack [${stack.name}] already exists`)
      await tx.tables.names.put({ name: stack.name, stackId: stack.id })
      await setStackStatus(tx, stack, 'REVIEW_IN_PROGRESS', 'User Initiated')
    }
    await tx.tables.templates.put(template)
    await tx.tables.changeSets.put(row)
    if (draft) tx.enqueue('completeChangeSet', { stackId: stack.id, name, input })
  })
  if (draft) await completed(cfn, row)
  return row
}

const finished = (row: ChangeSetRow, { template, ...proposed }: Proposal): ChangeSetRow & { template: TemplateRow } => ({
  ...row, ...proposed, template,
  ...proposed.statusReason === undefined ? { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' } : { status: 'FAILED', executionStatus: 'UNAVAILABLE' },
})

/**
 * Of a set whose making may take long, since macros are asked or nested stacks looked at: what is known of it at once. Its template is checked as
 * far as that can be without them. Undefined for others, which are made while the caller waits.
 */
async function draftOf(cfn: CloudFormation, stack: StackRow, input: CreateChangeSetInput): Promise<{ model: Model, template: TemplateRow } | undefined> {
  const previous = stack.model.templateId === '' ? undefined : stack.model
  const body = await templateText(cfn, input, previous?.templateId)
  const original = parsed(body)
  if (!input.IncludeNestedStacks && !hasSnippets(original) && transformsOf(original).every(name => name.startsWith('AWS::'))) return undefined
  const parameters = chooseParameters(original.Parameters ?? {}, input.Parameters ?? [], previous?.parameters)
  const template = { id: cfn.newId(), body, processed: JSON.stringify(original), transformed: false }
  const tags = input.Tags ? tagsFromList(input.Tags) : previous?.tags ?? {}
  checkTags(tags)
  return {
    template, model: { templateId: template.id, parameters, tags, capabilities: input.Capabilities ?? [], notificationArns: input.NotificationARNs ?? [] }
  }
}

/** Waits until the set is made, or a while: most are at once, and nobody then has to ask. */
async function completed(cfn: CloudFormation, { stackId, name, id }: ChangeSetRow): Promise<void> {
  const made = whenEnded(cfn, id, () => cfn.tables.changeSets.get(stackId, name), set => set?.status === 'CREATE_IN_PROGRESS')
  let patience: NodeJS.Timeout | undefined
  await Promise.race([made.catch(() => {}), new Promise(resolve => patience = setTimeout(resolve, patienceMs))])
  clearTimeout(patience)
}

/** The task that makes such a set; what is wrong with it is then its status. */
export async function completeChangeSet(cfn: CloudFormation, task: { stackId: string, name: string, input: CreateChangeSetInput }): Promise<void> {
  const row = await cfn.tables.changeSets.get(task.stackId, task.name)
  const stack = await cfn.tables.stacks.get(task.stackId)
  if (!row || !stack || row.status !== 'CREATE_IN_PROGRESS') return
  // What an earlier try of the task made of nested sets goes.
  for (const child of await cfn.tables.changeSets.list()) if (child.parentId === row.id) await cfn.transact(tx => deleteSet(tx, child))
  const caller = cfn.in({ principal: row.principal }) as CloudFormation
  const { template, ...made } = await importsOf(caller, row.type, task.input.ResourcesToImport)
    .then(imports => proposal(caller, stack, task.input, { type: row.type, imports, id: row.id, nesting: undefined }))
    .then(proposed => finished(row, proposed), (error: Error): ChangeSetRow & { template?: TemplateRow } => {
      if (cfn.state.closing || !(error instanceof AwsError)) throw error
      return { ...row, status: 'FAILED', statusReason: error.message }
    })
  await cfn.transact(async tx => {
    if (template) await tx.tables.templates.put(template)
    if (await tx.tables.changeSets.get(row.stackId, row.name)) await tx.tables.changeSets.put(made)
  })
  tellEnded(cfn, row.id)
}

interface Proposal {
  model: Model, changes: unknown[], template: TemplateRow, statusReason?: string, imports?: Record<string, string>, nested?: Record<string, NestedSet>
}

interface Proposed { type: string, imports: Record<string, string>, id: string, nesting: Nesting | undefined }

/** What the set would do, or why it cannot be executed. */
async function proposal(cfn: CloudFormation, stack: StackRow, input: CreateChangeSetInput, { type, imports, id, nesting }: Proposed): Promise<Proposal> {
  try {
    const plan = await planOf(cfn, stack, input, { review: true, ...stack.model.templateId !== '' && { previous: stack.model } })
    checkTags(plan.model.tags)
    const planned = await changesOf(cfn, stack, plan)
    if (type === 'IMPORT') {
      checkImports(plan.template, input.ResourcesToImport!)
      return { model: plan.model, template: plan.row, imports, ...told(await importChanges(cfn, planned.changes, imports)) }
    }
    const existing: Outcome & { changes: Change[] } = input.ImportExistingResources ? await existingImports(cfn, stack, plan, planned.changes) : planned
    if (!input.IncludeNestedStacks) return { model: plan.model, template: plan.row, ...told({ ...existing, same: planned.same }) }
    const place = { setId: id, setName: input.ChangeSetName!, rootSetId: nesting?.rootSetId ?? id, stack }
    const { changes, nested, problem } = await nestedSets(cfn, { ...place, input, planned: { ...planned, changes: existing.changes } }, createSet)
    const same = changes.length === 0 && planned.sameOtherwise
    return { model: plan.model, template: plan.row, nested, ...told({ ...existing, changes, problem: existing.problem ?? problem, same }) }
  } catch (error) {
    if (!(error instanceof TransformFailed)) throw error
    const { body, original, parameters } = error.attempt
    const template = { id: cfn.newId(), body, processed: JSON.stringify(original), transformed: false }
    const tags = Object.fromEntries((input.Tags ?? []).map(tag => [tag.Key ?? '', tag.Value ?? '']))
    const model = { templateId: template.id, parameters, tags, capabilities: input.Capabilities ?? [], notificationArns: [] }
    return { model, changes: [], template, statusReason: error.message }
  }
}

const told = ({ changes, problem, imports, same }: Outcome): Pick<Proposal, 'changes' | 'statusReason' | 'imports'> => {
  const statusReason = same ? "The submitted information didn't contain changes. Submit different information to create a change set." : problem
  return { changes, ...statusReason !== undefined && { statusReason }, ...imports && { imports } }
}

interface Outcome { changes: unknown[], problem?: string | undefined, imports?: Record<string, string>, same?: boolean }

/** The stack that the set is for; a new one stands in REVIEW_IN_PROGRESS until its set is executed. */
async function stackFor(cfn: CloudFormation, input: CreateChangeSetInput, type: string): Promise<{ stack: StackRow, isNew: boolean }> {
  const name = input.StackName ?? ''
  if (!name.startsWith('arn:')) checkStackName(name)
  const existing = await stackAt(cfn, name)
  if (type === 'UPDATE') {
    if (!existing || existing.status === 'DELETE_COMPLETE') throw new ValidationError(`Stack [${name}] does not exist`)
    checkState(existing, updatable)
    return { stack: existing, isNew: false }
  }
  if (type === 'IMPORT' && existing && existing.status !== 'REVIEW_IN_PROGRESS') {
    checkState(existing, updatable)
    return { stack: existing, isNew: false }
  }
  if (existing && existing.status !== 'REVIEW_IN_PROGRESS') {
    throw new ValidationError(`Stack [${name}] already exists and cannot be created again with the changeSet [${input.ChangeSetName}].`)
  }
  if (existing) return { stack: existing, isNew: false }
  const stack: StackRow = {
    id: stackArn(cfn, name, cfn.newId()), name, status: '', outputs: [], createdAt: cfn.now(), disableRollback: false, terminationProtection: false,
    creator: cfn.principal,
    model: { templateId: '', parameters: {}, tags: {}, capabilities: [], notificationArns: [] },
  }
  return { stack, isNew: true }
}
