import type { Principal } from '../../../contracts/principal.ts'
import type { CloudFormation, EventRow } from '../state.ts'

/** An event as the stack's notification topics are told of it. */
export interface TopicMessage { topics: string[], principal: Principal, event: EventRow }

/** Publishes one event of a stack to its topics, with the permissions of who began the operation. A topic that cannot be told is passed over, as at AWS. */
export async function tellTopics(cfn: CloudFormation, { topics, principal, event }: TopicMessage): Promise<void> {
  const Message = messageOf(cfn, event, principal)
  for (const TopicArn of topics) {
    try {
      await cfn.as({ principal }).sns.Publish({ TopicArn, Subject: 'AWS CloudFormation Notification', Message })
    } catch (error) {
      if (cfn.state.closing) throw error
      cfn.log.warn('a notification topic could not be told of an event', { topic: TopicArn, event: event.id, error: String(error) })
    }
  }
}

/** AWS's text: a line KEY='VALUE' for each member, `null` where there is none. */
function messageOf(cfn: CloudFormation, event: EventRow, principal: Principal): string {
  const members: [string, string | undefined][] = [
    ['StackId', event.stackId], ['Timestamp', new Date(event.at).toISOString()], ['EventId', event.id], ['LogicalResourceId', event.logicalId],
    ['Namespace', cfn.account], ['PhysicalResourceId', event.physicalId], ['PrincipalId', principal.userId], ['ResourceProperties', event.properties],
    ['ResourceStatus', event.status], ['ResourceStatusReason', event.reason ?? ''], ['ResourceType', event.type], ['StackName', event.stackName],
    ['ClientRequestToken', event.token],
  ]
  return members.map(([key, value]) => `${key}='${value ?? 'null'}'\n`).join('')
}
