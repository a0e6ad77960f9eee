import { InvalidFilterKey, InvalidFilterOption, type ParameterRow, type VersionRow } from '../state.ts'

interface Filter { Key: string | undefined, Option?: string | undefined, Values?: string[] | undefined }

/** Whether a parameter passes all filters: by Name, Type, KeyId, Path, Tier, DataType, Label or tag. */
export function passes(filters: readonly Filter[] | undefined, parameter: ParameterRow, version: VersionRow): boolean {
  return (filters ?? []).every(filter => passesOne(filter, parameter, version))
}

function passesOne({ Key: key = '', Option: option = 'Equals', Values: values = [] }: Filter, parameter: ParameterRow, version: VersionRow): boolean {
  if (key.startsWith('tag:')) {
    const value = parameter.tags[key.slice(4)]
    return value !== undefined && (values.length === 0 || values.includes(value))
  }
  switch (key) {
    case 'Name': return values.some(value => matches(option, parameter.name.replace(/^\//, ''), value.replace(/^\//, '')))
    case 'Path': return values.some(path => isUnder(parameter.name, path, option === 'Recursive'))
    case 'Type': return values.some(value => matches(option, version.type, value))
    case 'KeyId': return values.some(value => matches(option, version.keyId ?? '', value))
    case 'Tier': return values.includes(version.tier)
    case 'DataType': return values.some(value => matches(option, version.dataType, value))
    case 'Label': return values.some(value => version.labels.includes(value))
    default: throw new InvalidFilterKey(`The following filter key is not valid: ${key}.`)
  }
}

function matches(option: string, text: string, value: string): boolean {
  if (option === 'Equals') return text === value
  if (option === 'BeginsWith') return text.startsWith(value)
  if (option === 'Contains') return text.includes(value)
  throw new InvalidFilterOption(`The following filter option is not valid: ${option}. Valid options include: [BeginsWith, Equals, Contains].`)
}

/** Whether a name lies under a path, at once or at any depth. */
export function isUnder(name: string, path: string, isRecursive: boolean): boolean {
  const base = path.endsWith('/') ? path : `${path}/`
  return name.startsWith(base) && (isRecursive || !name.slice(base.length).includes('/'))
}
