import type { Known, ResourceContext } from '../../../platform/resource-type.ts'
import { asGiven } from '../../../platform/standing.ts'
import { found } from '../functions/cloudformation-standing.ts'

type Properties = Known<any>

interface Statement {
  Sid: string
  Action: string
  Principal: '*' | { Service?: string, AWS?: string }
  Condition?: Record<string, Record<string, string>>
}

const statementsOf = (policy: string | undefined): Statement[] => policy === undefined ? [] : JSON.parse(policy).Statement

/** An account is written as the ARN of its root. */
const accountOf = (who: unknown) => /^arn:[^:]+:iam::(\d{12}):root$/.exec(String(who))?.[1] ?? String(who)
const principalOf = ({ Principal: who }: Statement, given: unknown) =>
  asGiven(accountOf(typeof who === 'string' ? who : who.Service ?? who.AWS), given, accountOf)

/** A statement's condition by its keys in small letters, whatever their operators. */
const conditionsOf = ({ Condition = {} }: Statement): Record<string, string> =>
  Object.fromEntries(Object.values(Condition).flatMap(keys => Object.entries(keys)).map(([key, value]) => [key.toLowerCase(), value]))

const ofFunction = async ({ aws }: ResourceContext, FunctionName: string) => statementsOf((await found(aws.lambda.GetPolicy({ FunctionName })))?.Policy)

/** Permissions that exist already, each a statement of a function's policy: for drift detection, import and Cloud Control. */
export const standingPermissions = {
  identifier: ['FunctionName', 'Id'], idMember: 'Id', listBy: ['FunctionName'],
  async read(resource: ResourceContext, Id: string, { FunctionName, Principal }: Properties) {
    const statement = (await ofFunction(resource, FunctionName)).find(({ Sid }) => Sid === Id)
    if (!statement) return undefined
    const conditions = conditionsOf(statement)
    return {
      FunctionName, Action: statement.Action, Principal: principalOf(statement, Principal), SourceArn: conditions['aws:sourcearn'],
      SourceAccount: conditions['aws:sourceaccount'], FunctionUrlAuthType: conditions['lambda:functionurlauthtype'],
      InvokedViaFunctionUrl: conditions['lambda:invokedviafunctionurl'] === 'true' || undefined, EventSourceToken: conditions['lambda:eventsourcetoken'],
      PrincipalOrgID: conditions['aws:principalorgid'],
    }
  },
  attributes: async (_: ResourceContext, Id: string) => ({ Id }),
  list: async (resource: ResourceContext, { FunctionName }: Properties) =>
    (await ofFunction(resource, FunctionName)).map(({ Sid }) => `${FunctionName}|${Sid}`),
}

const layerNames = (arn: string) => ({ LayerName: arn.slice(0, arn.lastIndexOf(':')), VersionNumber: Number(arn.slice(arn.lastIndexOf(':') + 1)) })
const ofLayer = async ({ aws }: ResourceContext, arn: string) => statementsOf((await found(aws.lambda.GetLayerVersionPolicy(layerNames(arn))))?.Policy)

/** Permissions of layer versions. */
export const standingLayerPermissions = {
  identifier: 'Id', listBy: ['LayerVersionArn'],
  async read(resource: ResourceContext, id: string, known: Properties) {
    const [LayerVersionArn = '', statementId] = id.split('#')
    const statement = (await ofLayer(resource, LayerVersionArn)).find(({ Sid }) => Sid === statementId)
    return statement && { LayerVersionArn, Action: statement.Action, Principal: principalOf(statement, known.Principal) }
  },
  attributes: async (_: ResourceContext, Id: string) => ({ Id }),
  list: async (resource: ResourceContext, { LayerVersionArn }: Properties) =>
    (await ofLayer(resource, LayerVersionArn)).map(({ Sid }) => `${LayerVersionArn}#${Sid}`),
}
