import { tagProblem, tagsFromList } from '../../../platform/tags.ts'
import {
  defaultKeyId, InvalidAllowedPatternException, ParameterAlreadyExists, ParameterMaxVersionLimitExceeded, ParameterPatternMismatchException,
  UnsupportedParameterType,
  ValidationException, valueBytesMax, versionsMax, type Input, type Output, type ParameterTier, type ParameterType, type Ssm, type VersionRow,
} from '../state.ts'
import { checkName, selected } from './names.ts'
import { sealSecure } from './secure.ts'

/** Makes a parameter, or with Overwrite a new version of it; the hundred newest versions are kept. */
export async function PutParameter(ssm: Ssm, input: Input<'PutParameter'>): Promise<Output<'PutParameter'>> {
  const { name } = selected(input.Name!)
  checkName(ssm, name)
  refuseUnhonoured(input)
  const parameter = await ssm.tables.parameters.get(name)
  if (parameter && !input.Overwrite) {
    throw new ParameterAlreadyExists('The parameter already exists. To overwrite this value, set the overwrite option in the request to true.')
  }
  if (input.Overwrite && input.Tags?.length) {
    throw new ValidationException("Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. "
      + 'To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.')
  }
  const before = parameter && await ssm.tables.versions.get(name, parameter.version)
  const type = (input.Type ?? before?.type) as ParameterType | undefined
  if (!type) throw new ValidationException('A parameter type is required when you create a parameter.')
  const tier = tierOf(input, before)
  const tags = tagsFromList(input.Tags)
  const problem = tagProblem(tags)
  if (problem) throw new ValidationException(problem)
  const description = input.Description ?? before?.description
  const keyId = type === 'SecureString' ? input.KeyId ?? defaultKeyId : undefined
  const version: VersionRow = {
    name, version: (parameter?.version ?? 0) + 1, type, tier, dataType: input.DataType ?? before?.dataType ?? 'text', labels: [], modifiedMs: ssm.now(),
    modifiedBy: ssm.principal.arn,
    ...keyId === undefined ? { value: input.Value! } : await sealSecure(ssm, { name, tier }, keyId, input.Value!),
    ...description !== undefined && { description },
    ...input.AllowedPattern !== undefined && { allowedPattern: input.AllowedPattern }, ...keyId !== undefined && { keyId },
  }
  await dropOldest(ssm, name)
  await ssm.tables.versions.put(version)
  await ssm.tables.parameters.put({ name, version: version.version, tags: parameter?.tags ?? tags })
  return { Version: version.version, Tier: tier }
}

function refuseUnhonoured(input: Input<'PutParameter'>): void {
  if (input.Policies !== undefined && input.Policies !== '' && input.Policies !== '[]') {
    throw new ValidationException('Parameter policies are not supported by Fogbank.')
  }
  if (input.DataType !== undefined && input.DataType !== 'text') {
    throw new UnsupportedParameterType(`The data type ${input.DataType} is not supported by Fogbank.`)
  }
  if (input.AllowedPattern) checkPattern(input.AllowedPattern, input.Value!)
  if (input.Value === '') {
    throw new ValidationException(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1."
    )
  }
}

function checkPattern(pattern: string, value: string): void {
  let allowed: RegExp
  try {
    allowed = new RegExp(pattern)
  } catch {
    throw new InvalidAllowedPatternException(`Invalid allowed pattern: ${pattern}`)
  }
  if (!allowed.test(value)) throw new ParameterPatternMismatchException(`Parameter value, cannot be validated against allowedPattern: ${pattern}`)
}

function tierOf({ Tier: tier, Value: value }: Input<'PutParameter'>, before: VersionRow | undefined): ParameterTier {
  const bytes = Buffer.byteLength(value!)
  const kept = before?.tier ?? 'Standard'
  const fitting = bytes > valueBytesMax.Standard ? 'Advanced' : kept
  const wanted = (tier === 'Intelligent-Tiering' ? fitting : tier ?? kept) as ParameterTier
  if (before?.tier === 'Advanced' && wanted === 'Standard') {
    throw new ValidationException('This parameter uses the advanced-parameter tier. You can\'t downgrade a parameter from the advanced-parameter tier to the '
      + 'standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.')
  }
  if (bytes > valueBytesMax[wanted]) {
    throw new ValidationException(wanted === 'Standard'
      ? 'Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter '
      + 'to use the advanced-parameter tier. For more information, '
      + 'see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html'
      : 'Advanced tier parameters support a maximum parameter value of 8192 characters.')
  }
  return wanted
}

async function dropOldest(ssm: Ssm, name: string): Promise<void> {
  const [oldest, ...rest] = await ssm.tables.versions.list({ prefix: [name] })
  if (!oldest || rest.length + 1 < versionsMax) return
  if (oldest.labels.length > 0) {
    throw new ParameterMaxVersionLimitExceeded(
      `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldest.version}, the oldest `
      + "version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.",
    )
  }
  await ssm.tables.versions.delete(name, oldest.version)
}
