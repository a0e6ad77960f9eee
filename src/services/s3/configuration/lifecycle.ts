import type { LifecycleRule, TransitionStorageClass } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { malformedXml, notImplemented, type ObjectRow } from '../state.ts'

/** Classes that read as fast as any; objects of the others would have to be restored first. */
const transitionClasses = new Set<TransitionStorageClass>(['STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'])
const infrequent = new Set<TransitionStorageClass>(['STANDARD_IA', 'ONEZONE_IA'])
const infrequentDaysMin = 30
/** Smaller objects stay where they are, unless a rule speaks of their size. */
const transitionBytesMin = 131_072

const invalidRequest = (message: string) => new AwsError('InvalidRequest', message)
const invalidArgument = (message: string) => new AwsError('InvalidArgument', message)

/** What a rule is about: a prefix, tags and sizes, one of them alone or several in an And. */
export function filterOf({ Filter, Prefix }: LifecycleRule) {
  const { And } = Filter ?? {}
  const tags = And?.Tags ?? (Filter?.Tag ? [Filter.Tag] : [])
  return {
    prefix: Filter?.Prefix ?? And?.Prefix ?? Prefix ?? '', tags: tags.map(({ Key, Value }) => [Key!, Value!] as const),
    above: Filter?.ObjectSizeGreaterThan ?? And?.ObjectSizeGreaterThan, below: Filter?.ObjectSizeLessThan ?? And?.ObjectSizeLessThan,
  }
}

/** Whether a version of an object is one that a rule is about. */
export function isAbout(rule: LifecycleRule, { key, sizeBytes, tags = {} }: Pick<ObjectRow, 'key' | 'sizeBytes' | 'tags'>): boolean {
  const filter = filterOf(rule)
  return key.startsWith(filter.prefix) && filter.tags.every(([name, value]) => tags[name] === value)
    && sizeBytes > (filter.above ?? -1) && sizeBytes < (filter.below ?? Infinity)
}

/** Whether a transition may move a version of this size. */
export function isLargeEnough(rule: LifecycleRule, sizeBytes: number): boolean {
  const { above, below } = filterOf(rule)
  return above !== undefined || below !== undefined || sizeBytes >= transitionBytesMin
}

/** Throws for a rule that S3 does not take, and for what is not honoured here: MalformedXML, InvalidRequest, InvalidArgument, NotImplemented. */
export function checkRule(rule: LifecycleRule): void {
  const { Status, Filter = {}, Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload } = rule
  const { Transitions = [], NoncurrentVersionTransitions = [] } = rule
  if (Status !== 'Enabled' && Status !== 'Disabled') throw malformedXml()
  if (Object.values(Filter).filter(value => value !== undefined).length > 1) throw malformedXml()
  if (!Expiration && !NoncurrentVersionExpiration && !AbortIncompleteMultipartUpload && Transitions.length + NoncurrentVersionTransitions.length === 0) {
    throw malformedXml()
  }
  const { tags, above, below } = filterOf(rule)
  if (AbortIncompleteMultipartUpload && tags.length > 0) throw invalidRequest('AbortIncompleteMultipartUpload cannot be specified with Tags.')
  if (AbortIncompleteMultipartUpload && (above ?? below) !== undefined) {
    throw invalidRequest('AbortIncompleteMultipartUpload cannot be specified with Object Size.')
  }
  if (Expiration?.ExpiredObjectDeleteMarker && tags.length > 0) throw invalidRequest('ExpiredObjectDeleteMarker cannot be specified with Tags.')
  for (const { Days, StorageClass } of Transitions) checkTransition('Days', Days, 'Transition', StorageClass)
  for (const { NoncurrentDays, StorageClass } of NoncurrentVersionTransitions) {
    checkTransition('NoncurrentDays', NoncurrentDays, 'NoncurrentVersionTransition', StorageClass)
  }
}

function checkTransition(member: string, days: number | undefined, action: string, storageClass: TransitionStorageClass | undefined): void {
  if (storageClass === undefined) throw malformedXml()
  if (!transitionClasses.has(storageClass)) throw notImplemented(`${action} to ${storageClass}`)
  if (days !== undefined && infrequent.has(storageClass) && days < infrequentDaysMin) {
    throw invalidArgument(`'${member}' in ${action} action must be greater than or equal to ${infrequentDaysMin} for storageClass '${storageClass}'`)
  }
}
