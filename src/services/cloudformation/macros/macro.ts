import type { ResourceType } from '../../../platform/resource-type.ts'
import { AlreadyExistsException, type CloudFormation } from '../state.ts'
import { StepError } from '../engine/errors.ts'

interface MacroProperties { Name: string, FunctionName: string, Description?: string }

/** AWS::CloudFormation::Macro: the name of a function that later templates of this account and region are transformed by. */
export function macro(cfn: CloudFormation): ResourceType<MacroProperties> {
  return {
    properties: { Name: 'required', FunctionName: 'required', Description: 'optional' },
    createOnly: ['Name'],
    async create(context, { Name, FunctionName }) {
      if (!/^[\w-]{1,128}$/.test(Name)) {
        throw new StepError(`Properties validation failed for resource ${context.logicalId} with message:\n#/Name: ${Name} is no name of a macro`)
      }
      await cfn.transact(async tx => {
        const existing = await tx.tables.macros.get(Name)
        if (existing && existing.resource !== `${context.stackId}/${context.logicalId}`) throw new AlreadyExistsException(`Macro ${Name} already exists`)
        await tx.tables.macros.put({ name: Name, functionName: FunctionName, resource: `${context.stackId}/${context.logicalId}` })
      })
      return { id: Name }
    },
    async update(context, Name, { FunctionName }) {
      await cfn.transact(tx => tx.tables.macros.put({ name: Name, functionName: FunctionName, resource: `${context.stackId}/${context.logicalId}` }))
      return { id: Name }
    },
    delete: (_, Name) => cfn.transact(tx => tx.tables.macros.delete(Name)),
    read: async (_, Name) => {
      const row = await cfn.tables.macros.get(Name)
      return row && { Name, FunctionName: row.functionName }
    },
  }
}
