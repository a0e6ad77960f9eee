import { BadRequestException } from '../state.ts'

const reservedNames = new Set([
  'authorization', 'connection', 'content-encoding', 'content-length', 'content-location', 'forwarded', 'keep-alive', 'origin', 'proxy-authenticate',
  'proxy-authorization', 'te',
  'trailers', 'transfer-encoding', 'upgrade', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'via',
])
const isReserved = (name: string) => reservedNames.has(name) || /^(?:access-control-|apigw-|x-amz-|x-amzn-)/.test(name)

/** Where a mapping writes: `append:header.x`, `remove:querystring.y`, `overwrite:path`, `overwrite:statuscode`. */
export interface Destination { action: 'append' | 'overwrite' | 'remove', place: 'header' | 'querystring' | 'path' | 'statuscode', name: string }

export function destinationOf(key: string): Destination | undefined {
  const [, action, place, name = ''] = /^(append|overwrite|remove):(header|querystring|path|statuscode)(?:\.(.+))?$/.exec(key) ?? []
  if (!action) return undefined
  const named = place === 'header' || place === 'querystring'
  if (named !== (name !== '') || (!named && action !== 'overwrite')) return undefined
  return { action: action as Destination['action'], place: place as Destination['place'], name: place === 'header' ? name.toLowerCase() : name }
}

/** Checks the mappings of a request; BadRequestException names the one that is wrong. */
export function checkRequestParameters(given: Record<string, string>): void {
  for (const key of Object.keys(given)) check(key, ['header', 'querystring', 'path'])
}

/** Checks the mappings of a response, by status code. */
export function checkResponseParameters(given: Record<string, Record<string, string>>): void {
  for (const [status, mappings] of Object.entries(given)) {
    if (!/^[1-5]\d\d$/.test(status)) throw new BadRequestException(`Invalid status code specified in response parameters: ${status}`)
    for (const key of Object.keys(mappings)) check(key, ['header', 'statuscode'])
  }
}

function check(key: string, places: string[]): void {
  const destination = destinationOf(key)
  if (!destination || !places.includes(destination.place)) {
    throw new BadRequestException(`Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid parameter key: ${key}]`)
  }
  if (destination.place === 'header' && isReserved(destination.name)) throw new BadRequestException(`Operations on header ${destination.name} are restricted`)
}

/** Adds mappings to those that stand; one set to '' goes. */
export function mergedParameters(before: Record<string, string> | undefined, given: Record<string, string>): Record<string, string> {
  // `remove:` mappings take no value, so '' and "''" are the same to them, and they stay.
  return Object.fromEntries(Object.entries({ ...before, ...given }).filter(([key, value]) => value !== '' || (key.startsWith('remove:') && !before?.[key])))
}
