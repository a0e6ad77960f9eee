import type { ResourceContext } from '../../platform/resource-type.ts'

/** Tables that exist already: for import and Cloud Control. */
export const standingTables = {
  identifier: 'TableName',
  async attributes({ aws }: ResourceContext, TableName: string) {
    const { Table } = await aws.dynamodb.DescribeTable({ TableName })
    return { Arn: Table!.TableArn, ...Table!.LatestStreamArn && { StreamArn: Table!.LatestStreamArn } }
  },
  async list({ aws }: ResourceContext) {
    const names: string[] = []
    for (let last: string | undefined, more = true; more; more = last !== undefined) {
      const page = await aws.dynamodb.ListTables({ ...last !== undefined && { ExclusiveStartTableName: last } })
      names.push(...page.TableNames ?? [])
      last = page.LastEvaluatedTableName
    }
    return names
  },
}
