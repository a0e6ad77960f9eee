import type { Tag } from '@aws-sdk/client-kms'
import type { Tags } from '../../../platform/tags.ts'

/** KMS names the members of its tags in its own way. */
export const tagsOf = (list: readonly Tag[] | undefined): Tags => Object.fromEntries((list ?? []).map(({ TagKey, TagValue }) => [TagKey ?? '', TagValue ?? '']))
