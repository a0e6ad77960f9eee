import type { PropertyDifference } from '@aws-sdk/client-cloudformation'
import { tagsFromList, tagsToList, userTags, type Tags } from '../../../platform/tags.ts'
import { isObject } from '../template/template.ts'
import { pointerPart } from './compare.ts'

/** The tags that a resource shall have, as its stack and its template say, and how those that it has differ. */
export interface TagDrift { expected: unknown, actual: unknown, differences: PropertyDifference[] }

/**
 * Compares tags by their keys; AWS's own are left alone. `property`: the Tags of the template, a list or a map; the answer has the same form.
 * Undefined where neither the stack nor the template speaks of tags.
 */
export function tagDrift(ofStack: Tags, property: unknown, found: Tags): TagDrift | undefined {
  const isMap = isObject(property)
  const own = isMap ? Object.fromEntries(Object.entries(property).map(([key, value]) => [key, String(value)])) : tagsFromList(property as never)
  const [wanted, actual] = [userTags({ ...ofStack, ...own }), userTags(found)]
  if (property === undefined && Object.keys(wanted).length === 0) return undefined
  const [wantedList, actualList] = [tagsToList(wanted), tagsToList(actual)]
  const path = (list: readonly { Key: string }[], key: string) => isMap ? `/Tags/${pointerPart(key)}` : `/Tags/${list.findIndex(tag => tag.Key === key)}`
  const told = (key: string, value: string) => isMap ? value : JSON.stringify({ Key: key, Value: value })
  const differences = [
    ...wantedList.filter(({ Key }) => !Object.hasOwn(actual, Key))
      .map(({ Key, Value }) => difference(path(wantedList, Key), 'REMOVE', told(Key, Value), 'null')),
    ...wantedList.filter(({ Key, Value }) => Object.hasOwn(actual, Key) && actual[Key] !== Value)
      .map(({ Key, Value }) => difference(`${path(wantedList, Key)}${isMap ? '' : '/Value'}`, 'NOT_EQUAL', Value, actual[Key]!)),
    ...actualList.filter(({ Key }) => !Object.hasOwn(wanted, Key)).map(({ Key, Value }) => difference(path(actualList, Key), 'ADD', 'null', told(Key, Value))),
  ]
  return { expected: isMap ? wanted : wantedList, actual: isMap ? actual : actualList, differences }
}

const difference = (PropertyPath: string, DifferenceType: 'ADD' | 'REMOVE' | 'NOT_EQUAL', ExpectedValue: string, ActualValue: string): PropertyDifference =>
  ({ PropertyPath, DifferenceType, ExpectedValue, ActualValue })
