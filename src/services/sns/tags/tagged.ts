import { NotFoundException, ResourceNotFoundException, type Sns, type TopicRow } from '../state.ts'
import { topicAt } from '../topics/topic.ts'

/** The topic whose tags are meant; operations on tags have an error of their own where it is missing. */
export async function taggedTopic(sns: Sns, arn: string | undefined): Promise<{ at: Sns, topic: TopicRow }> {
  return topicAt(sns, arn, 'ResourceArn').catch(error => {
    throw error instanceof NotFoundException ? new ResourceNotFoundException('Resource does not exist') : error
  })
}
