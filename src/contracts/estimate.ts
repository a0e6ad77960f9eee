/** Resources of one kind that a template would make, as an estimate of their cost is asked for them: JSON in the address of the estimate. */
export interface EstimatedResource {
  /** `AWS::DynamoDB::Table` */
  type: string
  count: number
  /** Provisioned capacity, where it is. */
  readUnits?: number
  writeUnits?: number
  memoryMb?: number
  arm?: boolean
  /** Executions that are kept ready. */
  provisioned?: number
  fifo?: boolean
}
