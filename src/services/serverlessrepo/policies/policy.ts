import type { PolicyStatement } from '../../../contracts/serverlessrepo.ts'
import type { ApplicationRow, Repo } from '../state.ts'

/** What the action `Deploy` of a policy stands for. */
export const deployActions = [
  'GetApplication', 'CreateCloudFormationChangeSet', 'CreateCloudFormationTemplate', 'GetCloudFormationTemplate', 'ListApplicationVersions',
  'ListApplicationDependencies',
  'SearchApplications',
]
export const policyActions = [...deployActions, 'Deploy', 'UnshareApplication']

export const isPublic = ({ statements }: Pick<ApplicationRow, 'statements'>): boolean =>
  statements.some(({ Principals, PrincipalOrgIDs, Actions }) => Principals.includes('*') && !PrincipalOrgIDs?.length &&
    (Actions.includes('Deploy') || Actions.includes('GetApplication')))

/** The policy of an application as IAM reads it; undefined where it has none. */
export function policyDocument(repo: Repo, { statements }: ApplicationRow): string | undefined {
  if (statements.length === 0) return undefined
  return JSON.stringify({ Version: '2012-10-17', Statement: statements.map(statement => iamStatement(repo, statement)) })
}

const iamStatement = (repo: Repo, { Actions, Principals, PrincipalOrgIDs }: PolicyStatement) => ({
  Effect: 'Allow', Resource: '*', Action: Actions.flatMap(action => action === 'Deploy' ? deployActions : [action]).map(action => `serverlessrepo:${action}`),
  Principal: Principals.includes('*') ? '*' : { AWS: Principals.map(account => `arn:${repo.partition}:iam::${account}:root`) },
  ...PrincipalOrgIDs?.length && { Condition: { StringEquals: { 'aws:PrincipalOrgID': PrincipalOrgIDs } } },
})
