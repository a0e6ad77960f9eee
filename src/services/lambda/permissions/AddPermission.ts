import { changing, checkRevision, functionRow, resolve } from '../functions/function.ts'
import { functionArn, functionName } from '../names.ts'
import type { Input, Lambda, Output, Policy, Statement } from '../state.ts'
import { InvalidParameterValueException, PolicyLengthExceededException, policyBytesMax, ResourceConflictException } from '../state.ts'

/** Adds a statement to the policy of a function, a version or an alias. */
export async function AddPermission(lambda: Lambda, input: Input<'AddPermission'>): Promise<Output<'AddPermission'>> {
  if (input.PrincipalOrgID && input.Principal !== '*') {
    throw new InvalidParameterValueException('PrincipalOrgID is only supported with the principal *.')
  }
  if (input.FunctionUrlAuthType && input.Action !== 'lambda:InvokeFunctionUrl') {
    throw new InvalidParameterValueException('FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action')
  }
  if (input.InvokedViaFunctionUrl && input.Action !== 'lambda:InvokeFunction') {
    throw new InvalidParameterValueException('InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action')
  }
  const { name, qualifier } = functionName(lambda, input.FunctionName, input.Qualifier)
  return changing(lambda, name, async scope => {
    const fn = await functionRow(scope, name, qualifier)
    await resolve(scope, name, qualifier)
    const policy = fn.policies[qualifier ?? '$LATEST']
    checkRevision(input.RevisionId, policy?.revisionId ?? input.RevisionId)
    if (policy?.statements.some(statement => statement.Sid === input.StatementId)) {
      throw new ResourceConflictException(
        `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`
      )
    }
    const statement = statementOf(scope, input, functionArn(scope, name, qualifier))
    const changed: Policy = { revisionId: scope.newId(), statements: [...policy?.statements ?? [], statement] }
    const size = Buffer.byteLength(policyDocument(changed))
    if (size > policyBytesMax) throw new PolicyLengthExceededException(`The final policy size (${size}) is bigger than the limit (${policyBytesMax}).`)
    await scope.tables.functions.put({ ...fn, policies: { ...fn.policies, [qualifier ?? '$LATEST']: changed } })
    return { Statement: JSON.stringify(statement) }
  })
}

function statementOf(lambda: Lambda, input: Input<'AddPermission'>, Resource: string): Statement {
  const who = input.Principal!
  const account = /^\d{12}$/.test(who) ? `arn:${lambda.partition}:iam::${who}:root` : who
  const Condition: Record<string, Record<string, string>> = {}
  const equals = {
    ...input.SourceAccount && { 'AWS:SourceAccount': input.SourceAccount },
    ...input.PrincipalOrgID && { 'aws:PrincipalOrgID': input.PrincipalOrgID },
    // Alexa brings it; nobody else does, so the statement lets nobody else in.
    ...input.EventSourceToken && { 'lambda:EventSourceToken': input.EventSourceToken },
    ...input.FunctionUrlAuthType && { 'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType },
  }
  if (Object.keys(equals).length > 0) Condition.StringEquals = equals
  if (input.InvokedViaFunctionUrl) Condition.Bool = { 'lambda:InvokedViaFunctionUrl': 'true' }
  if (input.SourceArn) Condition.ArnLike = { 'AWS:SourceArn': input.SourceArn }
  return {
    Sid: input.StatementId!, Effect: 'Allow', Principal: who === '*' ? '*' : who.includes('.amazonaws.com') ? { Service: who } : { AWS: account },
    Action: input.Action!, Resource, ...Object.keys(Condition).length > 0 && { Condition },
  }
}

const documents = new WeakMap<Policy, string>()

/** The policy as JSON; written once for each policy, which a change replaces by another. */
export function policyDocument(policy: Policy): string {
  let document = documents.get(policy)
  if (document === undefined) documents.set(policy, document = JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: policy.statements }))
  return document
}
