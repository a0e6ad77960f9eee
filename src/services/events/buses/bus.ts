import { busArn, type BusRow, type Events } from '../state.ts'

export const policyOf = ({ statements }: BusRow): string | undefined => statements.length === 0 ? undefined : JSON.stringify({
  Version: '2012-10-17', Statement: statements,
})

export const busView = (events: Events, row: BusRow) => ({
  Name: row.name, Arn: busArn(events, row.name), ...row.description !== undefined && { Description: row.description },
  ...row.statements.length > 0 && { Policy: policyOf(row)! }, ...row.createdMs > 0 && {
    CreationTime: new Date(row.createdMs), LastModifiedTime: new Date(row.modifiedMs),
  },
})
