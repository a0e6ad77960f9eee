import { urlSuffixOf } from '../../../platform/arns.ts'
import type { CloudFormation, Model, ResourceRow } from '../state.ts'
import { dependenciesOf } from '../template/references.ts'
import { condition, evaluate, knownAfterApply } from '../template/intrinsics.ts'
import type { Evaluation } from '../template/intrinsics.ts'
import { parameterValue } from '../template/parameters.ts'
import { ValidationError } from '../template/template.ts'
import type { Template } from '../template/template.ts'

/** The availability zones of a region. */
export const zonesOf = (region: string): string[] => ['a', 'b', 'c'].map(letter => `${region}${letter}`)

/** What a template's functions are evaluated against, without its resources. */
export function evaluationOf(
  cfn: CloudFormation, stack: { name: string, id: string }, template: Template, model: Pick<Model, 'parameters' | 'resolved' | 'notificationArns'>,
  exports: Map<string, string> = new Map(),
): Evaluation {
  const parameters = Object.fromEntries(Object.entries(template.Parameters ?? {}).map(([key, declared]) =>
    [key, parameterValue(declared, model.resolved?.[key] ?? model.parameters[key] ?? '')]))
  return {
    parameters, mappings: template.Mappings ?? {}, conditions: template.Conditions ?? {}, known: new Map(),
    pseudo: {
      'AWS::AccountId': cfn.account, 'AWS::Region': cfn.region, 'AWS::Partition': cfn.partition, 'AWS::StackId': stack.id, 'AWS::StackName': stack.name,
      'AWS::URLSuffix': urlSuffixOf(cfn.region), 'AWS::NotificationARNs': model.notificationArns,
    },
    exported: name => exports.get(name), zones: zonesOf,
  }
}

/** The resources whose condition holds, and what each waits for. */
export function wantedResources(template: Template, evaluation: Evaluation): Map<string, string[]> {
  const wanted = Object.entries(template.Resources).filter(([, resource]) => resource.Condition === undefined || condition(resource.Condition, evaluation))
  const present = Object.fromEntries(wanted)
  return new Map(wanted.map(([id, resource]) => [id, dependenciesOf(resource, present)]))
}

/** Resources' Ref and attributes from the rows of what stands; what will change is only known afterwards where `unknown` says so. */
export function resourceValues(rows: Map<string, ResourceRow>, unknown?: (logicalId: string) => boolean): NonNullable<Evaluation['resource']> {
  return logicalId => {
    if (unknown?.(logicalId)) return { ref: knownAfterApply, attribute: () => knownAfterApply }
    const current = rows.get(logicalId)?.current
    if (!current) return undefined
    return {
      ref: current.ref ?? current.physicalId,
      attribute: name => {
        const value = current.attributes[name] ?? name.split('.').reduce<any>((at, part) => at?.[part], current.attributes)
        if (value === undefined) throw new ValidationError(`Template error: resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt`)
        return value
      },
    }
  }
}

/** A resource's properties with every function evaluated. Dynamic references are left: their values are never stored. */
export function propertiesOf(template: Template, logicalId: string, evaluation: Evaluation): Record<string, unknown> {
  return (evaluate(template.Resources[logicalId]!.Properties ?? {}, evaluation) ?? {}) as Record<string, unknown>
}

/** A policy of a resource, which may be a function of parameters; `Delete` where it has none. */
export function policyOf(value: unknown, evaluation: Evaluation): string {
  return value === undefined ? 'Delete' : String(evaluate(value, evaluation))
}
