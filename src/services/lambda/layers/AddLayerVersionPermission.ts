import { checkRevision } from '../functions/function.ts'
import { layerArn } from '../names.ts'
import type { Input, Lambda, Output, Statement } from '../state.ts'
import { InvalidParameterValueException, ResourceConflictException } from '../state.ts'
import { layerVersion } from './layer.ts'

/** Lets other accounts use a version of a layer: `*`, or an account. */
export async function AddLayerVersionPermission(lambda: Lambda, input: Input<'AddLayerVersionPermission'>): Promise<Output<'AddLayerVersionPermission'>> {
  if (input.OrganizationId) throw new InvalidParameterValueException('OrganizationId is not supported by this cloud yet.')
  if (input.Action !== 'lambda:GetLayerVersion') {
    throw new InvalidParameterValueException('The only action of a layer version that can be allowed is lambda:GetLayerVersion.')
  }
  const { scope, row } = await layerVersion(lambda, input)
  checkRevision(input.RevisionId, row.policy?.revisionId ?? input.RevisionId)
  if (row.policy?.statements.some(statement => statement.Sid === input.StatementId)) {
    throw new ResourceConflictException(
      `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`
    )
  }
  const who = input.Principal!
  const statement: Statement = {
    Sid: input.StatementId!, Effect: 'Allow', Principal: who === '*' ? '*' : { AWS: /^\d{12}$/.test(who) ? `arn:${scope.partition}:iam::${who}:root` : who },
    Action: input.Action,
    Resource: layerArn(scope, row.name, row.version),
  }
  const policy = { revisionId: scope.newId(), statements: [...row.policy?.statements ?? [], statement] }
  await scope.tables.layers.put({ ...row, policy })
  return { Statement: JSON.stringify(statement), RevisionId: policy.revisionId }
}
