import type { Aws } from '../../../contracts/aws.ts'
import type { Created } from '../../../platform/resource-type.ts'
import type { CloudFormation, Incarnation, Model, ResourceRow, StackRow } from '../state.ts'
import { evaluate, type Evaluation } from '../template/intrinsics.ts'
import type { Template } from '../template/template.ts'
import { policyOf } from './evaluation.ts'

/** One operation as it runs: the stack, what it shall be, and the rows as they stand. */
export interface Run {
  cfn: CloudFormation
  stack: StackRow
  model: Model
  template: Template
  evaluation: Evaluation
  dependencies: Map<string, string[]>
  rows: Map<string, ResourceRow>
  aws: Aws
  abort: AbortController
}

/** What stands, as the template says it. */
export function incarnation(run: Run, logicalId: string, type: string, properties: Record<string, unknown>, suffix: string, made: Created): Incarnation {
  const resource = run.template.Resources[logicalId]!
  return {
    type, physicalId: made.id, ...made.ref !== undefined && { ref: made.ref }, attributes: made.attributes ?? {}, properties, tags: run.model.tags, suffix,
    dependencies: run.dependencies.get(logicalId) ?? [], deletionPolicy: policyOf(resource.DeletionPolicy, run.evaluation),
    updateReplacePolicy: policyOf(resource.UpdateReplacePolicy, run.evaluation), ...resource.Metadata !== undefined && {
      metadata: evaluate(resource.Metadata, run.evaluation),
    },
  }
}
