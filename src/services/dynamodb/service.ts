import type { DynamoDB } from '@aws-sdk/client-dynamodb'
import { sequences } from '../../platform/sequences.ts'
import { service } from '../../platform/service.ts'
import { DescribeContinuousBackups } from './tables/DescribeContinuousBackups.ts'
import { DescribeEndpoints } from './account/DescribeEndpoints.ts'
import { DescribeLimits } from './account/DescribeLimits.ts'
import { onBatch, onItems, onTable, onTagged } from './authorization.ts'
import { BatchGetItem } from './batches/BatchGetItem.ts'
import { BatchWriteItem } from './batches/BatchWriteItem.ts'
import { resourceTypes } from './cloudformation.ts'
import { usageOf } from './items/capacity.ts'
import { DeleteItem } from './items/DeleteItem.ts'
import { GetItem } from './items/GetItem.ts'
import { PutItem } from './items/PutItem.ts'
import { Query } from './items/Query.ts'
import { Scan } from './items/Scan.ts'
import { UpdateItem } from './items/UpdateItem.ts'
import { tables, type Db } from './state.ts'
import { trimStream } from './streams/retention.ts'
import { sequenceForm } from './streams/sequence.ts'
import { backfill, count, purge } from './tables/background.ts'
import { CreateTable } from './tables/CreateTable.ts'
import { DeleteTable } from './tables/DeleteTable.ts'
import { DescribeTable } from './tables/DescribeTable.ts'
import { ListTables } from './tables/ListTables.ts'
import { UpdateTable } from './tables/UpdateTable.ts'
import { ListTagsOfResource } from './tags/ListTagsOfResource.ts'
import { TagResource } from './tags/TagResource.ts'
import { UntagResource } from './tags/UntagResource.ts'
import { TransactGetItems } from './transactions/TransactGetItems.ts'
import { TransactWriteItems } from './transactions/TransactWriteItems.ts'
import { DescribeTimeToLive } from './ttl/DescribeTimeToLive.ts'
import { dropExpiries, enterExpiries, sweep } from './ttl/sweep.ts'
import { UpdateTimeToLive } from './ttl/UpdateTimeToLive.ts'

export const dynamodb = service<DynamoDB, Db>({
  name: 'dynamodb',
  billing: 'AmazonDynamoDB',
  tables,
  operations: {
    BatchGetItem, BatchWriteItem, CreateTable, DeleteItem, DeleteTable, DescribeContinuousBackups, DescribeEndpoints, DescribeLimits, DescribeTable,
    DescribeTimeToLive, GetItem, ListTables,
    ListTagsOfResource, PutItem, Query, Scan, TagResource, TransactGetItems, TransactWriteItems, UntagResource, UpdateItem, UpdateTable, UpdateTimeToLive,
  },
  authorization: {
    CreateTable: onTable, DescribeContinuousBackups: onTable, DeleteTable: onTable, DescribeTable: onTable, UpdateTable: onTable, ListTables: { resource: '*' },
    DescribeTimeToLive: onTable, UpdateTimeToLive: onTable, DescribeLimits: { resource: '*' }, DescribeEndpoints: { resource: '*' },
    TagResource: onTagged, UntagResource: onTagged, ListTagsOfResource: onTagged,
    GetItem: onItems, PutItem: onItems, UpdateItem: onItems, DeleteItem: onItems, Query: onItems, Scan: onItems,
    BatchGetItem: onBatch, BatchWriteItem: onBatch,
    // Each part of a transaction is authorized by itself, as the operation that would do it alone.
    TransactGetItems: { resource: 'none' }, TransactWriteItems: { resource: 'none' },
  },
  open: () => ({ sequences: sequences(sequenceForm) }),
  usage: usageOf,
  tasks: { backfill, count, purge, sweep, enterExpiries, dropExpiries, trimStream },
  resourceTypes,
})
