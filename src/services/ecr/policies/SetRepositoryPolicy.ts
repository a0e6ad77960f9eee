import { policyProblem } from '../../../platform/policy/validate.ts'
import { InvalidParameterException, repositoryAt, type Ecr, type Input, type Output } from '../state.ts'

/** Sets who may use a repository. Errors: RepositoryNotFoundException, InvalidParameterException. */
export async function SetRepositoryPolicy(ecr: Ecr, input: Input<'SetRepositoryPolicy'>): Promise<Output<'SetRepositoryPolicy'>> {
  const row = await repositoryAt(ecr, input)
  const problem = policyProblem(withResource(input.policyText!), 'resource')
  if (problem) throw new InvalidParameterException(`Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'`)
  await ecr.tables.repositories.put({ ...row, policy: input.policyText! })
  return { registryId: ecr.account, repositoryName: row.name, policyText: input.policyText }
}

/** A repository's policy speaks of that repository: it names no resource, or none of its statements matters to another one. */
export function withResource(policy: string): string {
  try {
    const document = JSON.parse(policy)
    const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement]
    const complete = (statement: object) => 'Resource' in statement || 'NotResource' in statement ? statement : { ...statement, Resource: '*' }
    return JSON.stringify({ ...document, Statement: statements.map(complete) })
  } catch {
    return policy
  }
}
