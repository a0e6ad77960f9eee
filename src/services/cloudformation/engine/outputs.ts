import type { CloudFormation, OutputRecord, StackRow } from '../state.ts'
import { condition, evaluate } from '../template/intrinsics.ts'
import type { Evaluation } from '../template/intrinsics.ts'
import { ValidationError, eachFunction } from '../template/template.ts'
import type { Template } from '../template/template.ts'

/** The outputs whose condition holds, evaluated. */
export function outputsOf(template: Template, evaluation: Evaluation): OutputRecord[] {
  const outputs: OutputRecord[] = []
  for (const [key, output] of Object.entries(template.Outputs ?? {})) {
    if (output.Condition !== undefined && !condition(output.Condition, evaluation)) continue
    const value = evaluate(output.Value, evaluation)
    if (value === undefined || (typeof value === 'object' && value !== null)) {
      throw new ValidationError(`Template format error: The Value field of every Outputs member must evaluate to a String.`)
    }
    const name = output.Export === undefined ? undefined : evaluate(output.Export.Name, evaluation)
    if (name !== undefined && (typeof name !== 'string' || name === '')) {
      throw new ValidationError('Template format error: Output export name must be a string.')
    }
    if (name !== undefined && String(value).trim() === '') {
      throw new ValidationError(`Cannot export output ${key}. Exported values must not be empty or whitespace-only.`)
    }
    outputs.push({
      key, value: String(value), ...output.Description !== undefined && { description: output.Description }, ...typeof name === 'string' && { exportName: name }
    })
  }
  return outputs
}

/** Names of the exports that a template imports. */
export function importsOf(template: Template, evaluation: Evaluation): string[] {
  const names = new Set<string>()
  eachFunction([Object.values(template.Resources).map(resource => resource.Properties), template.Outputs], (name, argument) => {
    if (name !== 'Fn::ImportValue') return
    const value = evaluate(argument, evaluation)
    if (typeof value === 'string') names.add(value)
  })
  return [...names]
}

/** Stores what a stack exports and imports, in the caller's transaction; guards the exports that other stacks use. */
export async function storeExports(cfn: CloudFormation, stack: StackRow, outputs: OutputRecord[], imports: string[]): Promise<void> {
  const wanted = new Map(outputs.filter(output => output.exportName !== undefined).map(output => [output.exportName!, output.value]))
  for (const { name } of (await cfn.tables.exports.list()).filter(row => row.stackId === stack.id && !wanted.has(row.name))) {
    await refuseInUse(cfn, name, 'delete')
    await cfn.tables.exports.delete(name)
  }
  for (const [name, value] of wanted) {
    const existing = await cfn.tables.exports.get(name)
    if (existing && existing.stackId !== stack.id) {
      throw new ValidationError(`Export with name ${name} is already exported by stack ${existing.stackId.split('/')[1]}.`)
    }
    if (existing && existing.value !== value) await refuseInUse(cfn, name, 'update')
    await cfn.tables.exports.put({ name, value, stackId: stack.id })
  }
  await storeImports(cfn, stack, imports)
}

async function storeImports(cfn: CloudFormation, stack: StackRow, imports: string[]): Promise<void> {
  for (const row of await cfn.tables.imports.list()) {
    if (row.stackId === stack.id && !imports.includes(row.name)) await cfn.tables.imports.delete(row.name, row.stackId)
  }
  for (const name of imports) await cfn.tables.imports.put({ name, stackId: stack.id, stackName: stack.name })
}

/** Throws where a stack uses the export. */
export async function refuseInUse(cfn: CloudFormation, name: string, what: 'delete' | 'update'): Promise<void> {
  const users = await cfn.tables.imports.list({ prefix: [name] })
  if (users.length > 0) throw new ValidationError(`Cannot ${what} export ${name} as it is in use by ${users.map(user => user.stackName).join(', ')}.`)
}
