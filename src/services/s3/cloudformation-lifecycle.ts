import type { LifecycleRule, Transition, TransitionStorageClass } from '@aws-sdk/client-s3'
import { withoutDefaults } from '../../platform/standing.ts'

// A lifecycle rule as templates have it, and as the API has it.

interface CloudFormationTransition { StorageClass: TransitionStorageClass, TransitionInDays?: number, TransitionDate?: string }
interface CloudFormationOlder { StorageClass: TransitionStorageClass, TransitionInDays: number, NewerNoncurrentVersions?: number }

export interface CloudFormationRule {
  Id?: string
  Status: 'Enabled' | 'Disabled'
  Prefix?: string
  TagFilters?: { Key: string, Value: string }[]
  ObjectSizeGreaterThan?: string | number
  ObjectSizeLessThan?: string | number
  ExpirationInDays?: number
  ExpirationDate?: string
  ExpiredObjectDeleteMarker?: boolean | string
  NoncurrentVersionExpirationInDays?: number
  NoncurrentVersionExpiration?: { NoncurrentDays: number, NewerNoncurrentVersions?: number }
  AbortIncompleteMultipartUpload?: { DaysAfterInitiation: number }
  /** The older way of writing a list of one. */
  Transition?: CloudFormationTransition
  Transitions?: CloudFormationTransition[]
  NoncurrentVersionTransition?: CloudFormationOlder
  NoncurrentVersionTransitions?: CloudFormationOlder[]
}

const isTrue = (value: unknown) => value === true || value === 'true'
const numberOf = (value: unknown) => value === undefined ? undefined : Number(value)
const defined = <Members extends object>(members: Members): any => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

/** A rule as the API has it. */
export function lifecycleRule(rule: CloudFormationRule): LifecycleRule {
  const {
    Id, Status, Prefix, TagFilters, ObjectSizeGreaterThan, ObjectSizeLessThan, ExpirationInDays, ExpirationDate, ExpiredObjectDeleteMarker,
    NoncurrentVersionExpirationInDays, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload: abort, Transition, Transitions = [],
    NoncurrentVersionTransition, NoncurrentVersionTransitions = [], ...others
  } = rule
  const [unknown] = Object.keys(others)
  if (unknown) throw new Error(`The property ${unknown} of a lifecycle rule is not supported by Fogbank.`)
  const noncurrentDays = NoncurrentVersionExpiration?.NoncurrentDays ?? NoncurrentVersionExpirationInDays
  const transitions = [...Transition ? [Transition] : [], ...Transitions]
  const older = [...NoncurrentVersionTransition ? [NoncurrentVersionTransition] : [], ...NoncurrentVersionTransitions]
  const expiration = defined({ Days: numberOf(ExpirationInDays), Date: ExpirationDate === undefined ? undefined : new Date(ExpirationDate) })
  return {
    ...Id && { ID: Id }, Status, Filter: filterOf({ Prefix, TagFilters, ObjectSizeGreaterThan, ObjectSizeLessThan }),
    ...Object.keys(expiration).length > 0
      ? { Expiration: expiration }
      : isTrue(ExpiredObjectDeleteMarker) && { Expiration: { ExpiredObjectDeleteMarker: true } },
    ...noncurrentDays !== undefined && {
      NoncurrentVersionExpiration: defined({
        NoncurrentDays: Number(noncurrentDays), NewerNoncurrentVersions: numberOf(NoncurrentVersionExpiration?.NewerNoncurrentVersions),
      }),
    },
    ...abort && { AbortIncompleteMultipartUpload: { DaysAfterInitiation: Number(abort.DaysAfterInitiation) } },
    ...transitions.length > 0 && { Transitions: transitions.map(({ StorageClass, TransitionInDays, TransitionDate }): Transition =>
      defined({ StorageClass, Days: numberOf(TransitionInDays), Date: TransitionDate === undefined ? undefined : new Date(TransitionDate) })) },
    ...older.length > 0 && { NoncurrentVersionTransitions: older.map(({ StorageClass, TransitionInDays, NewerNoncurrentVersions }) =>
      defined({ StorageClass, NoncurrentDays: Number(TransitionInDays), NewerNoncurrentVersions: numberOf(NewerNoncurrentVersions) })) },
  }
}

type Filters = { [Name in 'Prefix' | 'TagFilters' | 'ObjectSizeGreaterThan' | 'ObjectSizeLessThan']: CloudFormationRule[Name] | undefined }

/** One member alone, or several in an And. */
function filterOf({ Prefix, TagFilters = [], ObjectSizeGreaterThan, ObjectSizeLessThan }: Filters): LifecycleRule['Filter'] {
  const sizes = defined({ ObjectSizeGreaterThan: numberOf(ObjectSizeGreaterThan), ObjectSizeLessThan: numberOf(ObjectSizeLessThan) })
  const count = (Prefix ? 1 : 0) + TagFilters.length + Object.keys(sizes).length
  if (count > 1) return { And: { ...Prefix && { Prefix }, ...TagFilters.length > 0 && { Tags: TagFilters }, ...sizes } }
  if (TagFilters.length === 1) return { Tag: TagFilters[0] }
  return Object.keys(sizes).length > 0 ? sizes : { Prefix: Prefix ?? '' }
}

const dateOf = (date: Date | undefined, given: unknown) =>
  date && typeof given === 'string' && Date.parse(given) === date.getTime() ? given : date?.toISOString().replace('.000', '')

/** A rule as its template has it, `given`. One without an id in the template has the one that S3 gives it. */
export function readRule(rule: LifecycleRule, given: any): CloudFormationRule {
  const { ID, Status, Filter, Expiration, NoncurrentVersionExpiration: older, AbortIncompleteMultipartUpload: abort } = rule
  const inDays = given?.NoncurrentVersionExpirationInDays !== undefined && older?.NewerNoncurrentVersions === undefined
  const given1 = given?.Transition ? [given.Transition] : given?.Transitions
  const transitions = rule.Transitions?.map(({ Days, Date, StorageClass }, at) =>
    defined({ StorageClass, TransitionInDays: Days, TransitionDate: dateOf(Date, given1?.[at]?.TransitionDate) }))
  const olderTransitions = rule.NoncurrentVersionTransitions?.map(({ NoncurrentDays, NewerNoncurrentVersions, StorageClass }) =>
    defined({ StorageClass, TransitionInDays: NoncurrentDays, NewerNoncurrentVersions }))
  const one = given?.Transition && transitions?.length === 1
  const oneOlder = given?.NoncurrentVersionTransition && olderTransitions?.length === 1
  const read = {
    Id: given && given.Id === undefined ? undefined : ID, Status, Prefix: Filter?.Prefix ?? Filter?.And?.Prefix ?? '',
    TagFilters: Filter?.Tag ? [Filter.Tag] : Filter?.And?.Tags, ObjectSizeGreaterThan: Filter?.ObjectSizeGreaterThan ?? Filter?.And?.ObjectSizeGreaterThan,
    ObjectSizeLessThan: Filter?.ObjectSizeLessThan ?? Filter?.And?.ObjectSizeLessThan,
    ExpirationInDays: Expiration?.Days, ExpirationDate: dateOf(Expiration?.Date, given?.ExpirationDate),
    ExpiredObjectDeleteMarker: Expiration?.ExpiredObjectDeleteMarker ?? false, AbortIncompleteMultipartUpload: abort,
    NoncurrentVersionExpirationInDays: inDays ? older?.NoncurrentDays : undefined, NoncurrentVersionExpiration: inDays ? undefined : older,
    ...one ? { Transition: transitions![0] } : { Transitions: transitions },
    ...oneOlder ? { NoncurrentVersionTransition: olderTransitions![0] } : { NoncurrentVersionTransitions: olderTransitions },
  }
  return withoutDefaults<any>(read, given, { Prefix: '', ExpiredObjectDeleteMarker: false })
}
