import type { CloudControl as Client } from '@aws-sdk/client-cloudcontrol'
import { service } from '../../platform/service.ts'
import { CancelResourceRequest } from './requests/CancelResourceRequest.ts'
import { carryOut } from './requests/carry-out.ts'
import { GetResourceRequestStatus } from './requests/GetResourceRequestStatus.ts'
import { ListResourceRequests } from './requests/ListResourceRequests.ts'
import { CreateResource } from './resources/CreateResource.ts'
import { DeleteResource } from './resources/DeleteResource.ts'
import { GetResource } from './resources/GetResource.ts'
import { ListResources } from './resources/ListResources.ts'
import { UpdateResource } from './resources/UpdateResource.ts'
import { tables, type CloudControl, type CloudControlState } from './state.ts'

const anywhere = { resource: '*' as const }

export const cloudcontrol = service<Client, CloudControl>({
  name: 'cloudcontrol',
  // Its actions are CloudFormation's.
  iamPrefix: 'cloudformation',
  billing: 'AWSCloudFormation',
  tables,
  operations: {
    CancelResourceRequest, CreateResource, DeleteResource, GetResource, GetResourceRequestStatus, ListResourceRequests, ListResources, UpdateResource,
  },
  authorization: {
    CancelResourceRequest: anywhere, CreateResource: anywhere, DeleteResource: anywhere, GetResource: anywhere, GetResourceRequestStatus: anywhere,
    ListResourceRequests: anywhere, ListResources: anywhere, UpdateResource: anywhere,
  },
  open: (): CloudControlState => ({ running: new Map(), closing: false }),
  close: async (state: CloudControlState) => {
    state.closing = true
    for (const abort of state.running.values()) abort.abort()
  },
  tasks: { carryOut },
})
